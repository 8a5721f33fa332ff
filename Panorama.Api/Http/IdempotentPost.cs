using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Http;

/// <summary>
/// Answers a repeated POST as the first time, for 24 hours. The key's row is inserted first, in the request's transaction: of two equal requests at
/// once one waits for the other. A refusal rolls back and leaves no row, so the same key may be tried again.
/// </summary>
internal sealed class IdempotentPost(PanoramaDbContext db, Actor actor, TimeProvider clock) : IEndpointFilter
{
    public const string Header = "Idempotency-Key";
    private const int MaxCharacters = 255;
    private static readonly string[] Kept = ["Location", "ETag", "Content-Type"];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(Header, out var values))
        {
            return await next(context);
        }

        if (values is not [{ Length: > 0 and <= MaxCharacters } key] || key.Any(c => c is < ' ' or > '~'))
        {
            return Problems.Of(Problems.IdempotencyKeyInvalid, Problems.Args(("max", MaxCharacters)));
        }

        var route = $"{http.Request.Method} {http.Request.Path}";
        var hash = http.Features.Get<RequestDigest>()?.Sha256 ?? SHA256.HashData(JsonBody.BytesOf(http));
        var cancellationToken = http.RequestAborted;
        var inserted = await db.Database.ExecuteSqlAsync(
            $"""
            insert into idempotency_keys (tenant_id, user_id, key, route, request_sha256, created_at)
            values ({actor.TenantId}, {actor.UserId}, {key}, {route}, {hash}, {clock.GetUtcNow()}) on conflict do nothing
            """,
            cancellationToken);
        if (inserted == 0)
        {
            return await ReplayAsync(key, route, hash, cancellationToken);
        }

        var result = await next(context);
        if (result is not IResult answer || IsRefusal(answer))
        {
            return result;
        }

        var captured = await CaptureAsync(http, answer);
        var response = JsonSerializer.Serialize(captured, JsonSerializerOptions.Web);
        await db.IdempotencyKeys.Where(k => k.TenantId == actor.TenantId && k.UserId == actor.UserId && k.Key == key)
            .ExecuteUpdateAsync(s => s.SetProperty(k => k.Status, captured.Status).SetProperty(k => k.Response, response), cancellationToken);
        return new Replay(captured);
    }

    private async Task<IResult> ReplayAsync(string key, string route, byte[] hash, CancellationToken cancellationToken)
    {
        // Its own statement, so it sees what the other request committed while the insert waited.
        var row = await db.IdempotencyKeys.AsNoTracking()
            .FirstAsync(k => k.TenantId == actor.TenantId && k.UserId == actor.UserId && k.Key == key, cancellationToken);
        return row.Route == route && row.RequestSha256.AsSpan().SequenceEqual(hash)
            ? new Replay(JsonSerializer.Deserialize<Answer>(row.Response!, JsonSerializerOptions.Web)!)
            : Problems.Of(Problems.IdempotencyKeyReuse);
    }

    private static bool IsRefusal(IResult result) => result switch
    {
        INestedHttpResult nested => IsRefusal(nested.Result),
        IStatusCodeHttpResult { StatusCode: >= 400 } => true,
        _ => false,
    };

    /// <summary>The bytes that the result writes, so that the second answer is the first to the letter.</summary>
    private static async Task<Answer> CaptureAsync(HttpContext http, IResult result)
    {
        var wire = http.Response.Body;
        using var buffer = new MemoryStream();
        http.Response.Body = buffer;
        try
        {
            await result.ExecuteAsync(http);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            http.Response.Body = wire;
        }

        var headers = Kept.Where(http.Response.Headers.ContainsKey).ToDictionary(h => h, h => http.Response.Headers[h].ToString(), StringComparer.Ordinal);
        return new Answer(http.Response.StatusCode, headers, System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <param name="Body">As text: jsonb would order its members anew.</param>
    private sealed record Answer(int Status, Dictionary<string, string> Headers, string Body);

    private sealed class Replay(Answer answer) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => answer.Status;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = answer.Status;
            foreach (var (name, value) in answer.Headers)
            {
                httpContext.Response.Headers[name] = value;
            }

            return answer.Body.Length == 0 ? Task.CompletedTask : httpContext.Response.WriteAsync(answer.Body, httpContext.RequestAborted);
        }
    }
}

/// <summary>Of a body that is no JSON, set by whoever read it.</summary>
internal sealed record RequestDigest(byte[] Sha256);

/// <summary>Shows the header in the API description.</summary>
internal sealed class IdempotencyKeyHonoured;

internal static class IdempotentPosts
{
    /// <summary>The route makes something and honours `Idempotency-Key`. Inside a tenant group, whose transaction it uses; for a body that is no JSON something before it sets the digest.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder route) => route.AddEndpointFilter<IdempotentPost>()
        .WithMetadata(new IdempotencyKeyHonoured()).Fails(Problems.IdempotencyKeyInvalid, Problems.IdempotencyKeyReuse);
}

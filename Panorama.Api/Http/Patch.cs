using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Panorama.Api.Http;

/// <summary>On a member of a patch: it may be left out, and not be null.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotClearedAttribute : Attribute;

/// <summary>
/// A merge patch (RFC 7396) of the flat members of <typeparamref name="T"/>: what is absent stays, what is null is cleared. <typeparamref name="T"/>
/// is a record of nullable members; its validation attributes apply to what was sent.
/// </summary>
internal sealed class Patch<T>(T body, IReadOnlySet<string> members) : IBindableFromHttpContext<Patch<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    /// <summary>What was sent; a member that was not is null here.</summary>
    public T Body => body;

    /// <summary>Whether the member, by its C# name, was sent.</summary>
    public bool Has(string member) => members.Contains(JsonNamingPolicy.CamelCase.ConvertName(member));

    /// <summary>The sent value, or what is stored where none was.</summary>
    public TValue Or<TValue>(string member, TValue sent, TValue stored) => Has(member) ? sent : stored;

    public static async ValueTask<Patch<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        // JsonBody has it in memory already.
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        JsonElement json;
        T? body;
        try
        {
            json = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, options, context.RequestAborted);
            body = json.Deserialize<T>(options);
        }
        catch (JsonException exception)
        {
            throw new BadHttpRequestException("The patch is not what the route takes.", StatusCodes.Status400BadRequest, exception);
        }

        if (body is null)
        {
            throw new InvalidMembersException(new() { ["$"] = [FieldError.WrongForm.Text] });
        }

        var members = json.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var patch = new Patch<T>(body, members);
        var errors = patch.Validate(json);
        return errors.Count == 0 ? patch : throw new InvalidMembersException(errors);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json", "application/merge-patch+json"], typeof(T), isOptional: false));

    private Dictionary<string, string[]> Validate(JsonElement json)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(body, new ValidationContext(body), results, validateAllProperties: true);
        var errors = results.SelectMany(r => r.MemberNames.Select(m => (Member: JsonNamingPolicy.CamelCase.ConvertName(m), Text: r.ErrorMessage!)))
            .Where(e => members.Contains(e.Member)).ToList();
        errors.AddRange(typeof(T).GetProperties().Where(p => p.GetCustomAttribute<NotClearedAttribute>() is not null)
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))
            .Where(m => json.TryGetProperty(m, out var value) && value.ValueKind == JsonValueKind.Null).Select(m => (m, FieldError.NotCleared.Text)));
        return errors.GroupBy(e => e.Member, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(e => e.Text).ToArray(), StringComparer.Ordinal);
    }
}

/// <summary>Thrown while binding, as the framework does: a handler cannot forget to look.</summary>
internal sealed class InvalidMembersException(Dictionary<string, string[]> errors) : BadHttpRequestException("The body has invalid members.")
{
    public Dictionary<string, string[]> Errors => errors;
}

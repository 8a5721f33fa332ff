using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Settings;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Api.Notifications;

/// <param name="Type">`bounce`: there is no such mailbox; `complaint`: somebody called our mail spam.</param>
/// <param name="Email">Whom it was for.</param>
/// <param name="Detail">The provider's own words.</param>
public sealed record MailReport(
    [property: RegularExpression("^(bounce|complaint)$")] string Type, [property: MaxLength(254)] string Email, [property: MaxLength(500), Storable(Multiline = true)] string? Detail = null);

/// <param name="Events">1 to 500; a provider that sends one at a time sends a list of one.</param>
public sealed record ReportMailRequest([property: MinLength(1), MaxLength(500)] IReadOnlyList<MailReport> Events);

/// <param name="Suppressed">Addresses that get no more mail since, counted for each organisation.</param>
public sealed record ReportedMail(int Suppressed);

/// <summary>What a mail provider learns after it took a mail: its webhook, or a line of glue in front of it, posts it here.</summary>
internal static class ReportMail
{
    private const string Scheme = "Bearer ";

    public static async Task<Results<Ok<ReportedMail>, ProblemHttpResult>> Handle(
        ReportMailRequest request, [FromHeader(Name = "Authorization")] string? authorization, IOptions<MailFeedbackOptions> options,
        [FromKeyedServices(DatabaseRoles.Auth)] NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn)
        {
            return Problems.Of(Problems.NotFound);
        }

        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true
            || !CryptographicOperations.FixedTimeEquals(Hash(authorization[Scheme.Length..].Trim()), Hash(options.Value.Secret!)))
        {
            return Problems.Of(Problems.AuthenticationRequired);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return TypedResults.Ok(new ReportedMail(await connection.ScalarAsync<int>(
            "select mail_report($1, $2, $3)", cancellationToken, Statement.Texts(request.Events.Select(e => e.Email.Trim().ToLowerInvariant().Replace("\0", "", StringComparison.Ordinal))),
            Statement.Texts(request.Events.Select(e => e.Type == "bounce" ? "hard_bounce" : "complaint")), Statement.Texts(request.Events.Select(e => e.Detail)))));
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Notifications;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Notifications;

/// <summary>What one is told, how and when.</summary>
/// <param name="Events">Those that somebody of one's role can be told of.</param>
/// <param name="QuietFrom">`HH:mm`: from then on a mail waits, but for security. Null without quiet hours.</param>
/// <param name="QuietUntil">`HH:mm`; before <paramref name="QuietFrom"/> it is the next day's.</param>
/// <param name="DigestAt">`HH:mm`: when the mail of the day goes out.</param>
/// <param name="TimeZone">IANA name in which these are read: the person's, else the organisation's.</param>
/// <param name="Locale">The language of the texts: the person's, else the organisation's.</param>
/// <param name="Version">What `If-Match` names in an edit; 0 while nothing was ever chosen.</param>
public sealed record PreferencesResponse(
    IReadOnlyList<EventPreference> Events, string? QuietFrom, string? QuietUntil, string DigestAt, string TimeZone, string Locale, int Version);

/// <param name="Modes">All that differs from the organisation's default.</param>
/// <param name="QuietFrom">`HH:mm`, with <paramref name="QuietUntil"/> or not at all.</param>
/// <param name="DigestAt">`HH:mm`.</param>
public sealed record PutPreferencesRequest(
    [property: Required] IReadOnlyList<ModeChoice> Modes,
    [property: RegularExpression(PutPreferencesRequest.Clock)] string? QuietFrom = null,
    [property: RegularExpression(PutPreferencesRequest.Clock)] string? QuietUntil = null,
    [property: Required, RegularExpression(PutPreferencesRequest.Clock)] string DigestAt = "07:00")
{
    internal const string Clock = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
}

internal static class OwnPreferences
{
    private const string ReadSql =
        """
        select s.quiet_from, s.quiet_until, coalesce(s.digest_at, '07:00'), coalesce(s.version, 0), coalesce(u.time_zone, t.timezone), coalesce(u.locale, t.locale)
          from users u cross join tenants t left join notification_settings s on s.tenant_id = t.id and s.user_id = u.id
         where u.id = $1 and t.id = $2
        """;

    // The row is made or moved on only from the version that was seen; nobody's row means that somebody else was quicker.
    private const string WriteSql =
        """
        insert into notification_settings as s (tenant_id, user_id, quiet_from, quiet_until, digest_at) select $1, $2, $3, $4, $5 where $6 = 0
        on conflict (tenant_id, user_id) do nothing
        """;

    private const string UpdateSql =
        """
        update notification_settings set quiet_from = $3, quiet_until = $4, digest_at = $5, version = version + 1, updated_at = $7
         where tenant_id = $1 and user_id = $2 and version = $6
        """;

    public static async Task<Ok<PreferencesResponse>> Get(
        Actor actor, HttpContext context, TenantSession session, EventRegistry registry, CancellationToken cancellationToken)
    {
        var preferences = await ReadAsync(session.Connection, actor, registry, cancellationToken);
        IfMatch.WriteTag(context, preferences.Version);
        return TypedResults.Ok(preferences);
    }

    public static async Task<Results<Ok<PreferencesResponse>, ProblemHttpResult>> Put(
        PutPreferencesRequest request, [FromHeader(Name = IfMatch.Header)] string? version, Actor actor, HttpContext context, TenantSession session,
        EventRegistry registry, TimeProvider clock, CancellationToken cancellationToken)
    {
        if ((Preferences.Check(registry, request.Modes) ?? QuietProblem(request)) is { } errors)
        {
            return Problems.Members(errors);
        }

        var connection = session.Connection;
        var stored = await connection.ScalarAsync<int>(
            "select version from notification_settings where tenant_id = $1 and user_id = $2", cancellationToken, Statement.Uuid(actor.TenantId), Statement.Uuid(actor.UserId));
        if (IfMatch.Refuse(version, stored) is { } refusal)
        {
            return refusal;
        }

        if (await WriteAsync(connection, request, actor, stored, clock.Now(), cancellationToken) != 1)
        {
            return Problems.Of(Problems.ConcurrencyConflict);
        }

        await Preferences.ReplaceAsync(connection, actor.TenantId!.Value, actor.UserId, request.Modes, cancellationToken);
        return await Get(actor, context, session, registry, cancellationToken);
    }

    private static async Task<PreferencesResponse> ReadAsync(NpgsqlConnection connection, Actor actor, EventRegistry registry, CancellationToken cancellationToken)
    {
        var (own, organisation) = await Preferences.ReadAsync(connection, cancellationToken);
        return (await connection.QueryAsync(
            ReadSql,
            r =>
            {
                var locale = r.GetString(5);
                return new PreferencesResponse(
                    Preferences.Show(
                        registry, NotificationTexts.Language(locale), definition => definition.Audience.Reaches(actor.Role),
                        (definition, channel) => !definition.IsMandatory && organisation.TryGetValue((definition.Type, channel), out var mode) ? mode : definition.DefaultOf(channel),
                        own),
                    Clock(r.ValueOrNull<TimeOnly>(0)), Clock(r.ValueOrNull<TimeOnly>(1)), Clock(r.GetFieldValue<TimeOnly>(2))!, r.GetString(4), locale, r.GetInt32(3));
            },
            cancellationToken, Statement.Uuid(actor.UserId), Statement.Uuid(actor.TenantId))).Single();
    }

    private static Task<int> WriteAsync(
        NpgsqlConnection connection, PutPreferencesRequest request, Actor actor, int version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<NpgsqlParameter> parameters =
        [
            Statement.Uuid(actor.TenantId), Statement.Uuid(actor.UserId), Time(request.QuietFrom), Time(request.QuietUntil), Time(request.DigestAt),
            Statement.Int(version),
        ];
        return version == 0
            ? connection.ExecuteAsync(WriteSql, cancellationToken, parameters)
            : connection.ExecuteAsync(UpdateSql, cancellationToken, [.. parameters, Statement.Instant(now)]);
    }

    private static Dictionary<string, string[]>? QuietProblem(PutPreferencesRequest request) =>
        request.QuietFrom is null != request.QuietUntil is null
            ? new() { [request.QuietFrom is null ? "quietFrom" : "quietUntil"] = [FieldError.Required.Text] }
            : request.QuietFrom is not null && request.QuietFrom == request.QuietUntil
                ? new() { ["quietUntil"] = [FieldError.Repeated.Text] }
                : null;

    private static string? Clock(TimeOnly? time) => time?.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static NpgsqlParameter Time(string? text) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Time,
        Value = text is null ? DBNull.Value : TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture),
    };
}

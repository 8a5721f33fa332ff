using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Notifications;

/// <summary>What holds for members who chose nothing.</summary>
/// <param name="Version">What `If-Match` names in an edit; it changes with the content.</param>
public sealed record DefaultsResponse(IReadOnlyList<EventPreference> Events, int Version);

/// <param name="Modes">All that differs from what Panorama does by itself.</param>
public sealed record PutDefaultsRequest([property: Required] IReadOnlyList<ModeChoice> Modes);

internal static class OrganisationDefaults
{
    public static async Task<Ok<DefaultsResponse>> Get(
        Actor actor, HttpContext context, TenantSession session, EventRegistry registry, CancellationToken cancellationToken)
    {
        var (_, organisation) = await Preferences.ReadAsync(session.Connection, cancellationToken);
        var locale = await session.Connection.ScalarAsync<string>(
            "select coalesce(u.locale, t.locale) from users u cross join tenants t where u.id = $1 and t.id = $2", cancellationToken,
            Statement.Uuid(actor.UserId), Statement.Uuid(actor.TenantId));
        var version = VersionOf(organisation);
        IfMatch.WriteTag(context, version);
        return TypedResults.Ok(new DefaultsResponse(
            Preferences.Show(registry, NotificationTexts.Language(locale), _ => true, (definition, channel) => definition.DefaultOf(channel), organisation), version));
    }

    public static async Task<Results<Ok<DefaultsResponse>, ProblemHttpResult>> Put(
        PutDefaultsRequest request, [FromHeader(Name = IfMatch.Header)] string? version, Actor actor, HttpContext context, TenantSession session,
        PanoramaDbContext db, EventRegistry registry, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (Preferences.Check(registry, request.Modes) is { } errors)
        {
            return Problems.Members(errors);
        }

        // One editor at a time: what was compared is what is replaced.
        await session.Connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended('panorama:notification-defaults:' || $1, 0))", cancellationToken, Statement.Text(actor.TenantId.ToString()));
        var (_, before) = await Preferences.ReadAsync(session.Connection, cancellationToken);
        if (IfMatch.Refuse(version, VersionOf(before)) is { } refusal)
        {
            return refusal;
        }

        var after = request.Modes.ToDictionary(m => (m.Type, m.Channel), m => m.Mode);
        var changed = before.Keys.Union(after.Keys).Order()
            .Select(key => new { key = $"{key.Item1}:{key.Item2}", before = Word(before, key), after = Word(after, key) })
            .Where(c => c.before != c.after).ToList();
        if (changed.Count > 0)
        {
            await Preferences.ReplaceAsync(session.Connection, actor.TenantId!.Value, userId: null, request.Modes, cancellationToken);
            db.Add(AuditEvent.About(AuditActions.TenantSettingsUpdated, "tenant", actor.TenantId.Value, clock.Now(), new { section = "notifications", changed }));
            await db.SaveChangesAsync(cancellationToken);
        }

        return await Get(actor, context, session, registry, cancellationToken);
    }

    private static string? Word(Dictionary<(string, string), NoticeMode> modes, (string, string) key) =>
        modes.TryGetValue(key, out var mode) ? WireNames.Of(mode) : null;

    // The organisation has no row of its own for them, so the content is the version.
    private static int VersionOf(Dictionary<(string Type, string Channel), NoticeMode> modes)
    {
        var text = string.Join('\n', modes.Select(m => $"{m.Key.Type} {m.Key.Channel} {WireNames.Of(m.Value)}").Order(StringComparer.Ordinal));
        return BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0) & int.MaxValue;
    }
}

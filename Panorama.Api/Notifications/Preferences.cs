using System.ComponentModel.DataAnnotations;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Core.Sql;

namespace Panorama.Api.Notifications;

/// <summary>A kind of event and how one is told of it.</summary>
/// <param name="Type">For example `panorama.asset.checked_out`.</param>
/// <param name="Area">The heading in a list.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="IsMandatory">Security: it cannot be switched off.</param>
public sealed record EventPreference(string Type, string Area, string Name, bool IsMandatory, ChannelPreference Email, ChannelPreference InApp);

/// <param name="Mode">What holds.</param>
/// <param name="Default">What holds when nothing is chosen.</param>
/// <param name="IsChosen">False while <paramref name="Mode"/> is the default.</param>
public sealed record ChannelPreference(NoticeMode Mode, NoticeMode Default, bool IsChosen);

/// <summary>One choice.</summary>
/// <param name="Type">A kind of event that is not mandatory.</param>
/// <param name="Channel">`email` or `in_app`.</param>
/// <param name="Mode">`daily` is for mail alone.</param>
public sealed record ModeChoice([property: Required, MaxLength(100)] string Type, [property: Required, MaxLength(20)] string Channel, NoticeMode Mode);

/// <summary>Modes as they are stored and as they are shown.</summary>
internal static class Preferences
{
    private const int MostChoices = 500;

    /// <param name="isShown">Which kinds are in the list, of those that there are.</param>
    public static List<EventPreference> Show(
        EventRegistry registry, string language, Func<EventDefinition, bool> isShown, Func<EventDefinition, string, NoticeMode> otherwise, IReadOnlyDictionary<(string, string), NoticeMode> chosen)
    {
        return [.. registry.All.Where(d => d.NotYetProduced is null && isShown(d)).OrderBy(d => d.Area, StringComparer.Ordinal).ThenBy(d => d.Type, StringComparer.Ordinal).Select(d => new EventPreference(
            d.Type, d.Area, d.Texts[0].In(language).Name, d.IsMandatory, Of(d, Channels.Email), Of(d, Channels.InApp)))];

        ChannelPreference Of(EventDefinition definition, string channel)
        {
            var unchosen = otherwise(definition, channel);
            return !definition.IsMandatory && chosen.TryGetValue((definition.Type, channel), out var mode) ? new(mode, unchosen, true) : new(unchosen, unchosen, false);
        }
    }

    /// <summary>What is wrong with the choices, or null.</summary>
    public static Dictionary<string, string[]>? Check(EventRegistry registry, IReadOnlyList<ModeChoice> modes)
    {
        Dictionary<string, string[]> errors = [];
        if (modes.Count > MostChoices)
        {
            errors["modes"] = [FieldError.TooLong.Text];
            return errors;
        }

        HashSet<(string, string)> seen = [];
        for (var i = 0; i < modes.Count; i++)
        {
            var (type, channel, mode) = modes[i];
            if (!registry.TryFind(type, out var definition))
            {
                errors[$"modes[{i}].type"] = [FieldError.NotFound.Text];
            }
            else if (definition.IsMandatory)
            {
                errors[$"modes[{i}].type"] = [FieldError.NotChangeable.Text];
            }
            else if (!Channels.All.Contains(channel))
            {
                errors[$"modes[{i}].channel"] = [FieldError.NotFound.Text];
            }
            else if (!seen.Add((type, channel)))
            {
                errors[$"modes[{i}].type"] = [FieldError.Repeated.Text];
            }
            else if (mode == NoticeMode.Daily && channel != Channels.Email)
            {
                errors[$"modes[{i}].mode"] = [FieldError.NotAvailable.Text];
            }
        }

        return errors.Count == 0 ? null : errors;
    }

    public static async Task<(Dictionary<(string, string), NoticeMode> Own, Dictionary<(string, string), NoticeMode> Organisation)> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            "select user_id is not null, event_type, channel, mode from notification_preferences",
            r => (IsOwn: r.GetBoolean(0), Key: (r.GetString(1), r.GetString(2)), Mode: WireNames.Parse<NoticeMode>(r.GetString(3))), cancellationToken);
        return (rows.Where(r => r.IsOwn).ToDictionary(r => r.Key, r => r.Mode), rows.Where(r => !r.IsOwn).ToDictionary(r => r.Key, r => r.Mode));
    }

    /// <param name="userId">Null for the organisation's.</param>
    public static async Task ReplaceAsync(
        NpgsqlConnection connection, Guid tenantId, Guid? userId, IReadOnlyList<ModeChoice> modes, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("delete from notification_preferences where user_id is not distinct from $1", cancellationToken, Statement.Uuid(userId));
        await connection.ExecuteAsync(
            """
            insert into notification_preferences (tenant_id, user_id, event_type, channel, mode)
            select $1, $2, x.type, x.channel, x.mode from unnest($3, $4, $5) x(type, channel, mode)
            """,
            cancellationToken, Statement.Uuid(tenantId), Statement.Uuid(userId), Statement.Texts(modes.Select(m => m.Type)),
            Statement.Texts(modes.Select(m => m.Channel)), Statement.Texts(modes.Select(m => WireNames.Of(m.Mode))));
    }
}

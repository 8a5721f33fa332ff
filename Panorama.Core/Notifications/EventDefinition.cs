using Panorama.Core.Data;
using Panorama.Core.Identity;

namespace Panorama.Core.Notifications;

/// <summary>What a message says happened: a record of ids, enums, numbers and instants, with what is known about events of its kind.</summary>
public interface IEventPayload
{
    static abstract EventDefinition Definition { get; }
}

/// <summary>How somebody is told of an event by a channel.</summary>
[WireCase(WireCase.SnakeLower)]
public enum NoticeMode
{
    Off,
    Instant,

    /// <summary>With others in one mail a day.</summary>
    Daily,
}

/// <summary>The channels by which people are told.</summary>
public static class Channels
{
    public const string Email = "email";
    public const string InApp = "in_app";

    public static IReadOnlyList<string> All { get; } = [Email, InApp];
}

/// <summary>What a property of a payload is the id of: its name is loaded when the message is delivered.</summary>
public enum Named
{
    Asset,
    User,
    Import,
    Location,

    /// <summary>The name of its checklist, with what was noted at the end.</summary>
    Inspection,
}

/// <summary>The text may name what this id stands for: <c>AssetId</c> is <c>{asset}</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NamesAttribute(Named named) : Attribute
{
    public Named Named { get; } = named;
}

/// <summary>What people read in one language. Braces hold a name, number or time of the payload, <c>{actor}</c>, <c>{tenant}</c> or <c>{at}</c>; <c>{count#row|rows}</c> counts.</summary>
/// <param name="Name">The kind of event, as a list of settings has it.</param>
/// <param name="Title">The subject of a mail and the first line of a notice.</param>
/// <param name="Line">One or two sentences.</param>
public sealed record EventText(string Name, string Title, string Line);

/// <summary>The text in the three languages of the application.</summary>
public sealed record EventTexts(EventText En, EventText PtBr, EventText Es)
{
    /// <param name="language"><c>pt-BR</c>, <c>es</c>, anything else is English.</param>
    public EventText In(string language) => language switch { "pt-BR" => PtBr, "es" => Es, _ => En };
}

/// <summary>Who is told of an event.</summary>
/// <param name="Roles">Active members with one of these.</param>
/// <param name="People">Whom the payload names; null ones are nobody.</param>
/// <param name="TellsActor">Whether who did it is told as well.</param>
public sealed record Audience(IReadOnlyList<Role> Roles, Func<object, IEnumerable<Guid?>> People, bool TellsActor = false)
{
    public static IReadOnlyList<Role> Managers { get; } = [Role.Owner, Role.FleetAdmin];

    /// <summary>Whether anybody may be one of <see cref="People"/>, whatever their role.</summary>
    public bool NamesPeople { get; private init; }

    public static Audience OfRoles(params Role[] roles) => new(roles, _ => []);

    public static Audience OfPeople<T>(Func<T, IEnumerable<Guid?>> people, params Role[] andRoles) =>
        new(andRoles, payload => people((T)payload)) { NamesPeople = true };

    /// <summary>Whether somebody of that role can ever be told.</summary>
    public bool Reaches(Role? role) => NamesPeople || (role is { } one && Roles.Contains(one));
}

/// <summary>All that is known about a kind of event. Its file is the one place that says it.</summary>
public sealed class EventDefinition
{
    private EventDefinition()
    {
    }

    /// <summary>For example <c>panorama.asset.checked_out</c>; never renamed or reused.</summary>
    public required string Type { get; init; }

    /// <summary>Grows with a member that is added; none is ever taken away.</summary>
    public int SchemaVersion { get; private init; } = 1;
    public required Type PayloadType { get; init; }
    public required string ResourceType { get; init; }
    public required Func<object, Guid?> ResourceOf { get; init; }
    public required Audience Audience { get; init; }

    /// <summary>More than one where an outcome reads differently; the first also names the kind.</summary>
    public required IReadOnlyList<EventTexts> Texts { get; init; }

    /// <summary>Which of <see cref="Texts"/> it is; null when nobody needs to know.</summary>
    public required Func<object, EventTexts?> TextsOf { get; init; }

    /// <summary>The page in the Web, from the root.</summary>
    public required Func<object, string> LinkOf { get; init; }

    /// <summary>What holds while neither the person nor the organisation chose.</summary>
    public required NoticeMode Email { get; init; }

    /// <summary>The same for who is told because of a role alone.</summary>
    public required NoticeMode EmailOfRoles { get; init; }

    /// <inheritdoc cref="Email"/>
    public required NoticeMode InApp { get; init; }

    /// <summary>Security: cannot be switched off, and quiet hours do not hold it.</summary>
    public required bool IsMandatory { get; init; }

    /// <summary>
    /// Whether anybody is told at once unless he chose otherwise. A notification of the database makes commits wait for each other, so what nobody
    /// waits for is announced to nobody.
    /// </summary>
    public bool IsToldAtOnce => NoticeMode.Instant == Email || NoticeMode.Instant == EmailOfRoles || NoticeMode.Instant == InApp;

    /// <summary>Why nothing produces it yet; null for what is produced.</summary>
    public string? NotYetProduced { get; private init; }

    /// <summary>The first part of the type behind the prefix: the heading in a list of settings.</summary>
    public string Area => Type.Split('.')[1];

    /// <param name="channel">One of <see cref="Channels"/>.</param>
    /// <param name="isNamed">Whether the event names the person.</param>
    public NoticeMode DefaultOf(string channel, bool isNamed = true) => channel != Channels.Email ? InApp : isNamed ? Email : EmailOfRoles;

    /// <summary>A kind of event.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="resourceType">What it is about, as the audit trail calls it.</param>
    /// <param name="resource">Which one.</param>
    /// <param name="audience">Who is told.</param>
    /// <param name="texts">What they read.</param>
    /// <param name="link">Where they look.</param>
    /// <param name="email">By mail, unless somebody chose otherwise.</param>
    /// <param name="inApp">In the application, unless somebody chose otherwise.</param>
    /// <param name="emailOfRoles">By mail, to who is told because of a role alone; null is the same.</param>
    /// <param name="isMandatory">Security.</param>
    /// <param name="textsOf">For more than one text.</param>
    /// <param name="notYetProduced">Why nothing produces it yet.</param>
    public static EventDefinition Of<T>(
        string type, string resourceType, Func<T, Guid?> resource, Audience audience, EventTexts texts, Func<T, string> link,
        NoticeMode email = NoticeMode.Instant, NoticeMode inApp = NoticeMode.Instant, NoticeMode? emailOfRoles = null, bool isMandatory = false,
        Func<T, EventTexts?>? textsOf = null, IEnumerable<EventTexts>? moreTexts = null, string? notYetProduced = null)
        where T : class, IEventPayload => new()
        {
            Type = type,
            PayloadType = typeof(T),
            ResourceType = resourceType,
            ResourceOf = payload => resource((T)payload),
            Audience = audience,
            Texts = [texts, .. moreTexts ?? []],
            TextsOf = textsOf is null ? _ => texts : payload => textsOf((T)payload),
            LinkOf = payload => link((T)payload),
            Email = email,
            EmailOfRoles = emailOfRoles ?? email,
            InApp = inApp,
            IsMandatory = isMandatory,
            NotYetProduced = notYetProduced,
        };
}

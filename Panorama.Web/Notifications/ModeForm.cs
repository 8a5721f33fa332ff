using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Notifications;

/// <summary>The table of kinds and channels as it is posted: a choice each, empty for the default.</summary>
public sealed class ModeForm
{
    public const string Email = "email";
    public const string InApp = "in_app";

    private readonly Dictionary<string, string> _values;

    private ModeForm(Dictionary<string, string> values) => _values = values;

    public static ModeForm Of(IReadOnlyList<EventChoice> events) => new(events.SelectMany(e => new[] { (Name(e.Type, Email), e.Email), (Name(e.Type, InApp), e.InApp) })
        .ToDictionary(c => c.Item1, c => c.Item2.IsChosen ? c.Item2.Mode : "", StringComparer.Ordinal));

    public static ModeForm Of(IFormCollection form) =>
        new(form.Where(f => f.Key.StartsWith("mode:", StringComparison.Ordinal)).ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal));

    public static string Name(string type, string channel) => $"mode:{type}:{channel}";

    public string this[string type, string channel] => _values.GetValueOrDefault(Name(type, channel), "");

    /// <summary>What differs from the default.</summary>
    public IReadOnlyList<ModeChoice> Chosen =>
        [.. _values.Where(v => v.Value.Length > 0).Select(v => (v.Key.Split(':'), v.Value)).Where(v => v.Item1.Length == 3).Select(v => new ModeChoice(v.Item1[1], v.Item1[2], v.Value))];

    /// <summary>Where two forms differ, for the one who saved second.</summary>
    internal IEnumerable<(string Label, string? Stored, string? Typed)> Differences(ModeForm stored, IReadOnlyList<EventChoice> events, Texts texts) =>
        from choice in events.Where(e => !e.IsMandatory)
        from channel in new[] { Email, InApp }
        let now = stored[choice.Type, channel]
        let mine = this[choice.Type, channel]
        where now != mine
        select ($"{choice.Name}, {texts["notify.channel." + channel]}", (string?)Word(now, texts), (string?)Word(mine, texts));

    private static string Word(string mode, Texts texts) => texts[mode.Length == 0 ? "notify.default" : "notify.mode." + mode];
}

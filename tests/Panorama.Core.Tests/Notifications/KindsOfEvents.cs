using Panorama.Core.Identity;
using Panorama.Core.Inspections;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;

namespace Panorama.Core.Tests.Notifications;

/// <summary>What every kind of event has to have.</summary>
public sealed class KindsOfEvents
{
    private static readonly int[] Numbers = [0, 1, 2, 1_000_000];

    private static readonly EventTexts Good = Texts("Something happened to {asset}.");

    public sealed record WithText([property: Names(Named.Asset)] Guid AssetId, string Note) : IEventPayload
    {
        public static EventDefinition Definition => EventDefinition.Of<WithText>("panorama.test.with_text", "asset", e => e.AssetId, Audience.OfRoles(Role.Owner), Good, _ => "/");
    }

    public sealed record Plain([property: Names(Named.Asset)] Guid AssetId) : IEventPayload
    {
        public static EventDefinition Definition => Of(Audience.OfRoles(Role.Owner), Good);

        public static EventDefinition Of(Audience audience, EventTexts texts, string type = "panorama.test.plain") =>
            EventDefinition.Of<Plain>(type, "asset", e => e.AssetId, audience, texts, _ => "/");
    }

    [Fact]
    public void Every_kind_that_is_shipped_has_schema_texts_and_consumer()
    {
        var all = EventRegistry.Shipped.All;

        Assert.True(all.Count >= 18);
        Assert.All(all, d =>
        {
            Assert.Empty(EventRegistry.Problems(d));
            Assert.Equal(EventJson.Members(d.PayloadType).Count(), EventRegistry.SchemaOf(d)["properties"]!["data"]!["properties"]!.AsObject().Count);
        });
    }

    [Fact]
    public void Everyday_changes_of_an_asset_wake_nobody()
    {
        var quiet = EventRegistry.Shipped.All.Where(d => !d.IsToldAtOnce).Select(d => d.Type);

        Assert.Equal(["panorama.asset.created", "panorama.asset.retired", "panorama.asset.updated"], quiet);
    }

    [Fact]
    public void Payloads_hold_ids_enums_numbers_and_instants_only()
    {
        var allowed = new[] { typeof(Guid), typeof(DateTimeOffset), typeof(int), typeof(long), typeof(decimal) };

        Assert.Empty(from definition in EventRegistry.Shipped.All
                     from property in EventJson.Members(definition.PayloadType)
                     let type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType
                     where !type.IsEnum && !allowed.Contains(type)
                     select $"{definition.Type}.{property.Name}");
    }

    [Fact]
    public void One_that_lacks_something_is_named_when_a_process_starts()
    {
        string[] Lacks(EventDefinition definition) => [.. EventRegistry.Problems(definition)];

        Assert.Empty(Lacks(Plain.Definition));
        Assert.Equal(["WithText.Note is String: a payload holds ids, enums, numbers and instants."], Lacks(WithText.Definition));
        Assert.Equal(["panorama.test.plain has no Spanish text."], Lacks(Plain.Of(Audience.OfRoles(Role.Owner), Good with { Es = new EventText("x", " ", "y") })));
        Assert.Equal(
            ["panorama.test.plain has {asst} in its English text, and its payload has no such name.", "panorama.test.plain has {asst} in its Portuguese text, and its payload has no such name.",
                "panorama.test.plain has {asst} in its Spanish text, and its payload has no such name."],
            Lacks(Plain.Of(Audience.OfRoles(Role.Owner), Texts("{asst}"))));
        Assert.Equal(["panorama.test.plain has no consumer: its audience is nobody."], Lacks(Plain.Of(Audience.OfRoles(), Good)));
        Assert.Equal(["plain is not called panorama.<area>.<what>."], Lacks(Plain.Of(Audience.OfRoles(Role.Owner), Good, "plain")));
        Assert.Equal(
            "panorama.test.plain is there twice.", Assert.Throws<InvalidOperationException>(() => new EventRegistry([Plain.Definition, Plain.Definition])).Message);
    }

    [Fact]
    public void Those_of_bookings_are_there_and_say_why_nothing_produces_them()
    {
        var waiting = EventRegistry.Shipped.All.Where(d => d.NotYetProduced is not null).Select(d => d.Type);

        Assert.Equal(
            ["panorama.reservation.approved", "panorama.reservation.checked_in_with_damage", "panorama.reservation.rejected"], waiting);
    }

    [Fact]
    public void Every_other_kind_is_produced_somewhere()
    {
        // Two are written by functions of the database.
        var sources = string.Concat(Directory.EnumerateFiles(Root(), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith("notifications.sql", StringComparison.Ordinal))
            .Where(f => !f.Contains("/tests/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/Notifications/Events/", StringComparison.Ordinal))
            .Select(File.ReadAllText));

        Assert.Empty(EventRegistry.Shipped.All.Where(d => d.NotYetProduced is null)
            .Where(d => !sources.Contains($"new {d.PayloadType.Name}(", StringComparison.Ordinal) && !sources.Contains($"'{d.Type}'", StringComparison.Ordinal)).Select(d => d.Type));
    }

    [Fact]
    public void An_inspection_that_was_passed_is_nobodys_business()
    {
        InspectionCompleted Of(InspectionOutcome outcome) => new(Guid.Empty, Guid.Empty, null, Guid.Empty, outcome, 1, 2);

        Assert.Null(InspectionCompleted.Definition.TextsOf(Of(InspectionOutcome.Pass)));
        Assert.StartsWith("FAIL – {asset}", InspectionCompleted.Definition.TextsOf(Of(InspectionOutcome.Fail))!.En.Title, StringComparison.Ordinal);
        Assert.StartsWith("Maintenance", InspectionCompleted.Definition.TextsOf(Of(InspectionOutcome.NeedsMaintenance))!.En.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_defect_reads_as_bad_as_it_is_and_fills_no_mailbox()
    {
        string TitleOf(Core.Inspections.DefectSeverity severity) =>
            DefectOpened.Definition.TextsOf(new DefectOpened(Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, severity))!.En.Title;

        Assert.Equal(
            ["Minor defect at {asset}", "Major defect at {asset}", "{asset} is out of service"], Enum.GetValues<Core.Inspections.DefectSeverity>().Select(TitleOf));
        Assert.Equal((NoticeMode.Daily, NoticeMode.Instant), (DefectOpened.Definition.Email, DefectOpened.Definition.InApp));
        Assert.StartsWith("No repair", DefectCertified.Definition.TextsOf(
            new DefectCertified(Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, Core.Inspections.DefectStatus.Dismissed))!.En.Title, StringComparison.Ordinal);
        Assert.StartsWith("Repair", DefectCertified.Definition.TextsOf(
            new DefectCertified(Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, Core.Inspections.DefectStatus.Certified))!.En.Title, StringComparison.Ordinal);
    }

    [Trait("FieldCase", "L10N-01")]
    [Theory]
    [InlineData("en", "0 assets", "1 asset", "2 assets", "1,000,000 assets")]
    [InlineData("pt-BR", "0 ativo", "1 ativo", "2 ativos", "1.000.000 de ativos")]
    [InlineData("es", "0 activos", "1 activo", "2 activos", "1.000.000 de activos")]
    public void None_one_many_and_a_million_are_counted_as_each_language_does(string language, params string[] expected)
    {
        var (one, other) = language switch { "pt-BR" => ("ativo", "ativos"), "es" => ("activo", "activos"), _ => ("asset", "assets") };

        Assert.Equal(expected, Numbers.Select(n => NotificationTexts.Count(n, language, one, other)));
    }

    [Theory]
    [InlineData("ana@fleet.example", true)]
    [InlineData("ana+x@fleet.example", true)]
    [InlineData("mailto:ana@fleet.example", false)]
    [InlineData("ana@fleet.example;bo@fleet.example", false)]
    [InlineData("ana@fleet.example,bo@fleet.example", false)]
    [InlineData("Ana <ana@fleet.example>", false)]
    [InlineData("josé@fleet.example", false)]
    [InlineData("ana", false)]
    public void A_recipient_is_one_mailbox(string address, bool isOne) => Assert.Equal(isOne, MailRecipients.IsAddress(address));

    private static EventTexts Texts(string line) => new(new EventText("n", "t", line), new EventText("n", "t", line), new EventText("n", "t", line));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Panorama.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}

namespace Panorama.Web.Tests.Running;

/// <summary>The imports of the stand-in: one for each state that a page shows.</summary>
internal static class StandInImports
{
    public static readonly string[] States = ["DRAFT", "CHECKED", "BLOCKED", "QUEUED", "RUNNING", "PAUSED", "DONE", "FAILED", "CANCELLED", "PLACES"];

    /// <summary>The id of the import in that state.</summary>
    public static string IdOf(string state) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"90000000-0000-7000-8000-{Array.IndexOf(States, state):000000000000}");

    public static object? Find(string id) => Array.Find(States, s => IdOf(s) == id) is { } state ? Import(state) : null;

    public static object List(bool empty) => new { items = empty ? [] : States.Select(Import).ToArray(), nextCursor = empty ? null : "next/page+of=imports" };

    public static object Import(string state)
    {
        var isPlaces = state == "PLACES";
        state = isPlaces ? "DONE" : state;
        var isDraft = state is "DRAFT" or "CHECKED" or "BLOCKED";
        return new
        {
            id = IdOf(isPlaces ? "PLACES" : state),
            kind = isPlaces ? "locations" : "assets",
            fileName = "fleet-november.csv",
            sizeBytes = 48_211,
            state = isDraft ? "DRAFT" : state,
            dryRun = isDraft && state != "DRAFT",
            options = new
            {
                dates = (string?)null,
                numbers = (string?)null,
                currency = (string?)null,
                mode = state == "BLOCKED" ? "all-or-nothing" : "skip-bad",
                existing = "update",
                encoding = (string?)null,
                delimiter = (string?)null,
                defaultModel = (string?)null,
                vehicleCategories = Array.Empty<string>(),
                mapping = new Dictionary<string, string>(),
            },
            rowsTotal = 1204,
            rowsDone = state is "DRAFT" or "QUEUED" ? 0 : state is "RUNNING" or "PAUSED" or "CANCELLED" ? 500 : 1204,
            created = state is "DRAFT" or "QUEUED" or "FAILED" ? 0 : 1121,
            updated = state is "DRAFT" or "QUEUED" or "FAILED" ? 0 : 64,
            matched = 12,
            rejected = state == "DONE" ? 0 : 7,
            warnings = 19,
            peopleCreated = 1,
            custodies = 40,
            errorCode = state == "FAILED" ? "rows_rejected" : null,
            startedByUserId = (string?)null,
            startedByName = state == "DONE" ? null : "Priya Nair",
            startedAt = "2026-11-26T09:00:00.000Z",
            finishedAt = state is "DRAFT" or "QUEUED" or "RUNNING" or "PAUSED" ? null : "2026-11-26T09:00:12.000Z",
            cancelRequested = false,
            etaSeconds = state == "RUNNING" ? 9 : (int?)null,
            version = 3,
            createdAt = "2026-11-26T08:58:00.000Z",
            updatedAt = "2026-11-26T09:00:12.000Z",
        };
    }

    public static object Inspection() => new
    {
        encoding = "Windows-1252",
        encodingSample = "Furgão nº 7",
        damaged = true,
        delimiter = "semicolon",
        lineEnds = "CRLF",
        rows = 1204,
        columns = new object[]
        {
            Column(0, "Kennung", ["VAN-001", "VAN-002"], "tag"), Column(1, "Bezeichnung", ["Ford Transit Custom", "Furgão nº 7"], "name"),
            Column(2, "Kaufdatum", ["3/4/23", "31.02.2026"], "purchaseDate"), Column(3, "Preis", ["1.234,50", "R$ 10,00"], "purchaseCost"),
            Column(4, "", [], "ignore"), Column(5, "Farbe", ["rot"], "custom:70000000-0000-7000-8000-000000000001"),
        },
        preview = new object[]
        {
            new { line = 2, cells = new[] { "VAN-001", "Ford Transit Custom", "3/4/23", "1.234,50", "", "rot" } },
            new { line = 3, cells = new[] { "VAN-002", "Furgão nº 7", "31.02.2026", "R$ 10,00", "" } },
        },
        fields = new object[]
        {
            new { target = "tag", name = (string?)null }, new { target = "name", name = (string?)null }, new { target = "purchaseDate", name = (string?)null },
            new { target = "purchaseCost", name = (string?)null }, new { target = "custom:70000000-0000-7000-8000-000000000001", name = "Colour" },
        },
        choices = new object[]
        {
            new
            {
                choice = "dates", chosen = (string?)null, columns = new[] { "Kaufdatum" },
                options = new[]
                {
                    Option("dmy", ("3/4/23", "2023-04-03"), ("31.02.2026", null)), Option("mdy", ("3/4/23", "2023-03-04"), ("31.02.2026", null)), Option("iso", ("3/4/23", null), ("31.02.2026", null)),
                },
            },
            new
            {
                choice = "numbers", chosen = (string?)null, columns = new[] { "Preis" },
                options = new[] { Option("point", ("1.234,50", null), ("R$ 10,00", "1000")), Option("comma", ("1.234,50", "1234.50"), ("R$ 10,00", "10.00")) },
            },
            new { choice = "currency", chosen = (string?)null, columns = new[] { "Preis" }, options = Array.Empty<object>() },
        },
        encodings = new[] { "utf-8", "utf-16", "windows-1252" },
    };

    public static object Findings(bool none) => new
    {
        items = none ? [] : new object[]
        {
            Finding(1, 18, "Kennung", "reject", "tag_twice", new() { ["value"] = "VAN-014", ["line"] = "17" }),
            Finding(2, 212, "Kaufdatum", "warning", "date_unreadable", new() { ["value"] = "31.02.2026", ["order"] = "day/month/year" }),
            Finding(3, 377, null, "reject", "too_many_cells", new() { ["found"] = "9", ["expected"] = "6" }),
            Finding(4, 903, "Farbe", "warning", "a_later_code", []),
        },
        nextCursor = none ? null : "next/page+of=findings",
    };

    private static object Column(int index, string header, string[] samples, string target) => new { index, header, samples, filled = samples.Length, suggested = target, target };

    private static object Option(string value, params (string Text, string? Reads)[] samples) =>
        new { value, samples = samples.Select(s => new { column = "x", text = s.Text, reads = s.Reads }).ToArray() };

    private static object Finding(int id, int line, string? column, string severity, string code, Dictionary<string, string> args) =>
        new { id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"91000000-0000-7000-8000-{id:000000000000}"), line, column, severity, code, args, text = "What was found, in English." };
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace Panorama.Web.Assets;

/// <summary>
/// The list's whole state, as its address has it: every filter is a link and every link is a filter. Values that mean nothing are
/// dropped, so an old or hand-typed address still opens.
/// </summary>
public sealed record AssetQuery
{
    public const int PageSize = 50;

    private const int MostBack = 1200; // characters: a path that leads back to this page keeps to 2000

    public static readonly IReadOnlyList<string> States = ["READY", "IN_USE", "RESERVED", "MAINTENANCE", "RETIRED"];
    public static readonly IReadOnlyList<string> AllColumns = ["serial", "category", "model", "location", "holder", "bookable", "purchaseDate"];
    public static readonly IReadOnlyList<string> UsualColumns = ["serial", "location", "holder", "purchaseDate"];
    public static readonly IReadOnlyList<string> Sorts = ["tag", "name", "status", "purchaseDate", "createdAt"];

    public string? Q { get; init; }

    public IReadOnlyList<string> Status { get; init; } = [];

    public Guid? CategoryId { get; init; }

    public Guid? ModelId { get; init; }

    public Guid? LocationId { get; init; }

    public Guid? StatusLabelId { get; init; }

    /// <summary>Who has them now.</summary>
    public Guid? AssignedUserId { get; init; }

    /// <summary>A whole tag.</summary>
    public string? Tag { get; init; }

    /// <summary>What an import made or changed.</summary>
    public Guid? ImportId { get; init; }

    public bool? Bookable { get; init; }

    public bool Archived { get; init; }

    /// <summary>Every asset was asked for, and not the view that the list opens with.</summary>
    public bool All { get; init; }

    /// <summary>Columns beside tag, name and state, in their order; null means the usual ones.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary><c>compact</c>, <c>comfortable</c>, or null as the person has it everywhere.</summary>
    public string? Density { get; init; }

    public string Sort { get; init; } = "tag";

    public bool Descending { get; init; }

    public string? Cursor { get; init; }

    /// <summary>Cursors of the pages before this one but the first, which has none; the oldest are dropped when they make the address long.</summary>
    public IReadOnlyList<string> Back { get; init; } = [];

    /// <summary>Number of the page's first row, for "51–100 of 10,214"; only shown, never asked for.</summary>
    public long From { get; init; } = 1;

    public bool IsFiltered => Q is not null || Status.Count > 0 || CategoryId is not null || ModelId is not null || LocationId is not null
        || StatusLabelId is not null || AssignedUserId is not null || Tag is not null || ImportId is not null || Bookable is not null || Archived;

    /// <summary>How many filters the search box does not show.</summary>
    public int FilterCount => Status.Count + (CategoryId is null ? 0 : 1) + (ModelId is null ? 0 : 1) + (LocationId is null ? 0 : 1)
        + (StatusLabelId is null ? 0 : 1) + (AssignedUserId is null ? 0 : 1) + (Tag is null ? 0 : 1) + (ImportId is null ? 0 : 1) + (Bookable is null ? 0 : 1) + (Archived ? 1 : 0);

    public static AssetQuery Read(IQueryCollection query)
    {
        var sort = Sorts.FirstOrDefault(s => s == query["sort"]) ?? "tag";
        var q = query["q"].ToString().Trim();
        return new AssetQuery
        {
            Q = q.Length == 0 ? null : q.Length > 200 ? q[..200] : q,
            Status = [.. States.Where(s => query["status"].Contains(s))],
            CategoryId = Id("categoryId"),
            ModelId = Id("modelId"),
            LocationId = Id("locationId"),
            StatusLabelId = Id("statusLabelId"),
            AssignedUserId = Id("assignedUserId"),
            Tag = query["tag"].ToString().Trim() is { Length: > 0 and <= 64 } tag ? tag : null,
            ImportId = Id("importId"),
            Bookable = query["bookable"].ToString() switch { "true" => true, "false" => false, _ => null },
            Archived = query["includeArchived"] == "true",
            All = query["view"] == "all",
            Columns = query.ContainsKey("columns") ? Shown(query["columns"].SelectMany(c => (c ?? "").Split(','))) : null,
            Density = query["density"].ToString() is ("compact" or "comfortable") and var density ? density : null,
            Sort = sort,
            Descending = query["order"].ToString() switch { "asc" => false, "desc" => true, _ => sort == "createdAt" },
            Cursor = query["cursor"].ToString() is { Length: > 0 and <= 2000 } cursor ? cursor : null,
            Back = Kept(query["back"].OfType<string>().Where(c => c.Length > 0)),
            From = long.TryParse(query["from"], CultureInfo.InvariantCulture, out var from) && from is > 1 and < 1_000_000_000 ? from : 1,
        };

        static List<string> Shown(IEnumerable<string> asked) => [.. AllColumns.Where(c => asked.Contains(c, StringComparer.Ordinal))];

        Guid? Id(string name) => Guid.TryParse(query[name], out var id) ? id : null;
    }

    public bool Shows(string column) => (Columns ?? UsualColumns).Contains(column, StringComparer.Ordinal);

    /// <summary>The filters as Api takes them in a body.</summary>
    public JsonObject Filter()
    {
        var filter = new JsonObject { ["includeArchived"] = Archived };
        if (Status.Count > 0)
        {
            filter["status"] = new JsonArray([.. Status.Select(s => (JsonNode)s)]);
        }

        foreach (var (name, value) in new (string, JsonNode?)[]
        {
            ("q", Q), ("categoryId", CategoryId), ("modelId", ModelId), ("locationId", LocationId),
            ("statusLabelId", StatusLabelId), ("assignedUserId", AssignedUserId), ("tag", Tag), ("importId", ImportId), ("bookable", Bookable),
        })
        {
            if (value is not null)
            {
                filter[name] = value;
            }
        }

        return filter;
    }

    /// <summary>The same list from its first row.</summary>
    public AssetQuery Restart() => this with { Cursor = null, From = 1, Back = [] };

    /// <summary>The page after this one, which shows so many rows.</summary>
    public AssetQuery Next(string cursor, int rows) => this with
    {
        Cursor = cursor,
        From = From + rows,
        Back = Cursor is null ? [] : Kept([.. Back, Cursor]),
    };

    /// <summary>The page before this one; null on the first, and where an address does not say how it was reached.</summary>
    public AssetQuery? Previous() => Cursor is null ? null
        : Back.Count > 0 ? this with { Cursor = Back[^1], From = Math.Max(1, From - PageSize), Back = [.. Back.SkipLast(1)] }
        : From == 1 + PageSize ? Restart() : null;

    public string Href => "/assets" + Build(forApi: false);

    public string ForApi => Build(forApi: true);

    public AssetQuery SortedBy(string sort) =>
        Restart() with { Sort = sort, Descending = sort == Sort ? !Descending : sort == "createdAt" };

    /// <summary>Everything a form must carry along besides the fields it has itself.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs(bool forApi = false)
    {
        if (Q is not null)
        {
            yield return new("q", Q);
        }

        foreach (var state in Status)
        {
            yield return new("status", state);
        }

        if (CategoryId is { } category)
        {
            yield return new("categoryId", category.ToString());
        }

        if (ModelId is { } model)
        {
            yield return new("modelId", model.ToString());
        }

        if (LocationId is { } location)
        {
            yield return new("locationId", location.ToString());
        }

        if (StatusLabelId is { } label)
        {
            yield return new("statusLabelId", label.ToString());
        }

        if (AssignedUserId is { } person)
        {
            yield return new("assignedUserId", person.ToString());
        }

        if (Tag is not null)
        {
            yield return new("tag", Tag);
        }

        if (ImportId is { } import)
        {
            yield return new("importId", import.ToString());
        }

        if (Bookable is { } bookable)
        {
            yield return new("bookable", bookable ? "true" : "false");
        }

        if (forApi || Archived)
        {
            yield return new("includeArchived", Archived ? "true" : "false"); // Api shows them unless told otherwise
        }

        if (!forApi && Columns is not null && !Columns.SequenceEqual(UsualColumns))
        {
            yield return new("columns", string.Join(',', Columns));
        }

        if (!forApi && All)
        {
            yield return new("view", "all");
        }

        if (!forApi && Density is not null)
        {
            yield return new("density", Density);
        }

        if (forApi || Sort != "tag")
        {
            yield return new("sort", Sort);
        }

        if (forApi || Descending != (Sort == "createdAt"))
        {
            yield return new("order", Descending ? "desc" : "asc");
        }

        if (Cursor is not null)
        {
            yield return new("cursor", Cursor);
            if (!forApi)
            {
                yield return new("from", From.ToString(CultureInfo.InvariantCulture));
                foreach (var cursor in Back)
                {
                    yield return new("back", cursor);
                }
            }
        }
    }

    private static List<string> Kept(IEnumerable<string> cursors)
    {
        var room = MostBack;
        var kept = cursors.Reverse().TakeWhile(c => (room -= c.Length) >= 0).ToList();
        kept.Reverse();
        return kept;
    }

    private string Build(bool forApi)
    {
        var query = QueryString.Create(Pairs(forApi).Select(p => new KeyValuePair<string, string?>(p.Key, p.Value)));
        return forApi ? query.Add("limit", PageSize.ToString(CultureInfo.InvariantCulture)).ToString() : query.ToString();
    }
}

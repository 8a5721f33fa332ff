using System.Globalization;
using System.Text.Json.Nodes;
using Panorama.Web.Api;

namespace Panorama.Web.Inspections.Templates;

/// <summary>What the editor of a checklist holds, as text: from a checklist when it is opened, from the browser when it comes back.</summary>
public sealed class ChecklistForm
{
    public const int MostItems = 50;

    /// <summary>The choice "a kind" or "a category" is one control: its value is one of these and what follows.</summary>
    private const string OfKind = "kind:";
    private const string OfCategory = "category:";

    private readonly List<ItemForm> _items = [];

    /// <summary>The version that the person saw.</summary>
    public int Version { get; set; }

    public string? Name { get; private init; }

    public string? Description { get; private init; }

    public string? Scope { get; private init; }

    public string? DisplayOrder { get; private init; } = "0";

    public IReadOnlyList<ItemForm> Items => _items;

    /// <summary>Id of the control that is to have the focus, after a button of the form was pressed.</summary>
    public string? Focus { get; private set; }

    internal static ChecklistForm New()
    {
        var form = new ChecklistForm { Scope = ScopeOf("VEHICLE", null) };
        form._items.Add(ItemForm.New("1"));
        return form;
    }

    internal static ChecklistForm Of(Checklist checklist) => new ChecklistForm
    {
        Version = checklist.Version,
        Name = checklist.Name,
        Description = checklist.Description,
        Scope = ScopeOf(checklist.CategoryKind, checklist.CategoryId),
        DisplayOrder = checklist.DisplayOrder.ToString(CultureInfo.InvariantCulture),
    }.With(checklist.Items);

    internal static ChecklistForm Of(LibraryChecklist template) =>
        new ChecklistForm { Name = template.Name, Description = template.Description, Scope = ScopeOf(template.CategoryKind, null) }.With(template.Items);

    public static ChecklistForm Of(IFormCollection sent)
    {
        ArgumentNullException.ThrowIfNull(sent);
        var form = new ChecklistForm
        {
            Version = int.TryParse(sent["version"], CultureInfo.InvariantCulture, out var version) ? version : 0,
            Name = ItemForm.Text(sent, "name"),
            Description = ItemForm.Text(sent, "description"),
            Scope = ItemForm.Text(sent, "scope"),
            DisplayOrder = ItemForm.Text(sent, "displayOrder"),
        };
        var keys = sent["item"].OfType<string>().Where(k => k.Length is > 0 and <= 4 && k.All(char.IsAsciiDigit)).Distinct(StringComparer.Ordinal);
        form._items.AddRange(keys.Take(2 * MostItems).Select(k => ItemForm.Of(sent, k)));
        return form;
    }

    public static string ScopeOf(string? kind, Guid? category) => kind is null ? OfCategory + category : OfKind + kind;

    /// <summary>Adds, copies, moves or takes out an item, as the pressed button says.</summary>
    /// <param name="operation"><c>add</c>, or <c>up:3</c>, <c>down:3</c>, <c>copy:3</c>, <c>remove:3</c> with the key of an item.</param>
    public void Rearrange(string operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var (verb, key) = operation.Split(':') is [var first, var second] ? (first, second) : (operation, "");
        var place = _items.FindIndex(i => i.Key == key);
        switch (verb)
        {
            case "add" when _items.Count < MostItems:
                Put(_items.Count, ItemForm.New(NextKey()));
                break;
            case "copy" when place >= 0 && _items.Count < MostItems:
                Put(place + 1, _items[place].Copy(NextKey()));
                break;
            case "remove" when place >= 0:
                _items.RemoveAt(place);
                Focus = _items.Count == 0 ? "add" : "remove-" + _items[Math.Min(place, _items.Count - 1)].Key;
                break;
            case "up" when place > 0:
            case "down" when place >= 0 && place < _items.Count - 1:
                Move(place, verb == "up" ? place - 1 : place + 1);
                break;
        }
    }

    /// <summary>Everything the form holds, as Api takes it.</summary>
    public JsonObject Body()
    {
        var scope = Scope ?? "";
        return new JsonObject
        {
            ["name"] = Name?.Trim() ?? "",
            ["description"] = string.IsNullOrWhiteSpace(Description) ? null : Description.Trim(),
            ["categoryKind"] = scope.StartsWith(OfKind, StringComparison.Ordinal) ? scope[OfKind.Length..] : null,
            ["categoryId"] = scope.StartsWith(OfCategory, StringComparison.Ordinal) ? scope[OfCategory.Length..] : null,
            ["displayOrder"] = string.IsNullOrWhiteSpace(DisplayOrder) ? 0
                : int.TryParse(DisplayOrder.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var order) ? JsonValue.Create(order) : JsonValue.Create(DisplayOrder.Trim()),
            ["items"] = new JsonArray([.. _items.Select(i => i.Body())]),
        };
    }

    private ChecklistForm With(IEnumerable<ChecklistItem> items)
    {
        _items.AddRange(items.Index().Select(i => ItemForm.Of(i.Item, (i.Index + 1).ToString(CultureInfo.InvariantCulture))));
        return this;
    }

    private void Put(int place, ItemForm item)
    {
        _items.Insert(place, item);
        Focus = "label-" + item.Key;
    }

    private void Move(int from, int to)
    {
        var item = _items[from];
        _items.RemoveAt(from);
        _items.Insert(to, item);
        // At an end of the list one of the two buttons can do no more.
        Focus = (to < from && to > 0) || to == _items.Count - 1 ? "up-" + item.Key : "down-" + item.Key;
    }

    private string NextKey() => (_items.Max(i => (int?)int.Parse(i.Key, CultureInfo.InvariantCulture)) + 1 ?? 1).ToString(CultureInfo.InvariantCulture);
}

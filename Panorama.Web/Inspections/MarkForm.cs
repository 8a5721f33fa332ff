using System.Globalization;
using System.Text.Json.Nodes;
using Panorama.Web.Api;
using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Inspections;

/// <summary>A mark as it is edited: places in percent, as they were typed.</summary>
/// <param name="Shape">CIRCLE or ARROW.</param>
/// <param name="Size">Radius of a circle.</param>
public sealed record TypedMark(string Shape, string X, string Y, string Size, string ToX, string ToY, string Text)
{
    public bool IsCircle => Shape == "CIRCLE";
}

/// <summary>The marks of a photo in a form that also works by clicking on the picture without script.</summary>
public sealed class MarkForm
{
    public const int Most = 10;
    public const int LongestText = 200;

    /// <summary>Longest edge of the picture to click on, in pixels: without script nobody else knows how large a browser drew it.</summary>
    public static readonly (string Name, int Edge)[] Pads = [("at-s", 256), ("at-l", 640)];

    private const int Whole = 10_000;
    private const int DefaultRadius = 800;
    private const int ArrowLength = 1_500;
    private static readonly string[] Fields = ["shape", "x", "y", "size", "toX", "toY", "text"];

    private readonly List<TypedMark> _marks;

    private MarkForm(IEnumerable<TypedMark> marks) => _marks = [.. marks];

    public IReadOnlyList<TypedMark> Marks => _marks;

    /// <summary>What a click on the picture draws.</summary>
    public string Next { get; private set; } = "CIRCLE";

    public static MarkForm From(IReadOnlyList<InspectionMark>? marks) =>
        new((marks ?? []).Select(m => new TypedMark(m.Shape, Percent(m.X), Percent(m.Y), Percent(m.Radius), Percent(m.ToX), Percent(m.ToY), m.Text ?? "")));

    /// <summary>What was sent, with what was clicked, added or taken away by it.</summary>
    public static MarkForm Read(IFormCollection form, int width, int height)
    {
        var columns = Fields.Select(f => form[f]).ToArray();
        var rows = Math.Min(columns[0].Count, Most + 1);
        var read = new MarkForm(Enumerable.Range(0, rows).Select(i => new TypedMark(
            At(0, i) == "ARROW" ? "ARROW" : "CIRCLE", At(1, i), At(2, i), At(3, i), At(4, i), At(5, i), At(6, i))))
        { Next = form["next"] == "ARROW" ? "ARROW" : "CIRCLE" };
        if (int.TryParse(form["remove"], CultureInfo.InvariantCulture, out var gone) && gone >= 1 && gone <= read.Marks.Count)
        {
            read._marks.RemoveAt(gone - 1);
        }

        if (form["add"].ToString() is "CIRCLE" or "ARROW")
        {
            read.Add(form["add"].ToString(), Whole / 2, Whole / 2);
        }

        foreach (var (name, edge) in Pads)
        {
            if (int.TryParse(form[name + ".x"], CultureInfo.InvariantCulture, out var x) && int.TryParse(form[name + ".y"], CultureInfo.InvariantCulture, out var y))
            {
                var (padWidth, padHeight) = PadSize(width, height, edge);
                // A keyboard presses a picture at its corner, and means no place.
                read.Add(read.Next, (x, y) == (0, 0) ? Whole / 2 : x * Whole / padWidth, (x, y) == (0, 0) ? Whole / 2 : y * Whole / padHeight);
            }
        }

        return read;

        string At(int column, int row) => row < columns[column].Count ? (columns[column][row] ?? "").Trim() : "";
    }

    /// <summary>Of a picture to click on.</summary>
    public static (int Width, int Height) PadSize(int width, int height, int edge)
    {
        var scale = (double)edge / Math.Max(Math.Max(width, height), 1);
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    /// <summary>As Api takes them; what is wrong is said by the field and its place.</summary>
    internal JsonArray Body(Texts texts, FormErrors errors)
    {
        if (Marks.Count > Most)
        {
            errors.Reason = texts["photo.mark.error.most", ("most", Most)];
        }

        return new JsonArray([.. Marks.Select((mark, i) => (JsonNode)Body(mark, i + 1, texts, errors))]);
    }

    /// <summary>What can be drawn of it.</summary>
    public IReadOnlyList<InspectionMark> Drawn() =>
        [.. Marks.Select((m, i) => new InspectionMark(i + 1, m.Shape, Place(m.X) ?? 0, Place(m.Y) ?? 0, m.IsCircle ? Place(m.Size) ?? 0 : null, m.IsCircle ? null : Place(m.ToX) ?? 0, m.IsCircle ? null : Place(m.ToY) ?? 0, null))];

    private static JsonObject Body(TypedMark mark, int number, Texts texts, FormErrors errors)
    {
        var body = new JsonObject { ["shape"] = mark.Shape, ["x"] = Take("x", mark.X), ["y"] = Take("y", mark.Y) };
        if (mark.IsCircle)
        {
            body["radius"] = Take("size", mark.Size, 1);
        }
        else
        {
            (body["toX"], body["toY"]) = (Take("toX", mark.ToX), Take("toY", mark.ToY));
            if (!errors.Any && ((int)body["x"]!, (int)body["y"]!) == ((int)body["toX"]!, (int)body["toY"]!))
            {
                errors.Add($"toX-{number}", texts["photo.mark.error.nowhere", ("number", number)]);
            }
        }

        if (mark.Text.Length > LongestText)
        {
            errors.Add($"text-{number}", texts["errors.member.too_long", ("field", texts["photo.mark.text"])]);
        }

        body["text"] = mark.Text.Length == 0 ? null : mark.Text;
        return body;

        int? Take(string field, string typed, int least = 0)
        {
            var place = Place(typed);
            if (place is null || place < least * 100)
            {
                errors.Add($"{field}-{number}", texts["photo.mark.error.percent", ("number", number), ("least", least)]);
            }

            return place;
        }
    }

    private void Add(string shape, int x, int y)
    {
        (x, y) = (Math.Clamp(x, 0, Whole), Math.Clamp(y, 0, Whole));
        var (fromX, fromY) = (x >= ArrowLength ? x - ArrowLength : x + ArrowLength, y + ArrowLength <= Whole ? y + ArrowLength : y - ArrowLength);
        _marks.Add(shape == "CIRCLE"
            ? new TypedMark(shape, Percent(x), Percent(y), Percent(DefaultRadius), "", "", "")
            : new TypedMark(shape, Percent(fromX), Percent(fromY), "", Percent(x), Percent(y), ""));
    }

    // In ten-thousandths; null where it is none of 0 to 100 percent.
    private static int? Place(string typed) => Formats.TypedNumber(typed.TrimEnd('%')) is { } plain && decimal.TryParse(plain, CultureInfo.InvariantCulture, out var percent) && percent <= 100
        ? (int)Math.Round(percent * 100)
        : null;

    private static string Percent(int? place) => place is { } some ? (some / 100m).ToString("0.##", CultureInfo.CurrentCulture) : "";
}

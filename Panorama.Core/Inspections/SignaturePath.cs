using System.Globalization;
using System.Text;

namespace Panorama.Core.Inspections;

/// <summary>Why a drawn signature is refused.</summary>
public enum SignatureFault
{
    /// <summary>Something else than <c>M</c> and <c>L</c> with whole numbers.</summary>
    Malformed,

    /// <summary>A point outside the box.</summary>
    Outside,
    TooManyStrokes,
    TooManyPoints,

    /// <summary>A dot is no signature.</summary>
    TooShort,
}

/// <summary>A signature as it was drawn: strokes in a box of 600 × 200 units, of which nothing else is known.</summary>
public sealed class SignaturePath
{
    public const int Width = 600;
    public const int Height = 200;
    public const int MostStrokes = 64;
    public const int MostPoints = 2_000;

    /// <summary>Characters, as it is sent and as it is kept.</summary>
    public const int MaxLength = 20_000;

    /// <summary>Units that all strokes together have at least.</summary>
    public const int ShortestLength = 60;

    private const int MostDigits = 4;

    private SignaturePath(IReadOnlyList<IReadOnlyList<(int X, int Y)>> strokes) => Strokes = strokes;

    /// <summary>Points of each stroke; a stroke of one is a dot.</summary>
    public IReadOnlyList<IReadOnlyList<(int X, int Y)>> Strokes { get; }

    /// <summary>Reads the <c>d</c> of an SVG path of <c>M x y</c> and <c>L x y</c> alone, with spaces or a comma between.</summary>
    /// <param name="fault">Null where it is one.</param>
    /// <returns>Null where it is none.</returns>
    public static SignaturePath? Read(string text, out SignatureFault? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        var strokes = new List<List<(int X, int Y)>>();
        fault = text.Length > MaxLength ? SignatureFault.TooManyPoints : ReadStrokes(text, strokes) ?? FaultOf(strokes);
        return fault is null ? new SignaturePath(strokes) : null;
    }

    /// <summary>In one spelling: reading it and writing it again changes nothing.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var stroke in Strokes)
        {
            text.Append(CultureInfo.InvariantCulture, $"M{stroke[0].X} {stroke[0].Y}");
            foreach (var (x, y) in stroke.Count > 1 ? stroke.Skip(1) : stroke) // a dot is drawn by a line without length
            {
                text.Append(CultureInfo.InvariantCulture, $"L{x} {y}");
            }
        }

        return text.ToString();
    }

    private static SignatureFault? ReadStrokes(string text, List<List<(int X, int Y)>> strokes)
    {
        var (at, points) = (0, 0);
        Skip(text, ref at);
        while (at < text.Length)
        {
            var command = text[at++];
            if ((command != 'M' && (command != 'L' || strokes.Count == 0)) || Number(text, ref at) is not { } x || !Separate(text, ref at) || Number(text, ref at) is not { } y)
            {
                return SignatureFault.Malformed;
            }

            if (x is < 0 or > Width || y is < 0 or > Height)
            {
                return SignatureFault.Outside;
            }

            if (++points > MostPoints)
            {
                return SignatureFault.TooManyPoints;
            }

            if (command == 'M')
            {
                strokes.Add([(x, y)]);
            }
            else if (strokes[^1][^1] != (x, y))
            {
                strokes[^1].Add((x, y));
            }

            Skip(text, ref at);
        }

        return null;
    }

    private static SignatureFault? FaultOf(List<List<(int X, int Y)>> strokes) =>
        strokes.Count > MostStrokes ? SignatureFault.TooManyStrokes
        : strokes.Sum(s => s.Zip(s.Skip(1), Distance).Sum()) < ShortestLength ? SignatureFault.TooShort
        : null;

    private static double Distance((int X, int Y) from, (int X, int Y) to) => double.Hypot(to.X - from.X, to.Y - from.Y);

    private static void Skip(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
    }

    private static bool Separate(string text, ref int at)
    {
        var from = at;
        Skip(text, ref at);
        if (at < text.Length && text[at] == ',')
        {
            at++;
        }

        return at > from;
    }

    private static int? Number(string text, ref int at)
    {
        Skip(text, ref at);
        var from = at;
        at += at < text.Length && text[at] == '-' ? 1 : 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - from <= MostDigits && int.TryParse(text.AsSpan(from, at - from), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

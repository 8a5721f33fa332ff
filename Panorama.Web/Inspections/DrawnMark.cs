using System.Globalization;
using Panorama.Web.Api;

namespace Panorama.Web.Inspections;

/// <summary>A mark in the pixels of its picture. <c>marks.js</c> draws the same while one drags.</summary>
internal sealed class DrawnMark
{
    private const double Whole = 10_000;
    private const double HeadAngle = Math.PI / 7;

    private readonly double _toX;
    private readonly double _toY;

    public DrawnMark(InspectionMark mark, int width, int height)
    {
        Unit = Math.Max(width, height) / 100d;
        (X, Y) = (mark.X / Whole * width, mark.Y / Whole * height);
        (_toX, _toY) = ((mark.ToX ?? 0) / Whole * width, (mark.ToY ?? 0) / Whole * height);
        Radius = (mark.Radius ?? 0) / Whole * width;
        // The number of a circle sits on its ring, that of an arrow where it begins; both stay inside the picture.
        var away = mark.Shape == "CIRCLE" ? Radius * Math.Sqrt(0.5) : 0;
        var edge = Unit * 3;
        (LabelX, LabelY) = (Math.Clamp(X - away, edge, Math.Max(edge, width - edge)), Math.Clamp(Y - away, edge, Math.Max(edge, height - edge)));
    }

    /// <summary>A hundredth of the longer edge.</summary>
    public double Unit { get; }

    public double X { get; }

    public double Y { get; }

    public double Radius { get; }

    public double LabelX { get; }

    public double LabelY { get; }

    /// <summary>Of an arrow, with its head.</summary>
    public string Path
    {
        get
        {
            var back = Math.Atan2(Y - _toY, X - _toX);
            var length = Unit * 4;
            string Side(double angle) => $"{Write(_toX + (length * Math.Cos(back + angle)))} {Write(_toY + (length * Math.Sin(back + angle)))}";
            var tip = $"{Write(_toX)} {Write(_toY)}";
            return $"M{Write(X)} {Write(Y)}L{tip}M{Side(HeadAngle)}L{tip}L{Side(-HeadAngle)}";
        }
    }

    public static string Write(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

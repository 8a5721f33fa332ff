namespace Panorama.Core.Labels;

/// <summary>A sheet of label stock, or a roll where a page is one label. All lengths in millimetres.</summary>
/// <param name="Id">As it stands on the wire; never renamed.</param>
/// <param name="Name">What the box says; not translated.</param>
/// <param name="Left">From the page's edge to the first label.</param>
/// <param name="Top">From the page's edge to the first label.</param>
/// <param name="PitchX">From one label's left edge to the next one's.</param>
/// <param name="PitchY">From one label's top edge to the next one's.</param>
public sealed record LabelTemplate(
    string Id, string Name, double PageWidth, double PageHeight, int Columns, int Rows, double LabelWidth, double LabelHeight, double Left, double Top,
    double PitchX, double PitchY)
{
    private const double A4Width = 210;
    private const double A4Height = 297;
    private const double LetterWidth = 215.9;
    private const double LetterHeight = 279.4;

    /// <summary>The stock that is sold in most shops; the first is the one chosen when nothing is.</summary>
    public static IReadOnlyList<LabelTemplate> All { get; } =
    [
        new("l7160", "Avery L7160 (A4)", A4Width, A4Height, 3, 7, 63.5, 38.1, 7.25, 15.15, 66, 38.1),
        new("l7163", "Avery L7163 (A4)", A4Width, A4Height, 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),
        new("l7159", "Avery L7159 (A4)", A4Width, A4Height, 3, 8, 63.5, 33.9, 7.25, 12.9, 66, 33.9),
        new("a4-24", "A4, 24 × 70 × 37 mm", A4Width, A4Height, 3, 8, 70, 37, 0, 0.5, 70, 37),
        new("5160", "Avery 5160 (Letter)", LetterWidth, LetterHeight, 3, 10, 66.675, 25.4, 4.7625, 12.7, 69.85, 25.4),
        Single("62x29", "62 × 29 mm", 62, 29),
        Single("50x25", "50 × 25 mm", 50, 25),
    ];

    public int LabelsPerPage => Columns * Rows;

    /// <summary>A page is one label.</summary>
    public bool IsRoll => LabelsPerPage == 1;

    public static LabelTemplate? Find(string? id) => All.FirstOrDefault(t => t.Id == id);

    /// <summary>Left and top edge of a label.</summary>
    /// <param name="position">On the page, from 0, by rows.</param>
    public (double X, double Y) Place(int position) => (Left + (position % Columns * PitchX), Top + (position / Columns * PitchY));

    private static LabelTemplate Single(string id, string name, double width, double height) => new(id, name, width, height, 1, 1, width, height, 0, 0, width, height);
}

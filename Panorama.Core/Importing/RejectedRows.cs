using System.Text;
using Panorama.Core.Exporting;

namespace Panorama.Core.Importing;

/// <summary>The rows that an import left out, as a file that can be corrected and imported: two columns of ours, then the file's own.</summary>
public static class RejectedRows
{
    public const string LineHeader = "Import: line";
    public const string ReasonHeader = "Import: reason";

    /// <summary>One line of a CSV as RFC 4180 has it; a cell that a spreadsheet would evaluate gets the guard that an import takes away.</summary>
    public static string Line(IEnumerable<string> cells)
    {
        var (line, first) = (new StringBuilder(), true);
        foreach (var cell in cells)
        {
            line.Append(first ? "" : ",").Append(Cell(FormulaGuard.Protect(cell)));
            first = false;
        }

        return line.Append("\r\n").ToString();
    }

    private static string Cell(string text) => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

using System.Globalization;
using Panorama.Core.Input;

namespace Panorama.Cli.Shared;

/// <summary>Columns of plain text: they survive a pipe, a log and a narrow terminal.</summary>
internal static class Table
{
    public static CultureInfo Format { get; } = CultureInfo.InvariantCulture;

    public static async Task WriteAsync(TextWriter output, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var lines = rows.Prepend(header).Select(line => line.Select(PlainText.Visible).ToList()).ToList(); // a line feed in a cell would be a row of its own making
        var widths = Enumerable.Range(0, header.Count).Select(i => lines.Max(line => line[i].Length)).ToList();
        foreach (var line in lines)
        {
            await output.WriteLineAsync(string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }
}

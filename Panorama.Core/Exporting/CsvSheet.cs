using System.Buffers;
using System.Globalization;
using System.Text;

namespace Panorama.Core.Exporting;

/// <summary>RFC 4180, in UTF-8. Text that a spreadsheet could evaluate is marked (<see cref="FormulaGuard"/>); numbers and days never are.</summary>
public sealed class CsvSheet : SheetWriter
{
    private readonly StreamWriter _text;
    private readonly char _delimiter;
    private readonly bool _decimalComma;
    private readonly SearchValues<char> _quoted;

    /// <param name="delimiter">Comma, semicolon or tab.</param>
    /// <param name="withMark">Whether a byte order mark begins the file, by which spreadsheets know UTF-8.</param>
    /// <param name="decimalComma">Whether numbers are written with a decimal comma.</param>
    public CsvSheet(char delimiter, bool withMark, bool decimalComma)
    {
        _delimiter = delimiter;
        _decimalComma = decimalComma;
        _quoted = SearchValues.Create([delimiter, '"', '\r', '\n']);
        _text = new StreamWriter(Staged, new UTF8Encoding(withMark), bufferSize: 16 * 1024);
    }

    public override void Header(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        for (var i = 0; i < names.Count; i++)
        {
            Cell(i, FormulaGuard.Protect(names[i]));
        }

        EndLine();
    }

    public override void Row(ReadOnlySpan<object?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            Cell(i, cells[i] switch
            {
                null => "",
                string text => FormulaGuard.Protect(text),
                decimal number => Number(number.ToString(CultureInfo.InvariantCulture)),
                int number => number.ToString(CultureInfo.InvariantCulture),
                DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                var other => throw new ArgumentException($"No cell holds a {other.GetType().Name}.", nameof(cells)),
            });
        }

        EndLine();
    }

    public override void Finish() => _text.Flush();

    public override ValueTask DisposeAsync() => _text.DisposeAsync();

    private string Number(string text) => _decimalComma ? text.Replace('.', ',') : text;

    private void Cell(int position, string text)
    {
        if (position > 0)
        {
            _text.Write(_delimiter);
        }

        if (text.AsSpan().ContainsAny(_quoted) || (text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))))
        {
            _text.Write('"');
            _text.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
            _text.Write('"');
        }
        else
        {
            _text.Write(text);
        }
    }

    private void EndLine() => _text.Write("\r\n");
}

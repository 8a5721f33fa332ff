using System.Text;
using Panorama.Core.Input;

namespace Panorama.Core.Importing;

/// <param name="Line">Line of the file on which the row begins, counted from 1; line feeds inside quotes count.</param>
/// <param name="Cells">Unquoted, not trimmed.</param>
public readonly record struct CsvRow(int Line, string[] Cells)
{
    /// <summary>Positions of cells whose quotation ends before the cell does (<c>"ab"cd</c>); such a cell is as the file writes it, marks and all.</summary>
    public IReadOnlyList<int> OddQuotes { get; init; } = [];

    /// <summary>True for a row of which no cell holds anything.</summary>
    public bool IsBlank => Array.TrueForAll(Cells, string.IsNullOrWhiteSpace);
}

/// <summary>
/// The rows of a CSV text. Lines end with CR, LF or CRLF, whichever comes (old spreadsheets write CR alone). A quote opens a
/// quoted cell only where the cell begins, so that <c>13" screen</c> without quotes stays what it is: readers that let it open
/// a quotation there swallow the rows that follow.
/// </summary>
public sealed class CsvTable
{
    private readonly string _text;
    private readonly int _bodyStart;
    private readonly int _bodyLine;

    /// <exception cref="ImportRefusedException">No header row, or a quotation that never ends.</exception>
    public CsvTable(CsvText text, char? delimiter = null)
    {
        _text = text.Text;

        // Excel writes and reads a first line that names the delimiter: sep=;
        var named = _text is ['s' or 'S', 'e' or 'E', 'p' or 'P', '=', _, '\r' or '\n', ..] ? _text[4] : (char?)null;
        Delimiter = delimiter ?? named ?? DetectDelimiter(_text);
        var cursor = named is null ? new Cursor(_text, 0, 1, Delimiter) : new Cursor(_text, _text[5] == '\r' && _text[6..].StartsWith('\n') ? 7 : 6, 2, Delimiter);
        while (cursor.TryRead(out var row))
        {
            if (row.IsBlank)
            {
                continue;
            }

            Header = Array.ConvertAll(row.Cells, cell => PlainText.Clean(cell.Trim().Trim('\uFEFF').Trim(), isNote: false));
            HeaderLine = row.Line;
            (_bodyStart, _bodyLine) = (cursor.Position, cursor.Line);
            return;
        }

        throw new ImportRefusedException("file_empty", "The file has no header row.");
    }

    public char Delimiter { get; }

    public string[] Header { get; } = [];

    public int HeaderLine { get; }

    /// <summary>How the lines of the text end: CRLF, LF, CR, or MIXED.</summary>
    public string LineEnds
    {
        get
        {
            var (crlf, lf, cr) = (0, 0, 0);
            for (var i = 0; i < _text.Length; i++)
            {
                if (_text[i] == '\r' && i + 1 < _text.Length && _text[i + 1] == '\n')
                {
                    crlf++;
                    i++;
                }
                else
                {
                    lf += _text[i] == '\n' ? 1 : 0;
                    cr += _text[i] == '\r' ? 1 : 0;
                }
            }

            // A line feed inside a cell of a file of CRLF is common and is no second kind of line end.
            return crlf + cr == 0 ? "LF" : cr == 0 && crlf >= lf ? "CRLF" : crlf == 0 && cr >= lf ? "CR" : "MIXED";
        }
    }

    /// <summary>The rows below the header, without blank ones; each enumeration reads the text again.</summary>
    /// <exception cref="ImportRefusedException">A quotation that never ends.</exception>
    public IEnumerable<CsvRow> Rows()
    {
        var cursor = new Cursor(_text, _bodyStart, _bodyLine, Delimiter);
        while (cursor.TryRead(out var row))
        {
            if (!row.IsBlank)
            {
                yield return row;
            }
        }
    }

    private static char DetectDelimiter(string text)
    {
        var (commas, semicolons, tabs, pipes) = (0, 0, 0, 0);
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is '\r' or '\n')
            {
                if (commas + semicolons + tabs + pipes > 0)
                {
                    break;
                }
            }
            else if (!quoted)
            {
                commas += c == ',' ? 1 : 0;
                semicolons += c == ';' ? 1 : 0;
                tabs += c == '\t' ? 1 : 0;
                pipes += c == '|' ? 1 : 0;
            }
        }

        // Names that hold a comma are quoted, so the header alone decides; a lone column counts as comma-separated.
        return tabs > Math.Max(Math.Max(commas, semicolons), pipes) ? '\t' : pipes > Math.Max(commas, semicolons) ? '|' : semicolons > commas ? ';' : ',';
    }

    private sealed class Cursor(string text, int position, int line, char delimiter)
    {
        private readonly List<string> _cells = [];
        private readonly List<int> _oddQuotes = [];
        private readonly StringBuilder _cell = new();

        public int Position { get; private set; } = position;

        public int Line { get; private set; } = line;

        public bool TryRead(out CsvRow row)
        {
            row = default;
            if (Position >= text.Length)
            {
                return false;
            }

            var firstLine = Line;
            _cells.Clear();
            _oddQuotes.Clear();
            while (true)
            {
                _cells.Add(Position < text.Length && text[Position] == '"' ? ReadQuoted() : ReadPlain());
                if (Position < text.Length && text[Position] == delimiter)
                {
                    Position++;
                    continue;
                }

                SkipLineEnd();
                row = new CsvRow(firstLine, [.. _cells]) { OddQuotes = _oddQuotes.Count == 0 ? [] : [.. _oddQuotes] };
                return true;
            }
        }

        private string ReadPlain()
        {
            var start = Position;
            while (Position < text.Length && text[Position] != delimiter && text[Position] is not '\r' and not '\n')
            {
                Position++;
            }

            return text[start..Position];
        }

        private string ReadQuoted()
        {
            var openedAt = Line;
            var start = Position;
            _cell.Clear();
            Position++;
            while (Position < text.Length)
            {
                var c = text[Position];
                if (c == '"')
                {
                    if (Position + 1 < text.Length && text[Position + 1] == '"')
                    {
                        _cell.Append('"');
                        Position += 2;
                        continue;
                    }

                    Position++;
                    if (string.IsNullOrWhiteSpace(ReadPlain()))
                    {
                        return _cell.ToString();
                    }

                    // RFC 4180 §2.5 knows no text behind a closing mark, so nobody can say which marks are text: the cell is kept as it is written.
                    _oddQuotes.Add(_cells.Count);
                    return text[start..Position].Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
                }

                if (c is '\r' or '\n')
                {
                    SkipLineEnd();
                    _cell.Append('\n');
                    continue;
                }

                _cell.Append(c);
                Position++;
            }

            throw new ImportRefusedException("quote_not_closed",
                $"Line {openedAt}: a quotation mark opens a cell and none closes it before the file ends.");
        }

        private void SkipLineEnd()
        {
            if (Position >= text.Length)
            {
                return;
            }

            Position += text[Position] == '\r' && Position + 1 < text.Length && text[Position + 1] == '\n' ? 2 : 1;
            Line++;
        }
    }
}

using System.Text;
using Panorama.Core.Input;

namespace Panorama.Cli.Shared;

/// <summary>
/// What a person reads at a terminal. A value may come from a file or from another tenant's people, and a terminal obeys what it is sent, so every
/// control character is written out (<c>\x1b</c>). The line feed alone is kept, and a carriage return that begins a piece: the renewing progress line.
/// </summary>
internal sealed class PrintableWriter : TextWriter
{
    private readonly TextWriter _inner;

    private PrintableWriter(TextWriter inner)
        : base(inner.FormatProvider)
    {
        _inner = inner;
        CoreNewLine = inner.NewLine.ToCharArray();
    }

    public override Encoding Encoding => _inner.Encoding;

    public static PrintableWriter Over(TextWriter inner) => inner as PrintableWriter ?? new PrintableWriter(inner);

    public override void Write(char value) => _inner.Write(Printable(value.ToString(), mayReturn: false));

    public override void Write(char[] buffer, int index, int count) => _inner.Write(Printable(new string(buffer, index, count), mayReturn: false));

    public override void Write(ReadOnlySpan<char> buffer) => _inner.Write(Printable(buffer.ToString(), mayReturn: false));

    public override void Write(string? value) => _inner.Write(Printable(value, mayReturn: true));

    public override void WriteLine(string? value) => _inner.WriteLine(Printable(value, mayReturn: false));

    public override void WriteLine() => _inner.WriteLine();

    public override Task WriteAsync(string? value) => _inner.WriteAsync(Printable(value, mayReturn: true));

    public override Task WriteLineAsync(string? value) => _inner.WriteLineAsync(Printable(value, mayReturn: false));

    public override Task WriteLineAsync() => _inner.WriteLineAsync();

    public override void Flush() => _inner.Flush();

    public override Task FlushAsync() => _inner.FlushAsync();

    private static string? Printable(string? text, bool mayReturn)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var returns = mayReturn && i == 0 && lines[i].StartsWith('\r');
            var ends = i < lines.Length - 1 && lines[i].EndsWith('\r');
            var line = lines[i][(returns ? 1 : 0)..];
            lines[i] = $"{(returns ? "\r" : "")}{PlainText.Visible(ends && line.Length > 0 ? line[..^1] : line)}{(ends && line.Length > 0 ? "\r" : "")}";
        }

        return string.Join('\n', lines);
    }
}

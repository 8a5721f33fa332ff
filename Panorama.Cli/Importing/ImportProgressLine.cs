using System.Globalization;
using Panorama.Core.Importing;

namespace Panorama.Cli.Importing;

/// <summary>Rows done and the time that is left: one line that renews itself on a terminal, a line every 5,000 rows otherwise.</summary>
internal sealed class ImportProgressLine(CliContext context) : IProgress<ImportProgress>
{
    private const int PlainEvery = 5_000;

    private readonly DateTimeOffset _startedAt = context.Clock.GetUtcNow();
    private int _nextPlain = PlainEvery;
    private bool _open;

    public void Report(ImportProgress value)
    {
        var elapsed = context.Clock.GetUtcNow() - _startedAt;
        var left = value.RowsDone == 0 ? TimeSpan.Zero : elapsed / value.RowsDone * (value.RowsTotal - value.RowsDone);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{value.RowsDone:N0} of {value.RowsTotal:N0} rows, {value.Created:N0} created, about {Math.Ceiling(left.TotalSeconds):N0} s left");
        if (context.IsTerminal)
        {
            context.Output.Write($"\r{line,-78}");
            _open = true;
        }
        else if (value.RowsDone >= _nextPlain && value.RowsDone < value.RowsTotal)
        {
            context.Output.WriteLine(line);
            _nextPlain += PlainEvery;
        }
    }

    public void End()
    {
        if (_open)
        {
            context.Output.Write($"\r{"",-78}");
            context.Output.Write("\r");
        }
    }
}

using System.Globalization;
using Panorama.Core.Input;
using Panorama.Core.Importing;

namespace Panorama.Cli.Importing;

/// <summary>What an import did, in lines for people.</summary>
internal static class ImportReport
{
    public static async Task WriteAsync(CliContext context, AssetImportResult result, AssetImportOptions options, string slug, int mostLines)
    {
        var output = context.Output;
        var delimiter = result.Delimiter switch { ',' => "comma", ';' => "semicolon", '|' => "pipe", _ => "tab" };
        await output.WriteLineAsync(Say($"{result.RowsTotal:N0} {Plural(result.RowsTotal, "row")}, {result.Columns.Count} columns, {result.Encoding}, {delimiter}."));
        if (result.EncodingSample is { } sample)
        {
            await output.WriteLineAsync($"The file is not UTF-8 and was read as {result.Encoding}, for example: {OneLine(sample)}. If that is wrong, give --encoding or save it as UTF-8.");
        }

        if (result.UnknownColumns.Count > 0)
        {
            await output.WriteLineAsync($"Columns that fill nothing: {string.Join(", ", result.UnknownColumns.Select(OneLine))}.");
        }

        if (result.MissingChoices.Count > 0)
        {
            foreach (var choice in result.MissingChoices)
            {
                await context.Error.WriteLineAsync(
                    $"--{choice.Flag} is needed: the column '{OneLine(choice.Column)}' holds {string.Join(" and ", choice.Samples.Select(cell => $"'{OneLine(cell)}'"))}. {Hint(choice.Flag)}");
            }

            return;
        }

        foreach (var finding in result.Findings.Take(mostLines))
        {
            await output.WriteLineAsync(Line(finding));
        }

        if (result.Findings.Count > mostLines)
        {
            await output.WriteLineAsync(Say($"… and {result.Findings.Count - mostLines:N0} more; --report=FILE takes all of them."));
        }

        var warnings = result.Findings.Count(finding => finding.Severity == FindingSeverity.Warning);
        await output.WriteLineAsync(Say(
            $"{result.Created:N0} created, {(options.Existing == ExistingAssets.Update ? Say($"{result.Updated:N0} updated, ") : "")}{result.Matched:N0} matched, {result.Rejected:N0} rejected, {warnings:N0} {Plural(warnings, "warning")}{(options.Kind == ImportKind.Assets ? Say($"; {result.Custodies:N0} checked out, {result.PeopleCreated:N0} {(result.PeopleCreated == 1 ? "person" : "people")} new") : "")}."));
        await output.WriteLineAsync(
            result.Cancelled ? "Cancelled; what was stored before stays in skip-bad mode, nothing otherwise."
            : result.Stored ? result.Created + result.Updated == 0 ? $"Nothing changed in {slug}." : $"Stored in {slug}."
            : options.DryRun ? "Dry run: nothing was stored."
            : "Nothing was stored, because of the rejected rows. Mend them, or leave them out with --mode=skip-bad.");
    }

    public static async Task WriteFileAsync(string path, AssetImportResult result, CancellationToken cancellationToken) =>
        await File.WriteAllLinesAsync(path, result.Findings
            .Select(f => string.Join(',', f.Line.ToString(CultureInfo.InvariantCulture), Quote(f.Column ?? ""), f.Severity == FindingSeverity.Reject ? "reject" : "warning", f.Code, Quote(f.Text)))
            .Prepend("line,column,severity,code,text"), cancellationToken);

    private static string Line(Finding finding) =>
        $"{(finding.Severity == FindingSeverity.Reject ? "rejected" : "warning")}  line {finding.Line.ToString(CultureInfo.InvariantCulture)}{(finding.Column is null ? "" : $", {OneLine(finding.Column)}")}: {OneLine(finding.Text)}";

    private static string Hint(string flag) => flag switch
    {
        "dates" => "Write --dates=mdy, --dates=dmy or --dates=iso.",
        "numbers" => "Write --numbers=point or --numbers=comma.",
        _ => "Write for example --currency=USD.",
    };

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Plural(int count, string word) => count == 1 ? word : $"{word}s";

    private static string OneLine(string text) => PlainText.Visible(text);

    // A leading = + - @ would be a formula where the report is opened in a spreadsheet.
    private static string Quote(string text) => $"\"{(text.Length > 0 && "=+-@".Contains(text[0], StringComparison.Ordinal) ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

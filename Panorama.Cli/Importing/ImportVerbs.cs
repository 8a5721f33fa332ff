using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Panorama.Cli.Shared;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Core.Input;

namespace Panorama.Cli.Importing;

/// <summary><c>panorama import assets|users|locations</c>.</summary>
internal static class ImportVerbs
{
    private const int MostLinesShown = 200;

    public static Command Create(CliContext context) => new("import", "Files from other systems.")
    {
        Of(context, ImportKind.Assets), Of(context, ImportKind.Users), Of(context, ImportKind.Locations),
    };

    private static Command Of(CliContext context, ImportKind kind)
    {
        var csv = new Option<string>("--csv") { Description = "The file: Snipe-IT's export or a spreadsheet with its column names", Required = true };
        var tenant = new Option<string>("--tenant") { Description = "Slug of the organisation", Required = true };
        var dates = new Option<string?>("--dates") { Description = "Order of dates: mdy, dmy or iso. Needed if the file has dates; never guessed" };
        dates.AcceptOnlyFromAmong("mdy", "dmy", "iso");
        var numbers = new Option<string?>("--numbers") { Description = "Decimal sign: point or comma. Needed if the file has amounts; never guessed" };
        numbers.AcceptOnlyFromAmong("point", "comma");
        var currency = new Option<string?>("--currency") { Description = "Currency of amounts, for example USD. Needed if the file has amounts; never guessed" };
        var mode = new Option<string>("--mode") { Description = "all-or-nothing (one bad row and nothing is stored) or skip-bad", DefaultValueFactory = _ => "all-or-nothing" };
        mode.AcceptOnlyFromAmong("all-or-nothing", "skip-bad");
        var existing = new Option<string>("--existing") { Description = "Rows whose asset, person or place exists: keep (report what differs), update (take over cells that are not empty) or reject", DefaultValueFactory = _ => "keep" };
        existing.AcceptOnlyFromAmong("keep", "update", "reject");
        var dryRun = new Option<bool>("--dry-run") { Description = "Do everything, then roll it back" };
        var encoding = new Option<string?>("--encoding") { Description = "Encoding of the file; found by itself" };
        encoding.AcceptOnlyFromAmong([.. CsvText.Names]);
        var delimiter = new Option<string?>("--delimiter") { Description = "comma, semicolon, tab or pipe; found by itself" };
        delimiter.AcceptOnlyFromAmong("comma", "semicolon", "tab", "pipe");
        var map = new Option<string[]>("--map")
        {
            Description = "Column=field, once for each column whose name does not say it: a field such as 'purchaseCost' or 'Asset Tag', a custom field's name, or 'ignore'; '#3' is the third column",
        };
        var model = new Option<string?>("--default-model") { Description = "Model of rows without one; without it 'Unknown'" };
        var vehicles = new Option<string?>("--vehicle-categories") { Description = "Comma list of categories that hold vehicles, beside those whose name says so" };
        var report = new Option<string?>("--report") { Description = "File that takes every warning and rejected row as CSV" };
        var (name, text) = kind switch
        {
            ImportKind.Users => ("users", "Imports people from a CSV file. Who has the address or username of a row is that person; nobody gets a password. A second run of a file does nothing."),
            ImportKind.Locations => ("locations", "Imports places from a CSV file, one by its name. A second run of a file does nothing."),
            _ => ("assets", "Imports assets from a CSV file. An asset whose tag exists is changed only with --existing=update; a second run of a file does nothing."),
        };
        var command = new Command(name, text) { csv, tenant, mode, existing, dryRun, encoding, delimiter, map, report };
        Option[] own = kind switch { ImportKind.Users => [dates], ImportKind.Locations => [], _ => [dates, numbers, currency, model, vehicles] };
        foreach (var option in own)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new AssetImportOptions
            {
                Kind = kind,
                Dates = parsed.GetValue(dates) switch { "mdy" => DateOrder.MonthDayYear, "dmy" => DateOrder.DayMonthYear, "iso" => DateOrder.Iso, _ => null },
                Numbers = parsed.GetValue(numbers) switch { "point" => DecimalSign.Point, "comma" => DecimalSign.Comma, _ => null },
                Currency = Currency(parsed.GetValue(currency)),
                Mode = parsed.GetValue(mode) == "skip-bad" ? ImportMode.SkipBad : ImportMode.AllOrNothing,
                Existing = parsed.GetValue(existing) switch { "update" => ExistingAssets.Update, "reject" => ExistingAssets.Reject, _ => ExistingAssets.Keep },
                DryRun = parsed.GetValue(dryRun),
                Encoding = parsed.GetValue(encoding),
                Delimiter = StoredImportOptions.DelimiterOf(parsed.GetValue(delimiter)),
                DefaultModel = Arguments.NameOrNull(parsed.GetValue(model), "--default-model"),
                VehicleCategories = [.. (parsed.GetValue(vehicles) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(category => Arguments.Name(category, "--vehicle-categories"))],
            };
            return await RunAsync(context, parsed.GetRequiredValue(csv), Arguments.Slug(parsed.GetRequiredValue(tenant), "--tenant"), options, parsed.GetValue(map) ?? [], parsed.GetValue(report), cancellationToken);
        });
        return command;
    }

    private static string? Currency(string? value) => value is null ? null
        : Currencies.Contains(value.ToUpperInvariant()) ? value.ToUpperInvariant()
        : throw new CliException($"--currency '{value}' is not a code of ISO 4217 such as USD.", ExitCodes.Usage);

    private static async Task<int> RunAsync(
        CliContext context, string path, string slug, AssetImportOptions options, string[] map, string? reportPath, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(path, cancellationToken);
        if (map.Length > 0)
        {
            options = options with { Mapping = AssetColumns.ReadMapping(new CsvTable(CsvText.Decode(content, options.Encoding), options.Delimiter).Header, map) };
        }

        CheckReport(path, reportPath);
        await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
        TenantRow tenant;
        await using (var connection = await source.OpenConnectionAsync(cancellationToken))
        {
            tenant = await TenantRows.FindAsync(connection, slug, cancellationToken);
        }

        var progress = new ImportProgressLine(context);
        var result = await new AssetImport(source, context.Clock).RunAsync(
            tenant.Id, actorUserId: null, content, options,
            start: token => ImportLedger.StartAsync(source, tenant.Id, options.Kind, PlainText.Clean(Path.GetFileName(path), isNote: false), content, Chosen(context, options), startedBy: null, context.Now, token),
            progress, onStored: (connection, token) => TenantRows.AuditVerbAsync(connection, context, $"import {WireNames.Of(options.Kind)}", token), cancellationToken);
        progress.End();
        await ImportReport.WriteAsync(context, result, options, slug, MostLinesShown);
        if (reportPath is not null)
        {
            await ImportReport.WriteFileAsync(reportPath, result, cancellationToken);
        }

        return result.MissingChoices.Count > 0 || result.Cancelled ? ExitCodes.Failed
            : result.Rejected == 0 ? ExitCodes.Ok
            : options.Mode == ImportMode.SkipBad ? ExitCodes.Rejects : ExitCodes.Failed;
    }

    /// <summary>Before anything is stored: a report that cannot be written afterwards would be lost, and one over the file itself would lose that.</summary>
    private static void CheckReport(string path, string? reportPath)
    {
        if (reportPath is null)
        {
            return;
        }

        if (Path.GetFullPath(reportPath) == Path.GetFullPath(path))
        {
            throw new CliException($"--report names the file that is imported, '{reportPath}'; choose another.", ExitCodes.Usage);
        }

        try
        {
            using var file = new FileStream(reportPath, FileMode.OpenOrCreate, FileAccess.Write);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException($"--report '{reportPath}' cannot be written: {exception.Message}", ExitCodes.Usage);
        }
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new CliException($"--csv names the folder '{path}'; name the file.", ExitCodes.Usage);
        }

        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
            using var content = new MemoryStream();
            var buffer = new byte[81_920];
            for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                content.Write(buffer, 0, read);
                if (content.Length > CsvText.MaxBytes) // a device never ends, and its length is 0
                {
                    throw new CliException(string.Create(CultureInfo.InvariantCulture, $"The file '{path}' has more than {CsvText.MaxBytes:N0} bytes, which is the most that is read."));
                }
            }

            return content.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException($"The file '{path}' cannot be read: {Reason(exception)}.");
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "this account may not read it",
        _ => exception.Message.TrimEnd('.'),
    };

    private static string Chosen(CliContext context, AssetImportOptions options) => JsonSerializer.Serialize(new
    {
        dates = options.Dates switch { DateOrder.DayMonthYear => "dmy", DateOrder.MonthDayYear => "mdy", DateOrder.Iso => "iso", _ => null },
        numbers = options.Numbers switch { DecimalSign.Point => "point", DecimalSign.Comma => "comma", _ => null },
        currency = options.Currency,
        mode = options.Mode == ImportMode.SkipBad ? "skip-bad" : "all-or-nothing",
        existing = options.Existing switch { ExistingAssets.Update => "update", ExistingAssets.Reject => "reject", _ => "keep" },
        encoding = options.Encoding,
        @operator = context.Operator.Name,
        host = context.Operator.Host,
    });
}

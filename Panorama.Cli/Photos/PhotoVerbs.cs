using System.CommandLine;
using System.Globalization;
using Panorama.Cli.Shared;
using Panorama.Core.Jobs;
using Panorama.Core.Retention;

namespace Panorama.Cli.Photos;

/// <summary><c>panorama photos sweep|reconcile|erase</c>: what the Worker does by itself, now and in this process; and what a person asks for.</summary>
internal static class PhotoVerbs
{
    public static Command Create(CliContext context) => new("photos", "Photos and documents: what is kept, and for how long.")
    {
        Sweep(context), Reconcile(context), Erase(context), LegalHoldVerbs.Hold(context), LegalHoldVerbs.Release(context),
    };

    private static Command Sweep(CliContext context)
    {
        var tenant = OneTenant();
        var dry = new Option<bool>("--dry-run") { Description = "Say what would go, and leave it" };
        var sweep = new Command(
            "sweep",
            $"Removes photos that are older than their organisation keeps them ({SweepFiles.DefaultDays} days unless it says otherwise) and what was deleted by hand "
            + $"{SweepFiles.DeletedKeptFor.Days} days ago, never what is under a legal hold. The Worker does it once a day. Exit code 1 when something could not be removed.") { tenant, dry };
        sweep.SetAction(async (parsed, cancellationToken) =>
        {
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            var id = await FindTenantAsync(source, parsed.GetValue(tenant), cancellationToken);
            if (parsed.GetValue(dry))
            {
                var counts = await SweepFiles.CountAsync(source, id, context.Now, cancellationToken);
                await context.Output.WriteLineAsync(counts.Count == 0 ? "Nothing is due." : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Files(counts.Sum(c => c.Files))} of {counts.Count} {(counts.Count == 1 ? "organisation" : "organisations")} would go; the oldest was uploaded on {counts.Min(c => c.Oldest):yyyy-MM-dd}."));
                return ExitCodes.Ok;
            }

            using var storage = CliStorage.Open(context);
            var swept = await SweepFiles.ExecuteAsync(source, storage.Store, id, context.Now, JobTurn.Unlimited, cancellationToken);
            await context.Output.WriteLineAsync(swept.Removed == 0 ? "Nothing was due." : $"{Files(swept.Removed)} removed.");
            if (swept.Problem is { } problem)
            {
                await context.Error.WriteLineAsync($"Some could not be removed: {problem}");
            }

            return swept.Failed == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return sweep;
    }

    private static Command Reconcile(CliContext context)
    {
        var tenant = OneTenant();
        var delete = new Option<bool>("--delete") { Description = "Delete the objects that nothing names; without it they are counted" };
        var reconcile = new Command(
            "reconcile",
            "Holds the store against the database: objects that no photo or document names, and photos and documents without an object. What is younger than a day is "
            + "left alone. The Worker does it once a week. Exit code 1 when an object is missing.") { tenant, delete };
        reconcile.SetAction(async (parsed, cancellationToken) =>
        {
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            var id = await FindTenantAsync(source, parsed.GetValue(tenant), cancellationToken);
            using var storage = CliStorage.Open(context);
            var found = await ReconcileObjects.ExecuteAsync(source, storage.Store, id, parsed.GetValue(delete), context.Now, JobTurn.Unlimited, cancellationToken);
            var output = context.Output;
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"Looked at {found.Objects} {(found.Objects == 1 ? "object" : "objects")} and {found.Rows} photos and documents."));
            await output.WriteLineAsync(found.Orphans == 0 ? "Every object has its photo or document." : string.Create(
                CultureInfo.InvariantCulture,
                $"{found.Orphans} {(found.Orphans == 1 ? "object has" : "objects have")} no photo or document ({found.OrphanBytes} bytes); {(found.Deleted > 0 ? "deleted." : "--delete deletes them.")}"));
            if (found.Strange > 0)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{found.Strange} {(found.Strange == 1 ? "name is" : "names are")} not Panorama's; they are left alone."));
            }

            foreach (var missing in found.Missing)
            {
                await output.WriteLineAsync($"  missing: {missing.Key} of {missing.Id} in {missing.Table}");
            }

            if (found.MissingCount > found.Missing.Count)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  and {found.MissingCount - found.Missing.Count} more."));
            }

            await output.WriteLineAsync(found.MissingCount == 0 ? "Every photo and document has its object." : string.Create(
                CultureInfo.InvariantCulture, $"{found.MissingCount} {(found.MissingCount == 1 ? "has" : "have")} no object: restore the store from its backup."));
            return found.MissingCount == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return reconcile;
    }

    private static Command Erase(CliContext context)
    {
        var file = new Argument<string>("id") { Description = "Of the photo or document, as its address shows it" };
        var ticket = new Option<string>("--ticket") { Description = "Where it was asked for: a number or an address", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why, for the audit trail; without names of people", Required = true };
        var erase = new Command("erase", "Removes one photo or document for good, with its bytes and its row. Refused under a legal hold.") { file, ticket, reason };
        erase.SetAction(async (parsed, cancellationToken) =>
        {
            var given = parsed.GetRequiredValue(file);
            if (!Guid.TryParseExact(given, "D", out var id))
            {
                throw new CliException("The id is a UUID such as 019a1b2c-3d4e-7f00-8a9b-0c1d2e3f4a5b.", ExitCodes.Usage);
            }

            var (why, where) = (Arguments.Name(parsed.GetRequiredValue(reason), "--reason"), Arguments.Name(parsed.GetRequiredValue(ticket), "--ticket"));
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            using var storage = CliStorage.Open(context);
            var by = $"{context.Operator.Name}@{context.Operator.Host}";
            var end = await FileOwners.OfAsync(source, id, cancellationToken) is { } tenant
                ? await EraseFile.ExecuteAsync(source, storage.Store, tenant, id, where, why, by, context.Now, cancellationToken)
                : Erasure.NotFound;
            await context.Output.WriteLineAsync(end switch
            {
                Erasure.Done => "Erased. Backups of the store and the database have it until they are over.",
                Erasure.Held => throw new CliException("It is under a legal hold and stays; 'panorama photos release' ends one."),
                _ => throw new CliException("There is no such photo or document."),
            });
            return ExitCodes.Ok;
        });
        return erase;
    }

    private static Option<string?> OneTenant() => new("--tenant") { Description = "Slug of one organisation; without it all" };

    private static async Task<Guid?> FindTenantAsync(Npgsql.NpgsqlDataSource source, string? slug, CancellationToken cancellationToken)
    {
        if (slug is null)
        {
            return null;
        }

        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return (await TenantRows.FindAsync(connection, Arguments.Slug(slug, "--tenant"), cancellationToken)).Id;
    }

    private static string Files(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "photo or document" : "photos and documents")}");
}

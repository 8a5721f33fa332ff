using System.CommandLine;
using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Input;
using Panorama.Core.Retention;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Photos;

/// <summary><c>panorama photos hold</c> and <c>photos release</c>: what a court or an insurer wants kept.</summary>
internal static class LegalHoldVerbs
{
    public static Command Hold(CliContext context)
    {
        var reason = new Option<string>("--reason") { Description = "The case, for the audit trail; without names of people", Required = true };
        return Create(context, "hold", "Keeps photos and documents from every removal until it is released: one, those of an asset or an inspection, or all of an organisation.", reason, isHeld: true);
    }

    public static Command Release(CliContext context)
    {
        var reason = new Option<string>("--reason") { Description = "Why it ends, for the audit trail", Required = true };
        return Create(context, "release", "Ends a legal hold. What is too old meanwhile goes with the next sweep.", reason, isHeld: false);
    }

    private static Command Create(CliContext context, string verb, string does, Option<string> reason, bool isHeld)
    {
        var tenant = new Option<string>("--tenant") { Description = "Slug of the organisation", Required = true };
        var asset = new Option<string?>("--asset") { Description = "Tag of an asset" };
        var file = new Option<string?>("--file") { Description = "Id of a photo or document" };
        var inspection = new Option<string?>("--inspection") { Description = "Id of an inspection" };
        var command = new Command(verb, does) { tenant, asset, inspection, file, reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var why = parsed.GetRequiredValue(reason).Trim();
            if (why.Length is 0 or > LegalHold.MaxReason || !PlainText.IsStorable(why, isNote: true))
            {
                throw new CliException($"--reason is a text of up to {LegalHold.MaxReason} characters.", ExitCodes.Usage);
            }

            var held = new Held(parsed.GetValue(asset), parsed.GetValue(inspection), parsed.GetValue(file));
            if (new[] { held.Tag, held.Inspection, held.File }.Count(h => h is not null) > 1)
            {
                throw new CliException("--asset, --inspection and --file exclude each other.", ExitCodes.Usage);
            }

            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var row = await TenantRows.FindAsync(connection, Arguments.Slug(parsed.GetRequiredValue(tenant), "--tenant"), cancellationToken);
            await TenantRows.OpenAsync(connection, row.Id, cancellationToken);
            var (what, changed) = await ApplyAsync(connection, context, row, held, why, isHeld, cancellationToken);
            if (changed)
            {
                await TenantRows.AuditVerbAsync(connection, context, $"photos {verb}", cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            await context.Output.WriteLineAsync($"{what} {(changed ? "is now" : "was already")} {(isHeld ? "under a legal hold" : "free")}.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<(string What, bool Changed)> ApplyAsync(
        NpgsqlConnection connection, CliContext context, TenantRow tenant, Held held, string reason, bool isHeld, CancellationToken cancellationToken)
    {
        if (held.File is { } file)
        {
            var id = Guid.TryParseExact(file, "D", out var parsed) ? parsed : throw new CliException("--file is the UUID of a photo or document.", ExitCodes.Usage);
            return await SetLegalHold.OfFileAsync(connection, id, reason, isHeld, context.Now, cancellationToken) is { } changed
                ? (file, changed) : throw new CliException($"{tenant.Slug} has no such photo or document.");
        }

        Guid? asset = null, inspection = null;
        if (held.Inspection is { } run)
        {
            var id = Guid.TryParseExact(run, "D", out var parsed) ? parsed : throw new CliException("--inspection is the UUID of an inspection.", ExitCodes.Usage);
            inspection = await connection.ScalarAsync<Guid?>("select id from inspections where tenant_id = $1 and id = $2", cancellationToken, Uuid(tenant.Id), Uuid(id))
                ?? throw new CliException($"{tenant.Slug} has no such inspection.");
        }
        else if (held.Tag is { } tag)
        {
            asset = await connection.ScalarAsync<Guid?>("select id from assets where tenant_id = $1 and lower(tag) = lower($2) order by archived_at is not null, id desc limit 1", cancellationToken, Uuid(tenant.Id), Text(tag))
                ?? throw new CliException($"{tenant.Slug} has no asset '{PlainText.Visible(tag)}'.");
        }

        return (
            held.Tag ?? held.Inspection ?? $"Everything of {tenant.Slug}",
            await SetLegalHold.OfAllAsync(connection, tenant.Id, asset, inspection, reason, isHeld, context.Now, cancellationToken));
    }

    /// <summary>What is to be held; nothing of it is everything of the organisation.</summary>
    private sealed record Held(string? Tag, string? Inspection, string? File);
}

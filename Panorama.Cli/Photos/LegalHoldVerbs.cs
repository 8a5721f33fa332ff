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
        return Create(context, "hold", "Keeps photos and documents from every removal until it is released: one, those of an asset, or all of an organisation.", reason, isHeld: true);
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
        var command = new Command(verb, does) { tenant, asset, file, reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var why = parsed.GetRequiredValue(reason).Trim();
            if (why.Length is 0 or > LegalHold.MaxReason || !PlainText.IsStorable(why, isNote: true))
            {
                throw new CliException($"--reason is a text of up to {LegalHold.MaxReason} characters.", ExitCodes.Usage);
            }

            if (parsed.GetValue(asset) is not null && parsed.GetValue(file) is not null)
            {
                throw new CliException("--asset and --file exclude each other.", ExitCodes.Usage);
            }

            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var row = await TenantRows.FindAsync(connection, Arguments.Slug(parsed.GetRequiredValue(tenant), "--tenant"), cancellationToken);
            await TenantRows.OpenAsync(connection, row.Id, cancellationToken);
            var (what, changed) = await ApplyAsync(connection, context, row, parsed.GetValue(asset), parsed.GetValue(file), why, isHeld, cancellationToken);
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
        NpgsqlConnection connection, CliContext context, TenantRow tenant, string? tag, string? file, string reason, bool isHeld, CancellationToken cancellationToken)
    {
        if (file is not null)
        {
            var id = Guid.TryParseExact(file, "D", out var parsed) ? parsed : throw new CliException("--file is the UUID of a photo or document.", ExitCodes.Usage);
            return await SetLegalHold.OfFileAsync(connection, id, reason, isHeld, context.Now, cancellationToken) is { } changed
                ? (file, changed) : throw new CliException($"{tenant.Slug} has no such photo or document.");
        }

        Guid? asset = null;
        if (tag is not null)
        {
            asset = await connection.ScalarAsync<Guid?>("select id from assets where tenant_id = $1 and lower(tag) = lower($2) order by archived_at is not null, id desc limit 1", cancellationToken, Uuid(tenant.Id), Text(tag))
                ?? throw new CliException($"{tenant.Slug} has no asset '{PlainText.Visible(tag)}'.");
        }

        return (tag ?? $"Everything of {tenant.Slug}", await SetLegalHold.OfAllAsync(connection, tenant.Id, asset, reason, isHeld, context.Now, cancellationToken));
    }
}

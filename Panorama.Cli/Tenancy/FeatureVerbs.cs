using System.CommandLine;
using Panorama.Cli.Shared;
using Panorama.Core.Tenancy;

namespace Panorama.Cli.Tenancy;

/// <summary><c>panorama feature set NAME on|off --tenant=SLUG</c>.</summary>
internal static class FeatureVerbs
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("name") { Description = TenantFeature.Inspections };
        name.AcceptOnlyFromAmong(TenantFeature.Inspections);
        var state = new Argument<string>("state") { Description = "on or off" };
        state.AcceptOnlyFromAmong("on", "off");
        var tenant = new Option<string>("--tenant") { Description = "Slug of the organisation", Required = true };
        var set = new Command("set", "Switches a feature for one organisation. It works only while the installation's own switch (FEATURE_INSPECTIONS) is on, too.")
        {
            name, state, tenant,
        };
        set.SetAction(async (parsed, cancellationToken) =>
        {
            var slug = Arguments.Slug(parsed.GetRequiredValue(tenant), "--tenant");
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var row = await TenantRows.FindAsync(connection, slug, cancellationToken);
            await TenantRows.OpenAsync(connection, row.Id, cancellationToken);
            var enabled = parsed.GetRequiredValue(state) == "on";
            var changed = await TenantRows.SetFeatureAsync(connection, context, row.Id, parsed.GetRequiredValue(name), enabled, cancellationToken);
            if (changed)
            {
                await TenantRows.AuditVerbAsync(connection, context, "feature set", cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            await context.Output.WriteLineAsync($"{parsed.GetRequiredValue(name)} is {(changed ? "now" : "already")} {(enabled ? "on" : "off")} for {row.Slug}.");
            if (enabled && !IsOn(context.Settings["FEATURE_INSPECTIONS"]))
            {
                await context.Output.WriteLineAsync("It is not offered yet: FEATURE_INSPECTIONS is not on here, and has to be true where the Api runs.");
            }

            return ExitCodes.Ok;
        });
        return new Command("feature", "Features of organisations.") { set };
    }

    private static bool IsOn(string? flag) => flag?.ToLowerInvariant() is "true" or "1" or "yes";
}

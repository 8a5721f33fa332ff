using System.CommandLine;
using System.Net;
using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Importing;
using Panorama.Core.Tenancy;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Demo;

/// <summary><c>panorama demo</c>: two organisations to look at. Everybody knows the password, so only a local database gets them.</summary>
internal static class DemoVerb
{
    /// <summary>The one that has inspections on: the other shows what is left without them.</summary>
    private const string Inspecting = "northwind";

    public static Command Create(CliContext context)
    {
        var iKnow = new Option<bool>("--i-know") { Description = "Fill a database that is not on this machine, with people whose password is published" };
        var command = new Command("demo", "Makes the organisations northwind and contoso with about 60 assets each. Safe to repeat.") { iKnow };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await RunAsync(context, parsed.GetValue(iKnow), cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    public static async Task RunAsync(CliContext context, bool iKnow, CancellationToken cancellationToken)
    {
        context.Settings.Require("panorama_migrator", "panorama_privileged");
        foreach (var name in (string[])["panorama_migrator", "panorama_privileged"])
        {
            var host = new NpgsqlConnectionStringBuilder(context.Settings.ConnectionString(name)).Host ?? "";
            if (!iKnow && !IsLocal(host))
            {
                throw new CliException($"The database is at '{host}', not on this machine, and the demo's password is published. If that is what you want: panorama demo --i-know=true");
            }
        }

        await using var migrator = await CliDatabase.ConnectAsync(context, "panorama_migrator", cancellationToken);
        await using var privileged = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
        foreach (var tenant in DemoTenant.All)
        {
            var id = await EnsureTenantAsync(migrator, context, tenant, cancellationToken);
            var created = await EnsureAssetsAsync(privileged, context, tenant, id, cancellationToken);
            await context.Output.WriteLineAsync(created == 0 ? $"Demo {tenant.Slug}: there already." : $"Demo {tenant.Slug}: {created} assets.");
            if (tenant.Slug == Inspecting)
            {
                await DemoInspections.EnsureAsync(migrator, context, tenant, id, cancellationToken);
            }
        }
    }

    private static bool IsLocal(string host) => host is "localhost" or "" || host.StartsWith('/') || host.StartsWith('@')
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static async Task<Guid> EnsureTenantAsync(NpgsqlDataSource migrator, CliContext context, DemoTenant demo, CancellationToken cancellationToken)
    {
        await using var connection = await migrator.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var id = await connection.ScalarAsync<Guid>("select id from tenants where slug = $1", cancellationToken, Text(demo.Slug));
        if (id != Guid.Empty)
        {
            return id; // somebody may have renamed people or changed passwords: that stays
        }

        var owner = demo.People[0];
        var (tenant, _, _) = await TenantRows.CreateAsync(
            connection, new NewTenant(demo.Slug, demo.Name, owner.Email, owner.Name, "en", demo.TimeZone, demo.Currency), context, cancellationToken);
        foreach (var person in demo.People)
        {
            var (userId, _) = await TenantRows.EnsureUserAsync(connection, person.Email, person.Name, tenant.Id, context.Now, cancellationToken);
            if (person != owner)
            {
                await TenantRows.AddMemberAsync(connection, tenant.Id, userId, person.Role, null, context.Now, cancellationToken);
            }

            if (!await Credentials.HasPasswordAsync(connection, userId, cancellationToken))
            {
                await Credentials.SetPasswordAsync(connection, context, userId, person.Email, DemoTenant.Password, cancellationToken);
            }
        }

        if (demo.Slug == Inspecting)
        {
            await TenantRows.SetFeatureAsync(connection, context, tenant.Id, TenantFeature.Inspections, enabled: true, cancellationToken);
        }

        await TenantRows.AuditVerbAsync(connection, context, "demo", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return tenant.Id;
    }

    private static async Task<int> EnsureAssetsAsync(NpgsqlDataSource privileged, CliContext context, DemoTenant demo, Guid tenantId, CancellationToken cancellationToken)
    {
        await using (var connection = await privileged.OpenConnectionAsync(cancellationToken))
        {
            if (await connection.ScalarAsync<bool>("select exists (select 1 from assets where tenant_id = $1)", cancellationToken, Uuid(tenantId)))
            {
                return 0;
            }
        }

        var csv = DemoFleet.Csv(demo);
        var options = new AssetImportOptions { Dates = DateOrder.Iso, Numbers = DecimalSign.Point, Currency = demo.Currency };
        var result = await new AssetImport(privileged, context.Clock).RunAsync(
            tenantId, null, csv, options, token => ImportLedger.StartAsync(privileged, tenantId, ImportKind.Assets, "demo.csv", csv, "{}", null, context.Now, token),
            progress: null, onStored: null, cancellationToken);
        return result.Stored ? result.Created : throw new CliException($"The demo of {demo.Slug} was not stored: {result.Findings[0].Text}");
    }
}

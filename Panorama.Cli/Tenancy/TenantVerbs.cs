using System.CommandLine;
using Panorama.Cli.Shared;
using Panorama.Core.Tenancy;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Tenancy;

/// <summary><c>panorama tenant create</c> and <c>tenant list</c>.</summary>
internal static class TenantVerbs
{
    public static Command Create(CliContext context) => new("tenant", "Organisations.") { CreateTenant(context), ListTenants(context) };

    private static Command CreateTenant(CliContext context)
    {
        var slug = new Option<string>("--slug") { Description = "Short name for addresses: a-z, 0-9 and dashes", Required = true };
        var name = new Option<string>("--name") { Description = "Name of the organisation", Required = true };
        var email = new Option<string>("--owner-email") { Description = "Address of its owner", Required = true };
        var ownerName = new Option<string?>("--owner-name") { Description = "Name of its owner; without it the address" };
        var locale = new Option<string>("--locale") { Description = "en, pt-br or es", DefaultValueFactory = _ => "en" };
        locale.AcceptOnlyFromAmong("en", "pt-br", "es");
        var zone = new Option<string>("--time-zone") { Description = "IANA name, for example America/Sao_Paulo", DefaultValueFactory = _ => "UTC" };
        var command = new Command("create", "Makes an organisation with its owner.") { slug, name, email, ownerName, locale, zone };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var tenant = new NewTenant(
                Arguments.Slug(parsed.GetRequiredValue(slug), "--slug"), Arguments.Name(parsed.GetRequiredValue(name), "--name"), Arguments.Email(parsed.GetRequiredValue(email), "--owner-email"),
                Arguments.NameOrNull(parsed.GetValue(ownerName), "--owner-name"), parsed.GetValue(locale)!, parsed.GetValue(zone)!);
            if (!TimeZoneRules.IsValid(tenant.TimeZone))
            {
                throw new CliException($"--time-zone '{tenant.TimeZone}' is not an IANA name such as America/Sao_Paulo.", ExitCodes.Usage);
            }

            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var (_, _, isNew) = await TenantRows.CreateAsync(connection, tenant, context, cancellationToken);
            await TenantRows.AuditVerbAsync(connection, context, "tenant create", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await context.Output.WriteLineAsync($"Organisation '{tenant.Name}' ({tenant.Slug}) made; {tenant.OwnerEmail} owns it.");
            if (isNew)
            {
                await context.Output.WriteLineAsync($"Their first password: panorama setup-link --user={tenant.OwnerEmail}");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command ListTenants(CliContext context)
    {
        var command = new Command("list", "Lists the organisations.");
        command.SetAction(async (_, cancellationToken) =>
        {
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            var tenants = await connection.QueryAsync(
                """
                select t.slug, t.display_name, t.created_at,
                       (select count(*) from tenant_memberships m where m.tenant_id = t.id and m.status = 'active' and m.role <> 'system'),
                       (select count(*) from assets a where a.tenant_id = t.id and a.archived_at is null)
                  from tenants t where t.deleted_at is null order by t.slug
                """,
                r => (Slug: r.GetString(0), Name: r.GetString(1), CreatedAt: r.GetFieldValue<DateTimeOffset>(2), Members: r.GetInt64(3), Assets: r.GetInt64(4)), cancellationToken);
            if (tenants.Count == 0)
            {
                await context.Output.WriteLineAsync("There is no organisation yet.");
                return ExitCodes.Ok;
            }

            await Table.WriteAsync(context.Output, ["Slug", "Name", "Members", "Assets", "Since"],
                tenants.Select(t => (string[])[t.Slug, t.Name, t.Members.ToString("N0", Table.Format), t.Assets.ToString("N0", Table.Format), t.CreatedAt.ToString("yyyy-MM-dd", Table.Format)]));
            return ExitCodes.Ok;
        });
        return command;
    }
}

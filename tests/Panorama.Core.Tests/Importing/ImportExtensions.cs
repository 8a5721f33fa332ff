using System.Text;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Testing;

namespace Panorama.Core.Tests.Importing;

/// <summary>Runs imports as the command line does and reads what they left.</summary>
internal static class ImportExtensions
{
    public static readonly AssetImportOptions American = new() { Dates = DateOrder.MonthDayYear, Numbers = DecimalSign.Point, Currency = "USD" };

    private const string AssetsSql =
        """
        select a.tag, a.name, a.serial, a.status, a.bookable::text as bookable, c.name as category, c.kind, m.name as model, m.model_number, m.notes as model_notes,
               f.name as manufacturer, s.name as supplier, o.name as company, l.name as location, a.order_number, a.notes, a.purchase_date::text, a.eol_date::text,
               a.purchase_cost::text, a.currency::text, a.warranty_months::text, b.name as status_label, a.last_read_mileage::text,
               h.target_type as holder_type, u.display_name as holder, u.email as holder_email, p.username as holder_username, hl.name as holder_location,
               a.custom_fields::text, a.search_text, a.version::text, a.updated_at::text
          from assets a join asset_models m on m.id = a.model_id join categories c on c.id = m.category_id
          left join manufacturers f on f.id = m.manufacturer_id left join suppliers s on s.id = a.supplier_id left join companies o on o.id = a.company_id
          left join locations l on l.id = a.location_id left join status_labels b on b.id = a.status_label_id
          left join asset_assignments h on h.asset_id = a.id and h.checked_in_at is null
          left join tenant_memberships p on p.tenant_id = a.tenant_id and p.user_id = h.target_user_id left join users u on u.id = h.target_user_id
          left join locations hl on hl.id = h.target_location_id
         where a.tenant_id = $1 order by a.tag_key
        """;

    public static byte[] FieldFile(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "field", name));

    public static Task<AssetImportResult> ImportAsync(this TestDatabase database, TestTenant tenant, string csv, AssetImportOptions? options = null) =>
        database.ImportAsync(tenant, Encoding.UTF8.GetBytes(csv), options);

    public static async Task<AssetImportResult> ImportAsync(this TestDatabase database, TestTenant tenant, byte[] csv, AssetImportOptions? options = null)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        return await new AssetImport(source, TimeProvider.System).RunAsync(
            tenant.Id, null, csv, options ?? new AssetImportOptions(),
            token => ImportLedger.StartAsync(source, tenant.Id, (options ?? new()).Kind, "assets.csv", csv, "{}", null, TimeProvider.System.GetUtcNow(), token),
            progress: null, onStored: null, TestContext.Current.CancellationToken);
    }

    /// <summary>The assets of a tenant by tag; empty columns are left out.</summary>
    public static async Task<Dictionary<string, Dictionary<string, string>>> AssetsAsync(this TestDatabase database, TestTenant tenant)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(AssetsSql, connection);
        command.Parameters.Add(new() { Value = tenant.Id });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var assets = new Dictionary<string, Dictionary<string, string>>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            assets[reader.GetString(0)] = Enumerable.Range(0, reader.FieldCount).Where(i => !reader.IsDBNull(i)).ToDictionary(reader.GetName, i => reader.GetString(i));
        }

        return assets;
    }

    public static async Task<long> CountAsync(this TestDatabase database, TestTenant tenant, string table, string where = "true")
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // the test's own words
        await using var command = new NpgsqlCommand($"select count(*) from {table} where tenant_id = $1 and {where}", connection);
#pragma warning restore CA2100
        command.Parameters.Add(new() { Value = tenant.Id });
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Code, line and column of each finding.</summary>
    public static IEnumerable<string> Lines(this AssetImportResult result) => result.Findings.Select(f => $"{f.Line} {f.Column} {f.Code}");
}

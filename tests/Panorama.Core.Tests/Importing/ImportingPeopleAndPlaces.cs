using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Testing;

namespace Panorama.Core.Tests.Importing;

/// <summary>Files of people and of places, with the columns that the exporting system has: every cell lands in a field or in a warning.</summary>
public sealed class ImportingPeopleAndPlaces(TestDatabase database)
{
    private const string PeopleHeader =
        "First Name,Last Name,Email,Username,Activated,Location,Address,City,State,Country,Postal Code,Website,Phone,Job Title,Notes,Employee Number,Company,Manager,Remote,VIP,Start Date,End Date,Gravatar\r\n";

    private const string People = PeopleHeader +
        "Ana,Lima,Ana.Lima@Example.org,ALima,true,Depot,1 Long Road,,,,,https://ana.example,555-1,Driver,\"first\nsecond\",17,Northwind,Bo Lee,true,true,2022-03-18,2022-12-04,ana@example.org\r\n" +
        "Bo,Lee,bo.lee@example.org,blee,false,,,,,,,,,,,\"\",,,false,,,,\r\n" +
        "Ana,Lima,,alima2,,,,,,,,,,,,,,,,,not a day,,\r\n" +
        "Nobody,Known,,,,,,,,,,,,,,,,,,,,,\r\n" +
        "Bo,Again,BO.LEE@example.org,other,,,,,,,,,,,,,,,,,,,\r\n";

    private static readonly AssetImportOptions Users = new() { Kind = ImportKind.Users, Dates = DateOrder.Iso, Mode = ImportMode.SkipBad };
    private static readonly AssetImportOptions Places = new() { Kind = ImportKind.Locations };

    [Fact]
    public async Task People_are_made_with_what_the_organisation_says_of_them()
    {
        var tenant = await TenantAsync();
        var own = People.Replace("example.org", $"{tenant.Slug}.example", StringComparison.OrdinalIgnoreCase);

        var result = await database.ImportAsync(tenant, own, Users);
        var again = await database.ImportAsync(tenant, own, Users);

        Assert.Equal((3, 0, 2, true), (result.Created, result.Matched, result.Rejected, result.Stored));
        Assert.Equal(
            [
                "2 Address column_unknown", "2 Website column_unknown", "2 Gravatar column_unknown",
                "5 Start Date date_unreadable", "5 First Name person_same_name", "6  person_without_key", "7 Email person_twice",
            ],
            result.Lines());
        Assert.Equal(
            [
                $"Ana Lima|ana.lima@{tenant.Slug}.example|alima|driver|active|true|{{\"endOn\": \"2022-12-04\", \"notes\": \"first\\nsecond\", \"phone\": \"555-1\", \"remote\": true, \"company\": \"Northwind\", \"manager\": \"Bo Lee\", \"startOn\": \"2022-03-18\", \"jobTitle\": \"Driver\", \"location\": \"Depot\", \"employeeNumber\": \"17\"}}",
                "Ana Lima||alima2|driver|active|false|",
                $"Bo Lee|bo.lee@{tenant.Slug}.example|blee|driver|suspended|false|{{\"remote\": false}}",
            ],
            await MembersAsync(tenant));
        Assert.Equal((0, 3, 2), (again.Created, again.Matched, again.Rejected));
        Assert.Empty(await ReadAsync("select i.subject from auth_identities i join tenant_memberships m on m.user_id = i.user_id where m.tenant_id = $1", tenant));
        Assert.Equal(1, await database.CountAsync(tenant, "audit_events", "action = 'panorama.import.completed' and metadata ->> 'kind' = 'users' and metadata ->> 'created' = '3'"));
    }

    [Fact]
    public async Task Who_is_a_member_keeps_name_address_role_and_access_and_takes_over_the_rest_when_told_to()
    {
        var tenant = await TenantAsync();
        var file = $"Full Name,Email,Username,Job Title,Activated,VIP\nSomebody Else,{tenant.Staff.Email},desk,Clerk,no,yes\n";

        var kept = await database.ImportAsync(tenant, file, new AssetImportOptions { Kind = ImportKind.Users });
        var refused = await database.ImportAsync(tenant, file, new AssetImportOptions { Kind = ImportKind.Users, Existing = ExistingAssets.Reject });
        var updated = await database.ImportAsync(tenant, file, new AssetImportOptions { Kind = ImportKind.Users, Existing = ExistingAssets.Update });

        Assert.Equal(["2 Username person_kept", "2 Full Name person_kept", "2 Activated person_value_kept", "2 Job Title person_value_kept", "2 VIP person_value_kept"], kept.Lines());
        Assert.Equal((0, 1), (kept.Created, kept.Matched));
        Assert.Equal(["2 Email person_exists"], refused.Lines());
        Assert.False(refused.Stored);
        Assert.Equal(["2 Username person_kept", "2 Full Name person_kept", "2 Activated person_value_kept"], updated.Lines());
        Assert.Equal((1, 0), (updated.Updated, updated.Matched));
        Assert.Equal(1, await database.CountAsync(tenant, "tenant_memberships",
            $"user_id = '{tenant.Staff.UserId}' and role = 'fleet_staff' and status = 'active' and is_vip and metadata = '{{\"jobTitle\": \"Clerk\"}}' and version = 2"));
    }

    [Fact]
    public async Task An_address_of_another_organisation_is_neither_told_nor_taken()
    {
        var (tenant, other) = (await TenantAsync(), await TenantAsync());
        var file = $"Username,Email\nstranger,{other.Driver.Email}\nnewcomer,newcomer@{other.Slug}.example\n";
        var people = new AssetImportOptions { Kind = ImportKind.Users };

        var dry = await database.ImportAsync(tenant, file, people with { DryRun = true });
        var stored = await database.ImportAsync(tenant, file, people);
        var again = await database.ImportAsync(tenant, file, people);
        var elsewhere = await database.ImportAsync(other, $"Username,Email\nnewcomer,newcomer@{other.Slug}.example\n", people);

        Assert.Equal((2, 2, 0, 1), (dry.Created, stored.Created, again.Created, elsewhere.Created));
        Assert.Equal([], dry.Lines().Concat(stored.Lines()).Concat(again.Lines()).Concat(elsewhere.Lines()));
        const string Local = "tenant_memberships join users u on u.id = user_id";
        Assert.Equal(1, await database.CountAsync(tenant, Local, $"email = '{other.Driver.Email}' and local_to_tenant_id = tenant_id"));
        Assert.Equal(1, await database.CountAsync(other, Local, $"email = '{other.Driver.Email}' and local_to_tenant_id is null"));
        Assert.Equal(1, await database.CountAsync(other, Local, $"email = 'newcomer@{other.Slug}.example' and local_to_tenant_id = tenant_id"));
    }

    [Fact]
    public async Task Places_stand_in_places_and_their_address_is_one_text()
    {
        var tenant = await TenantAsync();
        const string File =
            "name,address,address2,city,state,country,zip,manager,manager username,currency,Parent,Time Zone\n" +
            "Hall 1,,,,,,,,,,Depot,\n" +
            "Depot,8 Brentwood Court,Gate B,Birendranagar,AB,CA,T8S,Danika Mostyn,dmostyn0,CAD,,America/Edmonton\n" +
            "Hall 2,,,,,,,,,,HALL 1,Mars/Phobos\n" +
            "Ring A,,,,,,,,,,Ring B,\nRing B,,,,,,,,,,Ring A,\n";

        var result = await database.ImportAsync(tenant, File, Places);
        var again = await database.ImportAsync(tenant, File, Places);
        var moved = await database.ImportAsync(tenant, "Name,City,Parent\nHall 2,Calgary,Depot\nDepot,,Hall 1\n", Places with { Existing = ExistingAssets.Update });

        Assert.Equal((5, 0, true), (result.Created, result.Rejected, result.Stored));
        Assert.Equal(
            [
                "3 manager column_unknown", "3 manager username column_unknown", "3 currency column_unknown", "4 Time Zone time_zone_unknown", "6 Parent place_circle",
            ],
            result.Lines());
        Assert.Equal((0, 5), (again.Created, again.Matched));
        Assert.Equal((1, 1, "3 Parent place_circle"), (moved.Updated, moved.Matched, Assert.Single(moved.Lines())));
        Assert.Equal(
            [
                "Depot||America/Edmonton|8 Brentwood Court/Gate B/T8S Birendranagar/AB/CA|1", "Hall 1|Depot|||1", "Hall 2|Depot||Calgary|2", "Ring A|Ring B|||1", "Ring B||||1",
            ],
            await PlacesAsync(tenant));
    }

    [Fact]
    public async Task Rows_that_say_nothing_or_the_same_twice_are_refused_and_nothing_is_stored()
    {
        var tenant = await TenantAsync();

        var result = await database.ImportAsync(tenant, $"Name,City,Parent\nYard,x,\nyard,y,\n,z,\nIn,,in\nFar,{new string('x', 600)},\n", Places);
        var people = await Assert.ThrowsAsync<ImportRefusedException>(() => database.ImportAsync(tenant, "First Name\nAna\n", Users));
        var places = await Assert.ThrowsAsync<ImportRefusedException>(() => database.ImportAsync(tenant, "City\nRome\n", Places));

        Assert.Equal(["3 Name place_twice", "4 Name name_missing", "5 Parent place_inside_itself", "6 City too_long"], result.Lines());
        Assert.False(result.Stored);
        Assert.Equal(("column_missing", "column_missing"), (people.Code, places.Code));
        Assert.Equal(0, await database.CountAsync(tenant, "locations"));
    }

    private Task<TestTenant> TenantAsync() => TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

    private Task<List<string>> MembersAsync(TestTenant tenant) => ReadAsync(
        """
        select concat_ws('|', u.display_name, coalesce(u.email, ''), m.username, m.role, m.status, m.is_vip::text, coalesce(m.metadata::text, ''))
          from tenant_memberships m join users u on u.id = m.user_id where m.tenant_id = $1 and m.username is not null order by u.display_name, m.username
        """, tenant);

    private Task<List<string>> PlacesAsync(TestTenant tenant) => ReadAsync(
        """
        select concat_ws('|', l.name, coalesce(p.name, ''), coalesce(l.time_zone, ''), coalesce(replace(l.address, E'\n', '/'), ''), l.version::text)
          from locations l left join locations p on p.id = l.parent_id where l.tenant_id = $1 order by l.name
        """, tenant);

    private async Task<List<string>> ReadAsync(string sql, TestTenant tenant)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // literals of this file
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.Add(new() { Value = tenant.Id });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}

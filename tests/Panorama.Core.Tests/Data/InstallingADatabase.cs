using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Data;

/// <summary>Servers of their own: roles are of the cluster.</summary>
public sealed class InstallingADatabase
{
    private const string Everything = """
        select distinct line from (
          select 'column ' || regexp_replace(c.oid::regclass::text, '_(\d{4}_\d{2}|default)$', '_*') || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                 || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') as line
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
           where c.relnamespace in ('public'::regnamespace, 'quartz'::regnamespace) and c.relkind in ('r', 'p')
          union all
          select 'constraint ' || regexp_replace(k.conrelid::regclass::text, '_(\d{4}_\d{2}|default)$', '_*') || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
            from pg_constraint k join pg_class c on c.oid = k.conrelid
           where k.connamespace in ('public'::regnamespace, 'quartz'::regnamespace) and not c.relispartition
          union all
          select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid
           where c.relnamespace in ('public'::regnamespace, 'quartz'::regnamespace) and not c.relispartition
          union all
          select 'function ' || pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'public'::regnamespace
          union all
          select 'extension ' || extname || ' ' || extnamespace::regnamespace from pg_extension where extname <> 'plpgsql'
          union all
          select 'role ' || r.rolname || ' ' || r.rolcanlogin || ' ' || coalesce(array_to_string(s.setconfig, ' '), '')
            from pg_roles r left join pg_db_role_setting s on s.setrole = r.oid where r.rolname ~ '^panorama_' and r.rolname !~ '^panorama_test'
        ) lines order by 1
        """;

    [Fact]
    public async Task An_installer_without_and_one_with_bypassrls_make_the_same_database()
    {
        await using var plain = new TestDatabase();
        await using var managed = new TestDatabase { BypassRowSecurity = true };
        await plain.InitializeAsync();
        await managed.InitializeAsync();

        var (ofPlain, ofManaged) = (await DescribeAsync(plain), await DescribeAsync(managed));

        Assert.True(ofPlain.Count > 1000);
        Assert.Equal(ofPlain, ofManaged);
        foreach (var database in (TestDatabase[])[plain, managed])
        {
            await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
            Assert.Empty(await Doctor.ExamineAsync(connection, TimeProvider.System, TestContext.Current.CancellationToken));
            Assert.Empty(await connection.RowsAsync("""
                select m.roleid::regrole::text from pg_auth_members m
                 where m.member::regrole::text ~ '^panorama_test' and m.roleid::regrole::text ~ '^panorama_' and pg_has_role(m.member, m.roleid, 'usage')
                   and not (select rolsuper from pg_roles where oid = m.member)
                """));
        }
    }

    /// <summary>Under FORCE an owner without a policy changes no row and says nothing; the migrator's policy is what later data migrations stand on.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_that_changes_rows_reaches_them_with_either_installer(bool bypassRowSecurity)
    {
        await using var database = new TestDatabase { BypassRowSecurity = bypassRowSecurity };
        await database.InitializeAsync();
        var tenant = await database.TenantAsync();
        await tenant.AssetAsync();
        var step = new MigrationStep("9999_test", ["update assets set notes = 'touched'"], IsResumable: false);

        var result = await new MigrationRunner(database.ConnectionString(DatabaseRoles.Migrator), [.. MigrationStep.All, step]).RunAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(["9999_test"], result.Applied);
        Assert.True(result.HasTenants);
        await using var request = await database.RequestAsync(tenant.Owner);
        Assert.Equal(["touched"], await request.ListAsync<string>("select notes from assets"));
    }

    [Fact]
    public async Task The_script_makes_what_the_runner_makes_and_runs_twice()
    {
        await using var reference = new TestDatabase();
        await reference.InitializeAsync();
        await using var database = new TestDatabase { BypassRowSecurity = true };
        await database.BootstrapAsync(TestContext.Current.CancellationToken);
        var script = MigrationScript.Write();

        // An editor of a managed service connects as the installer and sends the whole text at once.
        await using (var editor = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.Installer) { Database = database.Name, Pooling = false }.ConnectionString))
        {
            await editor.OpenAsync(TestContext.Current.CancellationToken);
            Assert.Equal("42501", await editor.RefusalAsync(script));
            await editor.RunAsync("grant panorama_migrator to current_user");
            await editor.RunAsync(script);
            await editor.RunAsync(script);
            await editor.RunAsync("revoke panorama_migrator from current_user");
        }

        var result = await new MigrationRunner(database.ConnectionString(DatabaseRoles.Migrator)).RunAsync(null, TestContext.Current.CancellationToken);

        Assert.Empty(result.Applied);
        Assert.Equal(0, result.PartitionsMade);
        Assert.False(result.HasTenants);
        Assert.Equal(await DescribeAsync(reference), await DescribeAsync(database));
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
        Assert.Empty(await Doctor.ExamineAsync(connection, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Bootstrap_is_repeatable_and_touches_only_the_secrets_it_is_given()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        var options = new BootstrapOptions { Database = database.Name };

        var again = await DatabaseBootstrap.RunAsync(database.Installer, options, TestContext.Current.CancellationToken);
        Assert.Empty(again.Done);
        Assert.Empty(again.Generated);
        await using (var connection = new NpgsqlConnection(database.ConnectionString(DatabaseRoles.App) + ";Pooling=false"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
        }

        var rotated = await DatabaseBootstrap.RunAsync(database.Installer, options with
        {
            Rotate = [DatabaseRoles.Auth],
            Passwords = new Dictionary<string, string>(StringComparer.Ordinal) { [DatabaseRoles.App] = "given-by-the-operator" },
        }, TestContext.Current.CancellationToken);

        Assert.Equal(["secret of panorama_app set", "secret of panorama_auth set"], rotated.Done);
        Assert.Equal([DatabaseRoles.Auth], rotated.Generated.Keys);
        await OpensAsync(database, DatabaseRoles.App, "given-by-the-operator");
        await OpensAsync(database, DatabaseRoles.Auth, rotated.Generated[DatabaseRoles.Auth]);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => OpensAsync(database, DatabaseRoles.Auth, "something else"));
        Assert.Equal("28P01", refused.SqlState);
    }

    [Fact]
    public async Task A_server_whose_roles_another_database_uses_is_refused()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();

        var refused = await Assert.ThrowsAsync<BootstrapException>(() => DatabaseBootstrap.RunAsync(
            database.Installer, new BootstrapOptions { Database = "second" }, TestContext.Current.CancellationToken));

        Assert.Contains($"Database '{database.Name}' on this server uses the roles of Panorama already", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_invented_where_none_is_given_and_shown_once()
    {
        await using var server = await PostgresServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var installer = await server.MakeInstallerAsync(bypassRowSecurity: false, TestContext.Current.CancellationToken);

        var result = await DatabaseBootstrap.RunAsync(installer, new BootstrapOptions(), TestContext.Current.CancellationToken);

        Assert.Equal(DatabaseRoles.Logins.Order(StringComparer.Ordinal), result.Generated.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("database panorama made", result.Done[^1]);
        Assert.DoesNotContain(result.Done, l => result.Generated.Values.Any(s => l.Contains(s, StringComparison.Ordinal)));
        var migrator = new NpgsqlConnectionStringBuilder(installer)
        {
            Database = "panorama",
            Username = DatabaseRoles.Migrator,
            Password = result.Generated[DatabaseRoles.Migrator],
            Pooling = false,
        }.ConnectionString;
        Assert.Equal(MigrationStep.All.Select(s => s.Id), (await new MigrationRunner(migrator).RunAsync(null, TestContext.Current.CancellationToken)).Applied);
    }

    [Fact]
    public async Task A_managed_service_with_an_extension_schema_of_its_own_is_fine_and_one_with_them_elsewhere_is_told()
    {
        await using var server = await PostgresServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var installer = new NpgsqlConnectionStringBuilder(await server.MakeInstallerAsync(bypassRowSecurity: true, TestContext.Current.CancellationToken)) { Pooling = false };
        await RunAsync("create database given");
        installer.Database = "given";
        await RunAsync("create schema extensions; create extension pgcrypto with schema public");
        var secrets = (await DatabaseBootstrap.RunAsync(installer.ConnectionString, new BootstrapOptions { Database = "given" }, TestContext.Current.CancellationToken)).Generated;
        var migrator = new NpgsqlConnectionStringBuilder(installer.ConnectionString) { Username = DatabaseRoles.Migrator, Password = secrets[DatabaseRoles.Migrator] }.ConnectionString;

        var misplaced = await Assert.ThrowsAsync<PostgresException>(() => new MigrationRunner(migrator).RunAsync(null, TestContext.Current.CancellationToken));
        Assert.Equal(("55000", "extension_in_other_schema"), (misplaced.SqlState, misplaced.MessageText));
        await RunAsync("drop extension pgcrypto");
        await DatabaseBootstrap.RunAsync(installer.ConnectionString, new BootstrapOptions { Database = "given" }, TestContext.Current.CancellationToken);
        Assert.NotEmpty((await new MigrationRunner(migrator).RunAsync(null, TestContext.Current.CancellationToken)).Applied);
        await using var connection = new NpgsqlConnection(migrator);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await Doctor.ExamineAsync(connection, TimeProvider.System, TestContext.Current.CancellationToken));

        async Task RunAsync(string sql)
        {
            await using var given = new NpgsqlConnection(installer.ConnectionString);
            await given.OpenAsync(TestContext.Current.CancellationToken);
            await given.RunAsync(sql);
        }
    }

    [Fact]
    public async Task A_role_with_more_rights_than_it_may_have_is_refused()
    {
        await using var server = await PostgresServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var installer = await server.MakeInstallerAsync(bypassRowSecurity: false, TestContext.Current.CancellationToken);
        await using var superuser = new NpgsqlConnection(server.SuperuserConnectionString);
        await superuser.OpenAsync(TestContext.Current.CancellationToken);
        await superuser.RunAsync("create role panorama_app login bypassrls");

        var refused = await Assert.ThrowsAsync<BootstrapException>(() => DatabaseBootstrap.RunAsync(installer, new BootstrapOptions(), TestContext.Current.CancellationToken));

        Assert.StartsWith("Role panorama_app exists with more rights than it may have", refused.Message, StringComparison.Ordinal);
    }

    private static async Task OpensAsync(TestDatabase database, string role, string secret)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString(role)) { Password = secret, Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<List<string>> DescribeAsync(TestDatabase database)
    {
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
        return [.. (await Catalogue.ReadAsync(connection, TestContext.Current.CancellationToken)).Select(l => l.ToString()), .. await connection.ListAsync<string>(Everything)];
    }
}

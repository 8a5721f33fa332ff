using System.Security.Cryptography;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Identity;

/// <summary>The functions that the sign-in login may execute: all it has.</summary>
public sealed class SigningInToTheDatabase(TestDatabase database)
{
    private const string Create = "select tenant_id from session_create($1, $2, $3, 'password', 1::smallint, interval '12 hours', interval '7 days', '203.0.113.7', 'Firefox', '{}')";

    [Fact]
    public async Task A_password_is_looked_up_rehashed_and_changed()
    {
        var tenant = await database.TenantAsync();
        var identity = await AddPasswordAsync(tenant.Driver, "old");
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);

        Assert.Equal([tenant.Driver.UserId, identity, "old", "ACTIVE"], Assert.Single(await auth.RowsAsync("select * from auth_password_lookup($1)", tenant.Driver.Email.ToUpperInvariant())));
        Assert.Empty(await auth.RowsAsync("select * from auth_password_lookup('nobody@example.org')"));
        Assert.True(await auth.OneAsync<bool>("select auth_rehash($1, 'old', 'stronger')", identity));
        Assert.False(await auth.OneAsync<bool>("select auth_rehash($1, 'old', 'weaker')", identity));

        var second = Sql.Token();
        await auth.RunAsync(Create, TestTenant.NewId(), tenant.Driver.UserId, second);
        Assert.True(await auth.OneAsync<bool>("select auth_password_set($1, 'new')", second));
        Assert.False(await auth.OneAsync<bool>("select auth_password_set($1, 'new')", Sql.Token()));
        Assert.Empty(await auth.RowsAsync("select * from session_profile($1)", tenant.Driver.SessionHash));
        Assert.Single(await auth.RowsAsync("select * from session_profile($1)", second));
        Assert.Equal("new", (await auth.RowsAsync("select secret_hash from auth_password_lookup($1)", tenant.Driver.Email))[0][0]);
        Assert.Equal(["panorama.auth.password_login", "panorama.auth.password_changed"], await ActionsAsync(tenant));
    }

    [Fact]
    public async Task A_sign_in_is_a_row_with_address_for_the_operator_and_one_without_for_each_tenant()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        await JoinAsync(b, a.Owner);
        var session = TestTenant.NewId();
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);

        Assert.Equal(a.Id, await auth.OneAsync<Guid>(Create, session, a.Owner.UserId, Sql.Token()));

        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);
        var rows = await worker.RowsAsync("""
            select e.tenant_id, e.actor_user_id, p.ip_address, p.user_agent, p.email,
                   e.personal_hash = sha256(p.salt || convert_to('11:203.0.113.7,7:Firefox,' || octet_length(p.email) || ':' || p.email || ',', 'UTF8'))
              from audit_events e left join audit_personal p on p.event_id = e.id where e.resource_id = $1 order by e.tenant_id nulls first
            """, session.ToString());
        Assert.Equal([null, a.Owner.UserId, "203.0.113.7", "Firefox", a.Owner.Email, true], rows[0]);
        Assert.Equal(new Guid?[] { a.Id, b.Id }.Order(), rows[1..].Select(r => (Guid?)r[0]).Order());
        Assert.All(rows[1..], r => Assert.Equal([a.Owner.UserId, null, null, null, null], r[1..]));
        Assert.NotNull(await worker.OneAsync<object>("select last_login_at from users where id = $1", a.Owner.UserId));
    }

    [Fact]
    public async Task Someone_who_is_not_active_gets_no_session_and_loses_the_one_he_has()
    {
        var tenant = await database.TenantAsync();
        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);
        await worker.RunAsync("update users set status = 'SUSPENDED' where id = $1", tenant.Staff.UserId);
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);

        var refused = await auth.RefusedAsync(Create, TestTenant.NewId(), tenant.Staff.UserId, Sql.Token());

        Assert.Equal(("42501", "user_not_active"), (refused?.SqlState, refused?.MessageText));
        await using var app = await database.AsAsync(DatabaseRoles.App);
        Assert.Empty(await app.RowsAsync("select * from session_open($1)", tenant.Staff.SessionHash));
        Assert.Empty(await auth.RowsAsync("select * from session_profile($1)", tenant.Staff.SessionHash));
    }

    [Fact]
    public async Task A_session_opens_in_its_tenant_or_in_the_oldest_that_is_left()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        await JoinAsync(b, a.Staff);
        await using var app = await database.AsAsync(DatabaseRoles.App);
        const string Open = "select session_id, user_id, tenant_id, membership_id, role, is_vip, auth_level, provider from session_open($1)";

        Assert.Equal([a.Staff.SessionId, a.Staff.UserId, a.Id, a.Staff.MembershipId, "fleet_staff", false, (short)1, "password"],
            Assert.Single(await app.RowsAsync(Open, a.Staff.SessionHash)));
        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);
        await worker.RunAsync("update tenant_memberships set status = 'removed' where id = $1", a.Staff.MembershipId);
        Assert.Equal(b.Id, (await app.RowsAsync(Open, a.Staff.SessionHash))[0][2]);
        await worker.RunAsync("update tenant_memberships set status = 'suspended' where tenant_id = $1 and user_id = $2", b.Id, a.Staff.UserId);
        Assert.Null((await app.RowsAsync(Open, a.Staff.SessionHash))[0][2]);

        foreach (var end in (string[])["idle_expires_at = now() - interval '1 s'", "absolute_expires_at = now() - interval '1 s'", "revoked_at = now()"])
        {
            var person = await a.AddPersonAsync("driver", TestContext.Current.CancellationToken);
            await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);
            await migrator.RunAsync($"update sessions set {end} where id = $1", person.SessionId);
            Assert.Empty(await app.RowsAsync(Open, person.SessionHash));
        }
    }

    [Fact]
    public async Task A_session_is_seen_at_most_every_five_minutes()
    {
        var tenant = await database.TenantAsync();
        await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);
        await migrator.RunAsync("update sessions set last_seen_at = now() - interval '6 min', idle_expires_at = now() + interval '1 min' where id = $1", tenant.Owner.SessionId);
        await using var app = await database.AsAsync(DatabaseRoles.App);

        await app.RowsAsync("select * from session_open($1)", tenant.Owner.SessionHash);
        const string Seen = "select last_seen_at > now() - interval '1 min' and idle_expires_at > now() + interval '11 hours' from sessions where id = $1";
        Assert.True(await migrator.OneAsync<bool>(Seen, tenant.Owner.SessionId));
        var version = await migrator.OneAsync<string>("select xmin::text from sessions where id = $1", tenant.Owner.SessionId);
        await app.RowsAsync("select * from session_open($1)", tenant.Owner.SessionHash);
        Assert.Equal(version, await migrator.OneAsync<string>("select xmin::text from sessions where id = $1", tenant.Owner.SessionId));
    }

    [Fact]
    public async Task A_switch_takes_a_new_token_and_keeps_the_end()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        await JoinAsync(b, a.Owner);
        var (hash, id) = (Sql.Token(), TestTenant.NewId());
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);
        const string Switch = "select tenant_id from session_switch($1, $2, $3, $4)";

        Assert.Empty(await auth.RowsAsync(Switch, b.Staff.SessionHash, a.Id, TestTenant.NewId(), Sql.Token()));
        Assert.Equal([b.Id], (await auth.ListAsync<Guid>(Switch, a.Owner.SessionHash, b.Id, id, hash)));
        Assert.Empty(await auth.RowsAsync(Switch, a.Owner.SessionHash, b.Id, TestTenant.NewId(), Sql.Token()));

        await using var app = await database.AsAsync(DatabaseRoles.App);
        Assert.Empty(await app.RowsAsync("select * from session_open($1)", a.Owner.SessionHash));
        Assert.Equal(b.Id, await app.OneAsync<Guid>("select tenant_id from session_open($1)", hash));
        await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);
        Assert.Equal(1, await migrator.OneAsync<long>("select count(distinct absolute_expires_at) from sessions where id in ($1, $2)", a.Owner.SessionId, id));
        Assert.Contains("panorama.auth.tenant_switched", await ActionsAsync(b));
    }

    [Fact]
    public async Task Sessions_are_listed_rekeyed_and_revoked_by_their_owner_alone()
    {
        var tenant = await database.TenantAsync();
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);
        var (second, third) = (TestTenant.NewId(), TestTenant.NewId());
        await auth.RunAsync(Create, second, tenant.Owner.UserId, Sql.Token());
        await auth.RunAsync(Create, third, tenant.Owner.UserId, Sql.Token());
        const string List = "select id from session_list($1)";

        Assert.Equal([tenant.Owner.SessionId], await auth.ListAsync<Guid>("select id from session_list($1) where is_current", tenant.Owner.SessionHash));
        Assert.Equal(3, (await auth.ListAsync<Guid>(List, tenant.Owner.SessionHash)).Count);
        Assert.False(await auth.OneAsync<bool>("select session_revoke($1, $2)", tenant.Staff.SessionHash, second));
        Assert.True(await auth.OneAsync<bool>("select session_revoke($1, $2)", tenant.Owner.SessionHash, second));
        Assert.False(await auth.OneAsync<bool>("select session_revoke($1, $2)", tenant.Owner.SessionHash, second));
        var rekeyed = Sql.Token();
        Assert.True(await auth.OneAsync<bool>("select session_rekey($1, $2)", tenant.Owner.SessionHash, rekeyed));
        Assert.False(await auth.OneAsync<bool>("select session_rekey($1, $2)", tenant.Owner.SessionHash, Sql.Token()));
        Assert.Equal(1, await auth.OneAsync<int>("select session_revoke_others($1)", rekeyed));
        Assert.Equal([tenant.Owner.SessionId], await auth.ListAsync<Guid>(List, rekeyed));
        Assert.True(await auth.OneAsync<bool>("select session_revoke($1)", rekeyed));
        Assert.False(await auth.OneAsync<bool>("select session_revoke($1)", rekeyed));
        Assert.Empty(await auth.RowsAsync(List, rekeyed));
        Assert.Equal(["panorama.auth.password_login", "panorama.auth.password_login", "panorama.auth.session_revoked", "panorama.auth.session_revoked", "panorama.auth.logout"],
            await ActionsAsync(tenant));
    }

    [Fact]
    public async Task A_profile_follows_the_tenant_where_the_person_chose_nothing()
    {
        var tenant = await database.TenantAsync();
        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);
        await worker.RunAsync("update tenants set locale = 'pt-br', timezone = 'America/Sao_Paulo' where id = $1", tenant.Id);
        await worker.RunAsync("update users set time_zone = 'Europe/Lisbon' where id = $1", tenant.Driver.UserId);
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);

        Assert.Equal([tenant.Driver.UserId, tenant.Driver.Email, $"driver of {tenant.Slug}", "pt-br", "Europe/Lisbon", tenant.Id, "driver", false, "password", tenant.Driver.SessionId],
            Assert.Single(await auth.RowsAsync("select * from session_profile($1)", tenant.Driver.SessionHash)));
        Assert.Equal([tenant.Id, tenant.Slug, tenant.Slug, "pt-br", "America/Sao_Paulo", "driver", false],
            Assert.Single(await auth.RowsAsync("select * from membership_list($1)", tenant.Driver.SessionHash)));
        Assert.Empty(await auth.RowsAsync("select * from membership_list($1)", Sql.Token()));
    }

    [Fact]
    public async Task A_setup_link_gives_one_password_once()
    {
        var tenant = await database.TenantAsync();
        var link = Sql.Token();
        await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);
        await migrator.RunAsync("insert into setup_links (token_hash, user_id, expires_at) values ($1, $2, now() + interval '1 day'), ($3, $4, now() - interval '1 s')",
            link, tenant.Driver.UserId, Sql.Token(), tenant.Staff.UserId);

        var users = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            await using var auth = await database.AsAsync(DatabaseRoles.Auth);
            return await auth.ListAsync<Guid>("select user_id from setup_link_use($1, $2)", link, $"secret{i}");
        }));

        Assert.Equal([tenant.Driver.UserId], users.SelectMany(u => u));
        await using var again = await database.AsAsync(DatabaseRoles.Auth);
        Assert.Empty(await again.RowsAsync("select * from setup_link_use($1, 'x')", Sql.Token()));
        var second = Sql.Token();
        await migrator.RunAsync("insert into setup_links (token_hash, user_id, expires_at) values ($1, $2, now() + interval '1 day')", second, tenant.Driver.UserId);
        Assert.Empty(await again.RowsAsync("select * from setup_link_use($1, 'x')", second)); // there is a password
        var expired = await migrator.OneAsync<byte[]>("select token_hash from setup_links where user_id = $1", tenant.Staff.UserId);
        Assert.Empty(await again.RowsAsync("select * from setup_link_use($1, 'x')", expired));
    }

    [Fact]
    public async Task Refusals_are_one_row_an_address_and_minute_with_a_count()
    {
        var tenant = await database.TenantAsync();
        var address = $"198.51.100.{RandomNumberGenerator.GetInt32(255)}/{tenant.Slug}";
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var connection = await database.AsAsync(DatabaseRoles.Auth);
            await connection.RunAsync("select auth_refused('password', '\\x0011223344556677889900', $1, 'curl', $2)", address, tenant.Owner.UserId);
        }));
        const string Rows = "select (e.metadata ->> 'count')::int from audit_events e join audit_personal p on p.event_id = e.id where p.ip_address = $1 and e.tenant_id is null order by e.occurred_at, e.id";
        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);
        Assert.Equal([1], await worker.ListAsync<int>(Rows, address));

        await using (var superuser = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken))
        {
            await superuser.RunAsync("update auth_refusals set last_at = last_at - interval '2 min' where address = $1", address);
        }

        await auth.RunAsync("select auth_refused('password', '\\x0011223344556677889900', $1, 'curl')", address);
        Assert.Equal([1, 8], await worker.ListAsync<int>(Rows, address));
        Assert.Equal(["0011223344556677"], await worker.ListAsync<string>(
            "select distinct e.metadata ->> 'subjectHash' from audit_events e join audit_personal p on p.event_id = e.id where p.ip_address = $1", address));
        Assert.Equal(["panorama.auth.password_refused"], await ActionsAsync(tenant));

        // it gave up: somebody else's refusal says what was left and forgets it
        await auth.RunAsync("select auth_refused('password', null, $1, null)", address);
        await using (var superuser = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken))
        {
            await superuser.RunAsync("update auth_refusals set last_at = last_at - interval '2 min' where address = $1", address);
        }

        await auth.RunAsync("select auth_refused('password', null, $1, null)", address + "'");
        Assert.Equal([1, 8, 1], await worker.ListAsync<int>(Rows, address));
    }

    [Fact]
    public async Task A_token_opens_while_token_person_and_tenant_are_good()
    {
        var tenant = await database.TenantAsync();
        var hash = Sql.Token();
        await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);
        await migrator.RunAsync("""
            insert into personal_access_tokens (id, tenant_id, user_id, issuer_user_id, name, token_hash, token_prefix, scopes) values ($1, $2, $3, $3, 'ci', $4, 'pnrm_pat_abcdefgh', '{snipeit.v1.read}')
            """, TestTenant.NewId(), tenant.Id, tenant.Staff.UserId, hash);
        await using var app = await database.AsAsync(DatabaseRoles.App);
        const string Open = "select coalesce(refused, role) from token_open($1)";

        Assert.Equal("fleet_staff", await app.OneAsync<string>(Open, hash));
        Assert.Equal("invalid_token", await app.OneAsync<string>(Open, Sql.Token()));
        foreach (var (change, undo, refused) in ((string, string, string)[])
        [
            ("update tenant_memberships set status = 'suspended' where user_id = $1", "update tenant_memberships set status = 'active' where user_id = $1", "user_suspended"),
            ("update tenant_memberships set status = 'removed' where user_id = $1", "update tenant_memberships set status = 'active' where user_id = $1", "not_a_member"),
            ("update users set status = 'DEACTIVATED' where id = $1", "update users set status = 'ACTIVE' where id = $1", "user_suspended"),
            ("update personal_access_tokens set revoked_at = now() where user_id = $1", "update personal_access_tokens set revoked_at = null where user_id = $1", "invalid_token"),
            ("update personal_access_tokens set expires_at = now() - interval '1 s' where user_id = $1", "update personal_access_tokens set expires_at = null where user_id = $1", "invalid_token"),
        ])
        {
            await migrator.RunAsync(change, tenant.Staff.UserId);
            Assert.Equal(refused, await app.OneAsync<string>(Open, hash));
            await migrator.RunAsync(undo, tenant.Staff.UserId);
            Assert.Equal("fleet_staff", await app.OneAsync<string>(Open, hash));
        }
    }

    [Fact]
    public async Task A_person_without_sign_in_is_added_by_who_may()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        const string Add = "select user_id, outcome from person_add($1, 'Ana Lima', 'Ana', 'Lima', $2, $3)";
        await using var request = await database.RequestAsync(a.FleetAdmin);
        var ana = TestTenant.NewId();
        var mail = $"ana@{a.Slug}.example";

        Assert.Equal([ana, "created"], (await request.RowsAsync(Add, ana, mail.ToUpperInvariant(), "ALima"))[0]);
        Assert.Equal([ana, "existing"], (await request.RowsAsync(Add, TestTenant.NewId(), mail, null))[0]);
        Assert.Equal([ana, "existing"], (await request.RowsAsync(Add, TestTenant.NewId(), null, "alima"))[0]);
        Assert.Equal("created", (await request.RowsAsync(Add, TestTenant.NewId(), null, null))[0][1]);
        var other = TestTenant.NewId();
        Assert.Equal([other, "created"], (await request.RowsAsync(Add, other, b.Owner.Email, null))[0]);
        Assert.Equal(b.Owner.Email, await request.OneAsync<string>("select email from users where id = $1", other));
        Assert.Equal(1, await request.OneAsync<long>("select count(*) from tenant_memberships where user_id = $1 and role = 'driver' and username is null", other));
        await request.RunAsync("commit");

        await using var driver = await database.RequestAsync(a.Driver);
        Assert.Equal("42501", await driver.RefusalAsync(Add, TestTenant.NewId(), null, null));
        await using var app = await database.AsAsync(DatabaseRoles.App);
        Assert.Equal("42501", await app.RefusalAsync(Add, TestTenant.NewId(), null, null));
        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);
        Assert.Equal("42501", await worker.RefusalAsync(Add, TestTenant.NewId(), null, null));
        await using var transaction = await worker.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await worker.RunAsync("select tenant_open($1)", a.Id);
        Assert.Equal("created", (await worker.RowsAsync(Add, TestTenant.NewId(), null, null))[0][1]);
    }

    [Fact]
    public async Task Search_finds_words_of_the_tenant_alone_and_pages()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        var assets = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            assets.Add(await a.AssetAsync($"SRCH-{i}"));
        }

        await b.AssetAsync("SRCH-9");
        await using var request = await database.RequestAsync(a.Driver);

        Assert.Equal(assets, await request.ListAsync<Guid>("select id from asset_search('{srch}', 51, 'tag')"));
        Assert.Equal(assets.AsEnumerable().Reverse(), await request.ListAsync<Guid>("select id from asset_search('{srch,van}', 51, '-tag')"));
        Assert.Equal(assets[2..4], await request.ListAsync<Guid>("select id from asset_search('{srch}', 2, 'tag', 'srch-1', $1)", assets[1]));
        Assert.Empty(await request.RowsAsync("select id from asset_search('{srch}', 51, 'tag', null, null, 'RETIRED')"));
        foreach (var word in (string[])["' or true --", "%", "%%", "sr_h", "\\", "x"])
        {
            Assert.Empty(await request.RowsAsync("select id from asset_search(array[$1], 51)", word));
        }

        await using var nobody = await database.AsAsync(DatabaseRoles.App);
        Assert.Empty(await nobody.RowsAsync("select id from asset_search('{srch}', 51)"));
    }

    private async Task<Guid> AddPasswordAsync(TestPerson person, string secret)
    {
        var id = TestTenant.NewId();
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
        await connection.RunAsync("insert into auth_identities (id, user_id, provider, subject, email_at_link, secret_hash) values ($1, $2, 'password', $3, $3, $4)", id, person.UserId, person.Email, secret);
        return id;
    }

    private async Task JoinAsync(TestTenant tenant, TestPerson person)
    {
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
        await connection.RunAsync("insert into tenant_memberships (id, tenant_id, user_id, role) values ($1, $2, $3, 'driver')", TestTenant.NewId(), tenant.Id, person.UserId);
    }

    private async Task<List<string>> ActionsAsync(TestTenant tenant)
    {
        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        return await connection.ListAsync<string>("select action from audit_events where tenant_id = $1 order by occurred_at, id", tenant.Id);
    }
}

/// <summary>On a database of its own: the link is dead as soon as any tenant exists.</summary>
public sealed class SettingUpTheFirstTenant
{
    [Fact]
    public async Task The_link_makes_tenant_owner_and_password_once()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);
        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);
        var (link, tenant, owner) = (Sql.Token(), TestTenant.NewId(), TestTenant.NewId());
        const string Finish = "select setup_finish($1, $2, $3, 'Northwind Ltd', $4, 'Olga', 'Olga@Northwind.example', 'hash', 'pt-br', 'America/Sao_Paulo')";

        Assert.Equal("link_used_or_expired", await auth.OneAsync<string>(Finish, link, tenant, "northwind", owner));
        const string Store = "insert into system_settings (key, value, updated_at) values ('setup_link', jsonb_build_object('hash', $1::text, 'expiresAt', now() + $2::interval), now()) on conflict (key) do update set value = excluded.value";
        await worker.RunAsync(Store, Convert.ToHexStringLower(link), "-1 s");
        Assert.Equal("link_used_or_expired", await auth.OneAsync<string>(Finish, link, tenant, "northwind", owner));
        await worker.RunAsync(Store, Convert.ToHexStringLower(link), "1 day");
        Assert.Equal("link_used_or_expired", await auth.OneAsync<string>(Finish, Sql.Token(), tenant, "northwind", owner));
        Assert.Equal("slug_invalid", await auth.OneAsync<string>(Finish, link, tenant, "North Wind", owner));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            await using var connection = await database.AsAsync(DatabaseRoles.Auth);
            return await connection.OneAsync<string>(Finish, link, i == 0 ? tenant : TestTenant.NewId(), "northwind", i == 0 ? owner : TestTenant.NewId());
        }));

        Assert.Equal(["already_set_up", "already_set_up", "already_set_up", "ok"], answers.Order(StringComparer.Ordinal));
        Assert.Equal([["northwind", "pt-br", "America/Sao_Paulo", "owner", "olga@northwind.example", "hash"]], (await worker.RowsAsync("""
            select t.slug, t.locale, t.timezone, m.role, u.email, 'hash' from tenants t join tenant_memberships m on m.tenant_id = t.id join users u on u.id = m.user_id where m.role <> 'system'
            """)).Select(r => r.Cast<string>().ToArray()));
        Assert.Equal("hash", (await auth.RowsAsync("select secret_hash from auth_password_lookup('olga@northwind.example')"))[0][0]);
        Assert.Equal(["VIN"], await worker.ListAsync<string>("select name from custom_fields where is_unique and searchable"));
        Assert.Equal(1, await worker.OneAsync<long>("select count(*) from tenants t join tenant_memberships m on m.tenant_id = t.id and m.user_id = t.system_actor_user_id and m.role = 'system' and m.status = 'active'"));
        Assert.Equal(["panorama.tenant.created"], await worker.ListAsync<string>("select action from audit_events where tenant_id is not null"));
        Assert.True(await worker.OneAsync<bool>("select value ? 'usedAt' from system_settings where key = 'setup_link'"));
        await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);
        Assert.Empty(await Doctor.ExamineAsync(migrator, TimeProvider.System, TestContext.Current.CancellationToken));
    }
}

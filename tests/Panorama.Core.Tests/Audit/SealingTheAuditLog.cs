using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Audit;

public sealed class SealingTheAuditLog(TestDatabase database)
{
    [Fact]
    public async Task Rows_get_tenant_and_actor_from_the_context_and_a_place_in_one_chain_each()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        await using (var ofA = await database.RequestAsync(a.Owner))
        await using (var ofB = await database.RequestAsync(b.Staff))
        {
            for (var i = 0; i < 5; i++)
            {
                await WriteAsync(ofA, $"a{i}");
                await WriteAsync(ofB, $"b{i}");
            }

            await ofA.RunAsync("commit");
            await ofB.RunAsync("commit");
        }

        await SealAsync();
        await AssertChainAsync(a, 5);
        await AssertChainAsync(b, 5);

        await using (var ofA = await database.RequestAsync(a.Owner))
        {
            await WriteAsync(ofA, "later");
            await ofA.RunAsync("commit");
        }

        await SealAsync();
        await AssertChainAsync(a, 6);
        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        Assert.Equal([b.Staff.UserId], await connection.ListAsync<Guid>("select distinct actor_user_id from audit_events where tenant_id = $1", b.Id));
    }

    [Fact]
    public async Task Two_sealers_and_eight_writers_make_one_chain_without_gap_or_fork()
    {
        var tenant = await database.TenantAsync();
        using var done = new CancellationTokenSource();
        var sealers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await SealAsync();
            }
        })).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async w =>
        {
            for (var i = 0; i < 25; i++)
            {
                await using var request = await database.RequestAsync(tenant.Staff);
                await WriteAsync(request, $"{w}/{i}");
                await request.RunAsync("commit");
            }
        }));
        await done.CancelAsync();
        await Task.WhenAll(sealers);
        await SealAsync();

        await AssertChainAsync(tenant, 200);
    }

    [Fact]
    public async Task The_vectors_of_the_canonical_form_hold_in_any_time_zone()
    {
        foreach (var zone in (string[])["UTC", "America/Sao_Paulo", "Asia/Kathmandu"])
        {
            await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await connection.RunAsync($"set local timezone = '{zone}'");
            const string Digest = """
                select encode(audit_digest(decode($1, 'hex'), '10000000-0000-0000-0000-00000000000a', $2::bigint, $3::uuid, $4::timestamptz,
                  '10000000-0000-0000-0000-00000000000a', $5::uuid, 'panorama.test.vector', 't', $6, $7::jsonb, decode($8, 'hex')), 'hex')
                """;

            var personal = await connection.OneAsync<string>("""
                select encode(sha256('\x000102030405060708090a0b0c0d0e0f'::bytea
                  || convert_to(audit_netstring('203.0.113.7') || audit_netstring(null) || audit_netstring('ana@third.example'), 'UTF8')), 'hex')
                """);
            var first = await connection.OneAsync<string>(Digest, new string('0', 64), 1L, "30000000-0000-7000-8000-000000000001", "2026-01-01T00:00:00Z", DBNull.Value, "1",
                """{"role":"driver","note":"café"}""", DBNull.Value);
            var second = await connection.OneAsync<string>(Digest, first, 2L, "30000000-0000-7000-8000-000000000002", "2026-01-01T00:00:00.001Z",
                "20000000-0000-0000-0000-000000000001", DBNull.Value, "{}", personal);

            Assert.Equal("3eb5f52c99c04f4a27654a1cef8491c9fb42bc689310faba88164b855078f4c5", personal);
            Assert.Equal("2f8d9a7cabac0f93f83898936a47db4d2c781bbb4cfbbff329a99c1fa38a2a8a", first);
            Assert.Equal("d645240b3d937b5edd6798a0f51b4bb2f025ae59c87dd90fd0303b030498e7c0", second);
        }
    }

    [Fact]
    public async Task Instants_are_stored_alike_from_any_time_zone()
    {
        var tenant = await database.TenantAsync();
        await using var request = await database.AsAsync(DatabaseRoles.App);
        await request.RunAsync("begin; set local timezone = 'America/Sao_Paulo'");
        await request.RunAsync("select * from session_open($1)", tenant.Owner.SessionHash);
        await WriteAsync(request, "zone");
        Assert.True(await request.OneAsync<bool>("select abs(extract(epoch from occurred_at - clock_timestamp())) < 5 from audit_events"));
        await request.RunAsync("commit");
        await SealAsync();

        await AssertChainAsync(tenant, 1);
    }

    [Fact]
    public async Task No_login_changes_or_removes_a_row_or_a_seal()
    {
        var tenant = await database.TenantAsync();
        await using (var request = await database.RequestAsync(tenant.Owner))
        {
            await WriteAsync(request, "kept");
            await request.RunAsync("commit");
        }

        await SealAsync();
        string[] statements = ["update audit_events set action = 'x'", "delete from audit_events", "truncate audit_events",
            "update audit_seals set hash = hash", "truncate audit_seals", "delete from audit_seals"];
        foreach (var role in (string[])[DatabaseRoles.App, DatabaseRoles.Auth, DatabaseRoles.SuperAdmin, DatabaseRoles.Backup, DatabaseRoles.Migrator, DatabaseRoles.Definer])
        {
            await using var connection = await database.AsAsync(role == DatabaseRoles.Definer ? DatabaseRoles.Migrator : role);
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            if (role == DatabaseRoles.Definer)
            {
                await connection.RunAsync("set local role panorama_definer");
            }

            foreach (var statement in statements)
            {
                // The definer deletes seals in audit_prune; nobody can become it but the migrator.
                if (role != DatabaseRoles.Definer || statement != "delete from audit_seals")
                {
                    Assert.Equal((role, statement, "42501"), (role, statement, await connection.RefusalAsync(statement)));
                }
            }
        }

        await AssertChainAsync(tenant, 1);
    }

    [Theory]
    [InlineData("update audit_events set metadata = '{\"forged\": true}' where tenant_id = $1 and resource_id = 'r1'", "2 digest")]
    [InlineData("delete from audit_seals where chain_id = $1 and seq = 2", "3 gap|3 link")]
    [InlineData("delete from audit_events where tenant_id = $1 and resource_id = 'r1'", "2 missing")]
    [InlineData("delete from audit_seals where chain_id = $1 and seq = 3", "3 truncated")]
    public async Task A_change_made_with_the_triggers_off_is_named(string damage, string expected)
    {
        var tenant = await database.TenantAsync();
        for (var i = 0; i < 3; i++)
        {
            await using var request = await database.RequestAsync(tenant.Owner);
            await WriteAsync(request, $"r{i}");
            await request.RunAsync("commit");
        }

        await SealAsync();
        await using (var superuser = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await superuser.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await superuser.RunAsync("set local session_replication_role = replica");
            Assert.Equal(1, await superuser.RunAsync(damage, tenant.Id));
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        var found = string.Join('|', (await connection.RowsAsync("select * from audit_verify($1)", tenant.Id)).Select(r => $"{r[0]} {r[1]}"));
        Assert.Equal(expected, found);
        // whole again, since others verify every chain of this database
        await using var repair = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await repair.RunAsync("begin; set local session_replication_role = replica");
        await repair.RunAsync("delete from audit_seals where chain_id = $1", tenant.Id);
        await repair.RunAsync("delete from audit_chains where chain_id = $1", tenant.Id);
        await repair.RunAsync("commit");
    }

    [Fact]
    public async Task An_erased_address_leaves_the_chain_whole()
    {
        var tenant = await database.TenantAsync();
        var salt = RandomNumberGenerator.GetBytes(16);
        await using (var request = await database.RequestAsync(tenant.Owner))
        {
            await request.RunAsync("""
                insert into audit_events (id, action, resource_type, personal_hash) values ($1, 'panorama.test.personal', 't', sha256($2 || convert_to('-,-,14:ana@x.example,,', 'UTF8')))
                """, tenant.VinFieldId, salt);
            await request.RunAsync("insert into audit_personal (event_id, salt, email) values ($1, $2, 'ana@x.example')", tenant.VinFieldId, salt);
            Assert.Equal("42501", await request.RefusalAsync("select * from audit_personal"));
            await request.RunAsync("commit");
        }

        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        Assert.Equal(1, await connection.OneAsync<long>("select audit_erase($1, 'Ana@X.example', 'asked')", tenant.Id));
        await SealAsync();

        Assert.Equal(0, await connection.OneAsync<long>("select count(*) from audit_personal where tenant_id = $1", tenant.Id));
        await AssertChainAsync(tenant, 2);
    }

    [Fact]
    public async Task A_month_goes_only_when_it_is_old_sealed_and_anchored()
    {
        var tenant = await database.TenantAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        Assert.Equal("audit_prune_too_recent", (await connection.RefusedAsync("select audit_prune((now() - interval '3 months')::date)"))?.MessageText);

        await using (var definer = await database.AsAsync(DatabaseRoles.Migrator))
        {
            await using var transaction = await definer.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await definer.RunAsync("set local role panorama_definer");
            await definer.RunAsync("create table audit_events_2024_01 partition of audit_events for values from ('2024-01-01 00:00:00+00') to ('2024-02-01 00:00:00+00')");
            await definer.RunAsync("alter table audit_events_2024_01 enable row level security; alter table audit_events_2024_01 force row level security");
            await definer.RunAsync("insert into audit_events (id, occurred_at, tenant_id, action, resource_type) values ($1, '2024-01-15', $2, 'panorama.test.old', 't')", TestTenant.NewId(), tenant.Id);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("audit_prune_unsealed", (await connection.RefusedAsync("select audit_prune('2024-02-01')"))?.MessageText);
        await SealAsync();
        Assert.Equal("audit_prune_not_anchored", (await connection.RefusedAsync("select audit_prune('2024-02-01')"))?.MessageText);
        await connection.RunAsync("""
            insert into audit_checkpoints (chain_id, seq, hash, key_id, signature, object_key)
            select chain_id, seq, hash, 'k', '\x00', 'audit/x.json' from audit_seals where chain_id = $1
            """, tenant.Id);

        Assert.Equal(1, await connection.OneAsync<int>("select audit_prune('2024-02-01')"));
        await SealAsync();
        Assert.Equal([2L], await connection.ListAsync<long>("select seq from audit_seals where chain_id = $1", tenant.Id));
        Assert.Empty(await connection.RowsAsync("select * from audit_verify($1)", tenant.Id));
    }

    [Fact]
    public async Task A_token_that_works_again_leaves_one_row()
    {
        var tenant = await database.TenantAsync();
        var token = TestTenant.NewId();
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
        const string Make = """
            insert into personal_access_tokens (id, tenant_id, user_id, issuer_user_id, name, token_hash, token_prefix, scopes, created_at)
            values ($1, $2, $3, $3, 'ci', $4, 'pnrm_pat_abcdefgh', '{}', now())
            """;
        var hash = Sql.Token();
        await connection.RunAsync(Make, token, tenant.Id, tenant.Owner.UserId, hash);
        Assert.Equal("23505", await connection.RefusalAsync(Make, TestTenant.NewId(), tenant.Id, tenant.Owner.UserId, hash));

        await connection.RunAsync("update personal_access_tokens set revoked_at = '2026-01-02 03:04:05.678+00' where id = $1", token);
        await connection.RunAsync("update personal_access_tokens set name = 'other' where id = $1", token);
        const string Rows = "select actor_user_id, metadata::text from audit_events where tenant_id = $1 and action = 'panorama.pat.resurrected'";
        Assert.Empty(await connection.RowsAsync(Rows, tenant.Id));
        await connection.RunAsync("update personal_access_tokens set revoked_at = null where id = $1", token);

        var row = Assert.Single(await connection.RowsAsync(Rows, tenant.Id));
        Assert.Null(row[0]);
        Assert.Equal($$"""{"userId": "{{tenant.Owner.UserId}}", "tokenId": "{{token}}", "tokenPrefix": "pnrm_pat_abcdefgh", "previousRevokedAt": "2026-01-02T03:04:05.678Z"}""", (string?)row[1]);
    }

    [Fact]
    public async Task An_outbox_row_changed_by_hand_leaves_a_row_and_a_key_is_used_once()
    {
        var tenant = await database.TenantAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        var message = TestTenant.NewId();
        await connection.RunAsync("insert into notification_events (id, tenant_id, event_type, resource_id) values ($1, $2, 'panorama.test', $1)", message, tenant.Id);
        await connection.RunAsync("update notification_events set status = 'IN_PROGRESS' where id = $1", message);
        await connection.RunAsync("update notification_events set status = 'DISPATCHED' where id = $1", message);
        const string Tampered = "select metadata ->> 'fromStatus' from audit_events where tenant_id = $1 and action = 'panorama.notification.status_tampered'";
        Assert.Empty(await connection.RowsAsync(Tampered, tenant.Id));

        await connection.RunAsync("update notification_events set status = 'PENDING' where id = $1", message);
        await connection.RunAsync("update notification_events set status = 'DISPATCHED' where id = $1", message);

        Assert.Equal(["DISPATCHED", "PENDING"], (await connection.ListAsync<string>(Tampered, tenant.Id)).Order(StringComparer.Ordinal));
        const string Dedup = "insert into notification_dedup (tenant_id, event_type, dedup_key, event_id) values ($1, 'panorama.test', $2, $3)";
        foreach (var owner in (Guid?[])[tenant.Id, null])
        {
            await connection.RunAsync(Dedup, owner, tenant.Slug, message);
            var refused = await connection.RefusedAsync(Dedup, owner, tenant.Slug, message);
            Assert.Equal(("23505", "notification_events_dedup_unique"), (refused?.SqlState, refused?.ConstraintName));
        }

        await SealAsync();
        await AssertChainAsync(tenant, 2);
    }

    private static Task<int> WriteAsync(NpgsqlConnection connection, string resource) => connection.RunAsync(
        "insert into audit_events (id, action, resource_type, resource_id, metadata) values ($1, 'panorama.test.row', 't', $2, '{\"b\": 1, \"a\": \"ü\"}')", TestTenant.NewId(), resource);

    private async Task SealAsync()
    {
        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        await connection.RunAsync("select * from audit_seal()");
    }

    /// <summary>Recomputes the chain outside the database.</summary>
    private async Task AssertChainAsync(TestTenant tenant, int length)
    {
        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        Assert.Empty(await connection.RowsAsync("select * from audit_verify($1)", tenant.Id));
        var rows = await connection.RowsAsync("""
            select s.seq, s.prev_hash, s.hash, e.id::text, to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.tenant_id::text, e.actor_user_id::text,
                   e.action, e.resource_type, e.resource_id, e.metadata::text, encode(e.personal_hash, 'hex')
              from audit_seals s join audit_events e on e.id = s.event_id and e.occurred_at = s.event_at where s.chain_id = $1 order by s.seq
            """, tenant.Id);
        Assert.Equal(Enumerable.Range(1, length).Select(i => (long)i), rows.Select(r => (long)r[0]!));
        var previous = new byte[32];
        foreach (var row in rows)
        {
            Assert.Equal(previous, (byte[])row[1]!);
            var canonical = "v1," + string.Concat(new[] { tenant.Id.ToString(), ((long)row[0]!).ToString(System.Globalization.CultureInfo.InvariantCulture) }
                .Concat(row[3..].Cast<string?>())
                .Select(f => f is null ? "-," : $"{System.Text.Encoding.UTF8.GetByteCount(f)}:{f},"));
            previous = SHA256.HashData([.. previous, .. System.Text.Encoding.UTF8.GetBytes(canonical)]);
            Assert.Equal(previous, (byte[])row[2]!);
        }
    }
}

using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Testing;

/// <summary>A person of a <see cref="TestTenant"/> and a session of theirs.</summary>
/// <param name="Token">The 32 bytes that a cookie would hold.</param>
/// <param name="SessionHash">What the database keeps of them.</param>
public sealed record TestPerson(Guid UserId, Guid MembershipId, string Role, string Email, Guid SessionId, byte[] Token, byte[] SessionHash);

/// <summary>The row of a photo that a test made; its two objects are the test's own.</summary>
/// <param name="Key">Of the picture, as the store knows it.</param>
/// <param name="ThumbnailKey">Of the small copy.</param>
public sealed record TestPhoto(Guid Id, Guid AssetId, string Key, string ThumbnailKey, DateTimeOffset UploadedAt)
{
    public DateTimeOffset? DeletedAt { get; init; }
    public DateTimeOffset? CapturedAt { get; init; }
    public bool IsHeld { get; init; }

    /// <summary>Of an inspection of the asset; null for one of the asset itself.</summary>
    public Guid? InspectionId { get; init; }
}

/// <summary>A tenant with a system actor, an owner, a fleet admin, a member of staff and a driver, each with a session, and the field VIN.</summary>
public sealed class TestTenant
{
    private readonly TestDatabase _database;

    private TestTenant(TestDatabase database, Guid id, string slug, Guid systemUserId)
    {
        _database = database;
        Id = id;
        Slug = slug;
        SystemUserId = systemUserId;
    }

    public Guid Id { get; }
    public string Slug { get; }
    public Guid SystemUserId { get; }
    public Guid VinFieldId { get; private set; }
    public Guid ModelId { get; private set; }
    public TestPerson Owner { get; private set; } = null!;
    public TestPerson FleetAdmin { get; private set; } = null!;
    public TestPerson Staff { get; private set; } = null!;
    public TestPerson Driver { get; private set; } = null!;

    /// <summary>Makes one, as the command line does: by plain inserts of the migrator.</summary>
    /// <param name="hashToken">How the process under test hashes a cookie; null is SHA-256.</param>
    public static async Task<TestTenant> CreateAsync(TestDatabase database, Func<byte[], byte[]>? hashToken = null, CancellationToken cancellationToken = default)
    {
        var slug = "t" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var tenant = new TestTenant(database, NewId(), slug, NewId());
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, cancellationToken, "insert into users (id, email, display_name) values ($1, $2, $3)",
            tenant.SystemUserId, $"system+{slug}@panorama.invalid", $"{slug} System");
        await RunAsync(connection, cancellationToken, "insert into tenants (id, slug, name, display_name, system_actor_user_id) values ($1, $2, $2, $2, $3)",
            tenant.Id, slug, tenant.SystemUserId);
        await tenant.JoinAsync(connection, NewId(), tenant.SystemUserId, "system", cancellationToken);
        tenant.Owner = await tenant.AddPersonAsync(connection, "owner", hashToken, cancellationToken);
        tenant.FleetAdmin = await tenant.AddPersonAsync(connection, "fleet_admin", hashToken, cancellationToken);
        tenant.Staff = await tenant.AddPersonAsync(connection, "fleet_staff", hashToken, cancellationToken);
        tenant.Driver = await tenant.AddPersonAsync(connection, "driver", hashToken, cancellationToken);
        tenant.VinFieldId = NewId();
        await RunAsync(connection, cancellationToken, "insert into custom_fields (id, tenant_id, name, type, is_unique, searchable) values ($1, $2, 'VIN', 'text', true, true)",
            tenant.VinFieldId, tenant.Id);
        var category = NewId();
        tenant.ModelId = NewId();
        await RunAsync(connection, cancellationToken, "insert into categories (id, tenant_id, name, kind) values ($1, $2, 'Vans', 'VEHICLE')", category, tenant.Id);
        await RunAsync(connection, cancellationToken, "insert into asset_models (id, tenant_id, category_id, name) values ($1, $2, $3, 'Transit')", tenant.ModelId, tenant.Id, category);
        await transaction.CommitAsync(cancellationToken);
        return tenant;
    }

    /// <summary>One more member with a session.</summary>
    public async Task<TestPerson> AddPersonAsync(string role, CancellationToken cancellationToken = default)
    {
        await using var connection = await _database.OpenAsync(DatabaseRoles.Migrator, cancellationToken);
        return await AddPersonAsync(connection, role, null, cancellationToken);
    }

    /// <summary>An asset of the tenant's one model.</summary>
    public async Task<Guid> AddAssetAsync(string? tag = null, string? name = null, CancellationToken cancellationToken = default)
    {
        var id = NewId();
        tag ??= "A-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(5));
        name ??= "Van " + tag;
        await using var connection = await _database.OpenAsync(DatabaseRoles.Migrator, cancellationToken);
        await RunAsync(connection, cancellationToken, "insert into assets (id, tenant_id, model_id, tag, name, search_text) values ($1, $2, $3, $4, $5, lower($4 || ' ' || $5))",
            id, Id, ModelId, tag, name);
        return id;
    }

    /// <summary>As if a member of staff had uploaded it then: no route of ours makes one that is old.</summary>
    public async Task AddPhotoAsync(TestPhoto photo, CancellationToken cancellationToken = default)
    {
        await using var connection = await _database.OpenAsync(DatabaseRoles.Migrator, cancellationToken);
        await RunAsync(connection, cancellationToken, """
            insert into photos (id, tenant_id, asset_id, client_upload_key, storage_key, thumbnail_key, source_sha256, source_type, size_bytes, sha256, thumbnail_size_bytes,
              thumbnail_sha256, width, height, stripped_blocks, uploaded_by_user_id, created_at, deleted_at, captured_at, capture_trust, capture_written, legal_hold, inspection_id)
            values ($1, $2, $3, gen_random_uuid(), $4, $5, sha256('a'), 'image/jpeg', 5, sha256('a'), 5, sha256('a'), 1, 1, '{}', $6, $7, $8, $9,
              case when $9::timestamptz is not null then 'OFFSET' end, case when $9::timestamptz is not null then 'as written' end, $10, $11)
            """,
            photo.Id, Id, photo.AssetId, photo.Key, photo.ThumbnailKey, Staff.UserId, photo.UploadedAt, OrNull(photo.DeletedAt), OrNull(photo.CapturedAt), photo.IsHeld, (object?)photo.InspectionId ?? DBNull.Value);

        static object OrNull(DateTimeOffset? at) => at is { } instant ? instant : DBNull.Value;
    }

    /// <summary>One that the driver completed when it began, of a checklist of its own with one item.</summary>
    public async Task<(Guid Id, Guid Item)> AddInspectionAsync(Guid asset, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        var (template, run) = (NewId(), NewId());
        await using var connection = await _database.OpenAsync(DatabaseRoles.Migrator, cancellationToken);
        await RunAsync(connection, cancellationToken,
            "insert into inspection_templates (id, tenant_id, name, category_kind, created_by_user_id) values ($1, $2, 'Pre-trip', 'VEHICLE', $3)", template, Id, Owner.UserId);
        await RunAsync(connection, cancellationToken, """
            insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, started_at, status, outcome, completed_at, completed_by_user_id)
            values ($1, $2, $3, 'Pre-trip', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('id', $3))), $4, $5, $6, 'COMPLETED', 'PASS', $6, $5)
            """, run, Id, template, asset, Driver.UserId, at);
        return (run, template);
    }

    /// <summary>A new id; tests have no clock of their own to order by.</summary>
    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private async Task<TestPerson> AddPersonAsync(NpgsqlConnection connection, string role, Func<byte[], byte[]>? hashToken, CancellationToken cancellationToken)
    {
        var token = RandomNumberGenerator.GetBytes(32);
        var hash = (hashToken ?? SHA256.HashData)(token);
        var person = new TestPerson(NewId(), NewId(), role, $"{role}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}@{Slug}.example", NewId(), token, hash);
        await RunAsync(connection, cancellationToken, "insert into users (id, email, display_name) values ($1, $2, $3)", person.UserId, person.Email, $"{role} of {Slug}");
        await JoinAsync(connection, person.MembershipId, person.UserId, role, cancellationToken);
        await RunAsync(connection, cancellationToken, """
            insert into sessions (id, token_hash, user_id, tenant_id, provider, auth_level, idle_seconds, created_at, last_seen_at, idle_expires_at, absolute_expires_at)
            values ($1, $2, $3, $4, 'password', 1, 43200, now(), now(), now() + interval '12 hours', now() + interval '7 days')
            """, person.SessionId, hash, person.UserId, Id);
        return person;
    }

    private Task JoinAsync(NpgsqlConnection connection, Guid membership, Guid user, string role, CancellationToken cancellationToken) =>
        RunAsync(connection, cancellationToken, "insert into tenant_memberships (id, tenant_id, user_id, role) values ($1, $2, $3, $4)", membership, Id, user, role);

#pragma warning disable CA1068 // the values come last so that a call reads as the statement does
    private static async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken, string sql, params object[] values)
#pragma warning restore CA1068
    {
#pragma warning disable CA2100 // literals of this file
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Storage;
using Panorama.Testing;

namespace Panorama.Core.Tests.Retention;

/// <summary>Photos and documents of one organisation, with their rows and their objects in a folder.</summary>
internal sealed class KeptFiles : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private KeptFiles(TestDatabase database, TestTenant tenant, Guid asset)
    {
        (_database, Tenant, Asset) = (database, tenant, asset);
        Store = new FileObjectStore(Folder, links: null, TimeProvider.System);
        Worker = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("panorama-test-kept-").FullName;

    public TestTenant Tenant { get; }

    public Guid Asset { get; }

    public IObjectStore Store { get; }

    public NpgsqlDataSource Worker { get; }

    public string[] Objects => [.. new DirectoryInfo(Folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(f => Path.GetFileNameWithoutExtension(f.Name)).Order(StringComparer.Ordinal)];

    public static async Task<KeptFiles> CreateAsync(TestDatabase database)
    {
        var tenant = await database.TenantAsync();
        return new KeptFiles(database, tenant, await tenant.AssetAsync());
    }

    public async Task<Guid> AddPhotoAsync(DateTimeOffset uploadedAt, DateTimeOffset? deletedAt = null, DateTimeOffset? capturedAt = null, Guid? asset = null)
    {
        var id = TestTenant.NewId();
        var (key, small) = (Key(id, asset, ObjectKind.Photos, "jpg"), Key(id, asset, ObjectKind.Photos, "jpg", isThumbnail: true));
        await PutAsync(key);
        await PutAsync(small);
        await Tenant.AddPhotoAsync(new TestPhoto(id, asset ?? Asset, key.Text, small.Text, uploadedAt) { DeletedAt = deletedAt, CapturedAt = capturedAt }, TestContext.Current.CancellationToken);
        return id;
    }

    /// <summary>Of an inspection of the asset that the driver completed, for an answer of it.</summary>
    public async Task<(Guid Inspection, Guid Photo)> AddEvidenceAsync(DateTimeOffset uploadedAt, DateTimeOffset? deletedAt = null)
    {
        var answer = TestTenant.NewId();
        var (run, item) = await Tenant.AddInspectionAsync(Asset, uploadedAt, TestContext.Current.CancellationToken);
        await RunAsync(
            "insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, responded_by_user_id, responded_at) values ($1, $2, $3, $4, $5, $6)",
            answer, Tenant.Id, run, item, Tenant.Driver.UserId, uploadedAt);
        var id = await AddPhotoOfAsync(run, uploadedAt, deletedAt);
        await RunAsync("update photos set response_id = $2 where id = $1", id, answer);
        return (run, id);
    }

    /// <summary>One more of an inspection, for none of its answers.</summary>
    public async Task<Guid> AddPhotoOfAsync(Guid run, DateTimeOffset uploadedAt, DateTimeOffset? deletedAt = null)
    {
        var id = TestTenant.NewId();
        ObjectKey Of(bool isThumbnail) => ObjectKey.For(Tenant.Id, ObjectArea.Inspections, run, ObjectKind.Photos, id, "jpg", isThumbnail);
        await PutAsync(Of(isThumbnail: false));
        await PutAsync(Of(isThumbnail: true));
        await Tenant.AddPhotoAsync(
            new TestPhoto(id, Asset, Of(isThumbnail: false).Text, Of(isThumbnail: true).Text, uploadedAt) { DeletedAt = deletedAt, InspectionId = run }, TestContext.Current.CancellationToken);
        return id;
    }

    public async Task<Guid> AddDocumentAsync(DateTimeOffset uploadedAt, DateTimeOffset? deletedAt = null)
    {
        var id = TestTenant.NewId();
        var key = Key(id, null, ObjectKind.Files, "pdf");
        await PutAsync(key);
        await using var connection = await _database.AsAsync(DatabaseRoles.Migrator);
        await connection.RunAsync(
            """
            insert into documents (id, tenant_id, asset_id, client_upload_key, storage_key, name, size_bytes, sha256, uploaded_by_user_id, created_at, deleted_at)
            values ($1, $2, $3, gen_random_uuid(), $4, 'a.pdf', 5, sha256('a'), $5, $6, $7)
            """,
            id, Tenant.Id, Asset, key.Text, Tenant.Staff.UserId, uploadedAt, deletedAt);
        return id;
    }

    public ObjectKey Key(Guid id, Guid? asset = null, ObjectKind kind = ObjectKind.Photos, string extension = "jpg", bool isThumbnail = false) =>
        ObjectKey.For(Tenant.Id, ObjectArea.Assets, asset ?? Asset, kind, id, extension, isThumbnail);

    public async Task PutAsync(ObjectKey key, DateTimeOffset? at = null)
    {
        byte[] body = [.. "bytes"u8];
        await Store.PutAsync(key, new MemoryStream(body), new ObjectContent(body.Length, SHA256.HashData(body), "image/jpeg"), TestContext.Current.CancellationToken);
        if (at is { } time)
        {
            File.SetLastWriteTimeUtc(Path.Combine(Folder, key.Text), time.UtcDateTime);
        }
    }

    /// <summary>Which rows there are.</summary>
    public async Task<Guid[]> RowsAsync()
    {
        await using var connection = await _database.AsAsync(DatabaseRoles.Migrator);
        return [.. await connection.ListAsync<Guid>("select id from photos where tenant_id = $1 union all select id from documents where tenant_id = $1 order by id", Tenant.Id)];
    }

    /// <summary>Lines of audit of the organisation, by action.</summary>
    public async Task<string> AuditAsync()
    {
        await using var connection = await _database.AsAsync(DatabaseRoles.Migrator);
        return await connection.OneAsync<string>(
            """
            select coalesce(string_agg(concat_ws(' ', n, action, reason), ', ' order by action, reason), '')
              from (select action, metadata ->> 'reason' as reason, count(*) as n from audit_events where tenant_id = $1 group by 1, 2) a
            """, Tenant.Id) ?? "";
    }

    /// <summary>As the store names them: an id, and for a photo its small copy.</summary>
    public static string[] Names(params ReadOnlySpan<Guid> photos)
    {
        var names = new List<string>();
        foreach (var photo in photos)
        {
            names.Add(photo.ToString("D", CultureInfo.InvariantCulture));
            names.Add($"{photo:D}_t");
        }

        names.Sort(StringComparer.Ordinal);
        return [.. names];
    }

    public async Task RunAsync(string sql, params object?[] values)
    {
        await using var connection = await _database.AsAsync(DatabaseRoles.Migrator);
        await connection.RunAsync(sql, values);
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A store of which a test stops or watches the deletions.</summary>
internal sealed class WatchedStore(IObjectStore store, Func<ObjectKey, Task> beforeDelete) : IObjectStore
{
    public StoreCapabilities Capabilities => store.Capabilities;

    public Task PutAsync(ObjectKey key, Stream body, ObjectContent content, CancellationToken cancellationToken) => store.PutAsync(key, body, content, cancellationToken);

    public Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancellationToken) => store.OpenReadAsync(key, range, cancellationToken);

    public Task<ObjectHead?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) => store.HeadAsync(key, cancellationToken);

    public async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await beforeDelete(key);
        await store.DeleteAsync(key, cancellationToken);
    }

    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public Uri SignGet(ObjectKey key, TimeSpan lifetime, string? fileName, string contentType) => store.SignGet(key, lifetime, fileName, contentType);
}

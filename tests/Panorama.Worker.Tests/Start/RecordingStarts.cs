using System.Text.Json.Nodes;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Start;

/// <summary>The installation's chain says which build ran when, with what settings and as whom.</summary>
public sealed class RecordingStarts(TestDatabase database)
{
    [Fact]
    public async Task A_start_its_connection_and_its_end_are_written_with_one_id_and_no_secret()
    {
        var token = TestContext.Current.CancellationToken;
        var (first, second) = ("9.1.0", "9.2.0");
        var begun = await RunAsync(first, ("LOG_LEVEL", "info"));
        var again = await RunAsync(second, ("LOG_LEVEL", "info"), ("SMTP_USER", "mailer"), ("SMTP_PASSWORD", "Fuchs8bau-Winter"));

        var connection = begun["panorama.boot.db_pool_configured"];
        Assert.Equal(["panorama.boot.db_pool_configured", "panorama.boot.started", "panorama.boot.stopped"], begun.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((first, MigrationStep.Newest), (Text(begun["panorama.boot.started"], "version"), Text(begun["panorama.boot.started"], "migration")));
        Assert.Contains("FEATURE_NOTIFICATION_BUS", begun["panorama.boot.started"]["flags"]!.AsArray().Select(f => f!.GetValue<string>()));
        Assert.Equal(
            (DatabaseRoles.SuperAdmin, "127.0.0.1", false, false, false),
            (Text(connection, "role"), Text(connection, "host"), connection["tls"]!.GetValue<bool>(), connection["superuser"]!.GetValue<bool>(), connection["bypassRls"]!.GetValue<bool>()));
        Assert.InRange(begun["panorama.boot.stopped"]["uptimeSeconds"]!.GetValue<long>(), 0, 600);
        Assert.Single(begun.Values.Select(m => Text(m, "bootId")).Distinct());
        Assert.NotEqual(Text(connection, "bootId"), Text(again["panorama.boot.started"], "bootId"));
        Assert.Matches("^[0-9a-f]{16}$", Text(begun["panorama.boot.started"], "configHash"));
        Assert.DoesNotContain("Fuchs8bau", string.Join('\n', again.Values), StringComparison.Ordinal);

        async Task<Dictionary<string, JsonObject>> RunAsync(string version, params (string, string)[] settings)
        {
            var name = Guid.CreateVersion7().ToString("N");
            await using (var worker = WorkerProcess.Start(database, [("APP_VERSION", version), ("APP_COMMIT", name), ("FEATURE_NOTIFICATION_BUS", "yes"), .. settings]))
            {
                await worker.WaitUntilHealthyAsync(token);
                await worker.StopAsync(token);
            }

            var rows = await database.ReadAsync<string>(
                $$"""
                select json_object_agg(e.action, e.metadata)::text from audit_events e
                 where e.tenant_id is null and e.action like 'panorama.boot.%'
                   and e.metadata->>'bootId' = (select metadata->>'bootId' from audit_events where action = 'panorama.boot.started' and metadata->>'commit' = '{{name}}')
                """, token);
            return JsonNode.Parse(rows)!.AsObject().ToDictionary(r => r.Key, r => r.Value!.AsObject(), StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Where_objects_go_is_written_without_a_path()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("panorama-objects-");
        try
        {
            await using (var worker = WorkerProcess.Start(database, [("STORAGE_DIRECTORY", folder.FullName), ("PHOTO_DELIVERY", "redirect"), ("S3_SIGNED_URL_TTL_SECONDS", "77")]))
            {
                await worker.WaitUntilHealthyAsync(token);
                await worker.StopAsync(token);
            }

            var row = await database.ReadAsync<string>(
                "select resource_type || ' ' || resource_id || ' ' || metadata from audit_events where tenant_id is null and action = 'panorama.boot.object_storage_configured' and metadata->>'signedUrlTtlSeconds' = '77'",
                token);
            Assert.StartsWith("object_storage filesystem {", row, StringComparison.Ordinal);
            var metadata = JsonNode.Parse(row[row.IndexOf('{', StringComparison.Ordinal)..])!.AsObject();
            Assert.Equal(("filesystem", "redirect", "not_asked"), (Text(metadata, "driver"), Text(metadata, "delivery"), Text(metadata, "encryption")));
            Assert.DoesNotContain(folder.Name, row, StringComparison.Ordinal);
            Assert.Empty(folder.GetFiles("*", SearchOption.AllDirectories)); // what proved that it can be written to is gone
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Of_a_store_elsewhere_the_host_is_written_and_neither_port_nor_key()
    {
        var token = TestContext.Current.CancellationToken;
        var port = FreePorts.Next();
        await using (var worker = WorkerProcess.Start(
            database, ("S3_ENDPOINT", $"http://127.0.0.1:{port}"), ("S3_ENDPOINT_ALLOWED_HOSTS", "127.0.0.1"), ("S3_BUCKET_PHOTOS", "harbour-photos"), ("S3_REGION", "auto"),
            ("S3_ACCESS_KEY", "Dachs3hoehle"), ("S3_SECRET_KEY", "Luchs5pfad-Herbst"), ("S3_FORCE_PATH_STYLE", "true"), ("S3_SIGNED_URL_TTL_SECONDS", "78")))
        {
            await worker.WaitUntilHealthyAsync(token); // a store that is away keeps nobody from starting
            await worker.StopAsync(token);
        }

        var row = await database.ReadAsync<string>(
            "select metadata::text from audit_events where tenant_id is null and action = 'panorama.boot.object_storage_configured' and metadata->>'signedUrlTtlSeconds' = '78'", token);

        var metadata = JsonNode.Parse(row)!.AsObject();
        Assert.Equal(
            ("s3", "127.0.0.1", "auto", "harbour-photos", "proxy", "not_verified"),
            (Text(metadata, "driver"), Text(metadata, "endpoint"), Text(metadata, "region"), Text(metadata, "bucket"), Text(metadata, "delivery"), Text(metadata, "access")));
        foreach (var secret in new[] { "Dachs3", "Luchs5", "http", $":{port}" })
        {
            Assert.DoesNotContain(secret, row, StringComparison.Ordinal);
        }
    }

    private static string Text(JsonObject metadata, string name) => metadata[name]!.GetValue<string>();
}

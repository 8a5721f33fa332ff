using System.Text.Json;
using Npgsql;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>In a container a record is one line of JSON, whatever is in it; on a desk it is text.</summary>
public sealed class WritingLogsForPrograms(TestDatabase database)
{
    private static readonly string[] Always = ["category", "eventId", "level", "message", "service", "time", "version"];

    // A name that is warned of.
    private const string Odd = "PANORAMA_ÀÇÃO\n{\"level\"}\r\u2028\u0085x";

    [Fact]
    public async Task A_fault_and_a_message_of_several_lines_are_one_line_each_that_leads_to_request_trace_and_organisation()
    {
        var tenant = await database.CreateTenantAsync();
        await RunAsync("alter table assets add constraint broken check (notes not like '%falls over%') not valid");
        await using var api = await ServiceProcess.Start("Api", [.. Installation.Api(database.ConnectionString), ("LOG_FORMAT", "json"), (Odd, "1")]).WaitUntilHealthyAsync();
        using var client = api.Browser(tenant.Owner);
        client.DefaultRequestHeaders.Add("X-Request-Id", "edge-9b.1");
        JsonElement fault;
        try
        {
            (_, fault) = await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = "Van", notes = "It falls over." });
        }
        finally
        {
            await RunAsync("alter table assets drop constraint broken");
        }

        Assert.Equal(404, (await client.SendAsync(HttpMethod.Get, "/api/assets/%0Ax")).Status);
        await api.StopAsync();

        var records = api.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(records, r => Assert.Empty(Always.Except(r.EnumerateObject().Select(m => m.Name))));
        Assert.All(records, r => Assert.Matches(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", r.GetProperty("time").GetString()));
        Assert.All(records, r => Assert.Equal("panorama-api", r.GetProperty("service").GetString()));
        Assert.DoesNotContain(records, r => r.GetProperty("level").GetString() == "critical");

        var thrown = Assert.Single(records, r => r.GetProperty("eventId").GetInt32() == 101);
        Assert.Equal(("error", "Unhandled exception", "Panorama.Api.Http.ErrorHandler"), (Text(thrown, "level"), Text(thrown, "message"), Text(thrown, "category")));
        Assert.Contains("23514", Text(thrown, "exception"), StringComparison.Ordinal);
        Assert.Contains('\n', Text(thrown, "exception")); // told whole, and still one line above
        Assert.Equal(fault.GetProperty("traceId").GetString(), Text(thrown, "traceId"));
        Assert.Matches("^[0-9a-f]{16}$", Text(thrown, "spanId"));
        Assert.Equal(("edge-9b.1", tenant.Id.ToString(), tenant.Owner.UserId.ToString()), (Text(thrown, "requestId"), Text(thrown, "tenantId"), Text(thrown, "userId")));

        Assert.Equal($"{Odd} is not a setting of Panorama.", Text(Assert.Single(records, r => r.GetProperty("eventId").GetInt32() == 9002), "message"));
        Assert.Contains("PANORAMA_ÀÇÃO", api.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u2028', api.Output);
        var lines = records.Where(r => r.GetProperty("eventId").GetInt32() == 100).Select(r => r.GetProperty("values"));
        Assert.Equal([(500, "/api/assets"), (404, "/api/assets/%0Ax")], lines.Select(v => (v.GetProperty("status").GetInt32(), Text(v, "path"))));
    }

    [Theory]
    [InlineData("Worker", "true", true)]
    [InlineData("Web", "true", true)]
    [InlineData("Worker", null, false)]
    [InlineData("Web", null, false)]
    public async Task In_a_container_it_is_JSON_without_being_asked_for_and_elsewhere_text(string process, string? container, bool isJson)
    {
        IEnumerable<(string, string?)> settings = process == "Worker" ? Installation.Worker(database.ConnectionString) : Installation.Web(new Uri("http://127.0.0.1:1"));
        await using var service = ServiceProcess.Start(process, [.. settings, ("DOTNET_RUNNING_IN_CONTAINER", container), ("MANAGEMENT_PORT", null)]);
        for (var i = 0; i < 300 && !service.Output.Contains("Application started", StringComparison.Ordinal); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await service.StopAsync();

        Assert.Contains("Application started", service.Output, StringComparison.Ordinal);
        Assert.Equal(isJson, service.Output.Split('\n').All(l => l.StartsWith("{\"time\":\"", StringComparison.Ordinal) && l.EndsWith('}')));
    }

    private static string Text(JsonElement record, string name) => record.GetProperty(name).GetString()!;

    private async Task RunAsync(string sql)
    {
        await using var connection = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // literals of this test
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}

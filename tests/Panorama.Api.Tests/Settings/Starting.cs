using Panorama.Core.Data;

namespace Panorama.Api.Tests.Settings;

public sealed class Starting(ApiApp app)
{
    [Fact]
    public async Task Every_bad_setting_is_named_at_once_and_no_value_is_shown()
    {
        var problems = await ProblemsAsync(app.Settings(
            ("environment", "Production"), ("SESSION_SECRET", "short-secret-value"), ("DATA_KEY", "nonsense"), ("PANORAMA_WEB_BASE_URL", "http://fleet.example"),
            ("WEB_ORIGIN", "fleet.example/path"), ("TRUSTED_PROXIES", "everybody"), ("FEATURE_INSPECTIONS", ""), ("SESSION_IDLE_SECONDS", "1e3"),
            ("PASSWORD_HASH_CONCURRENCY", "0"), ("ConnectionStrings:panorama_auth", null), ("ConnectionStrings:panorama_privileged", "Host=x;Username=y"),
            ("ConnectionStrings:panorama", "Host=db.fleet.example;Username=panorama_app;Password=p4nor4m4-Pw")));

        foreach (var key in new[]
        {
            "SESSION_SECRET", "DATA_KEY", "PANORAMA_WEB_BASE_URL", "WEB_ORIGIN", "TRUSTED_PROXIES", "FEATURE_INSPECTIONS", "SESSION_IDLE_SECONDS",
            "PASSWORD_HASH_CONCURRENCY", "ConnectionStrings__panorama_auth", "ConnectionStrings__panorama_privileged", "ConnectionStrings__panorama must say SSL",
            "ConnectionStrings__redis",
        })
        {
            Assert.Contains(problems, p => p.StartsWith(key, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(problems, p => p.Contains("short-secret-value", StringComparison.Ordinal) || p.Contains("nonsense", StringComparison.Ordinal) || p.Contains("p4nor4m4", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("change-me-change-me-change-me-1234567890")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("")]
    public async Task A_placeholder_or_dull_secret_is_refused(string secret) =>
        Assert.Contains(await ProblemsAsync(app.Settings(("SESSION_SECRET", secret))), p => p.StartsWith("SESSION_SECRET", StringComparison.Ordinal));

    [Fact]
    public async Task A_login_that_is_more_than_it_must_be_is_refused_on_either_connection()
    {
        var problems = await ProblemsAsync(app.Settings(
            ("ConnectionStrings:panorama", app.Database.ConnectionString(DatabaseRoles.SuperAdmin)),
            ("ConnectionStrings:panorama_auth", app.Database.ConnectionString(DatabaseRoles.Migrator))));

        Assert.Contains(problems, p => p.Contains("signs in as panorama_super_admin", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("signs in as panorama_migrator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_one_sentence_each() => Assert.All(
        await ProblemsAsync(app.Settings(
            ("ConnectionStrings:panorama", "Host=127.0.0.1;Port=9;Username=panorama_app;Password=p4nor4m4-Pw"),
            ("ConnectionStrings:panorama_auth", "Host=127.0.0.1;Port=9;Username=panorama_auth;Password=p4nor4m4-Pw"))),
        p => Assert.Contains("the database cannot be reached", p, StringComparison.Ordinal));

    private static async Task<IReadOnlyList<string>> ProblemsAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var exception = await Record.ExceptionAsync(async () =>
        {
            await using var api = await RunningApi.StartAsync(settings);
        });
        return Panorama.ServiceDefaults.StartFailure.Sentences(Assert.IsAssignableFrom<Exception>(exception));
    }
}

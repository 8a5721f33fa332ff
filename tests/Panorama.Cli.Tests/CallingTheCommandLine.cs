using Panorama.Testing;

namespace Panorama.Cli.Tests;

public sealed class CallingTheCommandLine(TestDatabase database)
{
    [Theory]
    [InlineData("", "One of these is needed")]
    [InlineData("tenant", "One of these is needed: create, list.")]
    [InlineData("tenant create --slug=x", "--name")]
    [InlineData("imprt assets", "imprt")]
    [InlineData("import assets --csv=a.csv --tenant=x --dates=ymd", "ymd")]
    [InlineData("import assets --csv=a.csv --tenant=x --currency=dollars", "--currency 'dollars' is not a code of three letters such as USD.")]
    [InlineData("tenant create --slug=Bad_Slug --name=x --owner-email=a@b.example", "--slug 'Bad_Slug'")]
    [InlineData("tenant create --slug=good --name=x --owner-email=nobody", "--owner-email 'nobody' is not an e-mail address.")]
    [InlineData("tenant create --slug=good --name=x --owner-email=a@b.example --time-zone=Mars", "--time-zone 'Mars' is not an IANA name")]
    [InlineData("feature set teleport on --tenant=x", "teleport")]
    [InlineData("migrate --from=x", "--from belongs to --script.")]
    [InlineData("audit verify --from=0", "--from counts from 1.")]
    public async Task A_wrong_call_is_64_and_one_sentence(string arguments, string sentence)
    {
        var run = await database.RunCliAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant list", "The setting ConnectionStrings__panorama_privileged is missing.")]
    [InlineData("migrate", "The setting ConnectionStrings__panorama_migrator is missing.")]
    [InlineData("bootstrap-db", "The setting ConnectionStrings__panorama_bootstrap is missing.")]
    [InlineData("prepare", "The settings ConnectionStrings__panorama_bootstrap, ConnectionStrings__panorama_migrator, ConnectionStrings__panorama_privileged are missing.")]
    public async Task A_missing_setting_is_named(string verb, string sentence)
    {
        var run = await CommandLine.RunAsync([], "", verb.Split(' '));

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.StartsWith(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=panorama_super_admin;Password=not-a-real-one-7;Database=x;Timeout=3", "The database cannot be reached")]
    [InlineData("Host=127.0.0.1;Port=nonsense", "The setting ConnectionStrings__panorama_privileged cannot be read")]
    [InlineData("postgresql://[bad", "ConnectionStrings__panorama_privileged is not a valid address")]
    public async Task A_database_that_is_down_or_misnamed_is_one_sentence(string connection, string sentence)
    {
        var run = await CommandLine.RunAsync([("ConnectionStrings__panorama_privileged", connection)], "", "tenant", "list");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.StartsWith(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_login_that_is_more_than_it_must_be_is_refused()
    {
        var run = await CommandLine.RunAsync([("ConnectionStrings__panorama_privileged", database.Superuser)], "", "tenant", "list");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("is not panorama_super_admin as it must be", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dash_spelling_and_addresses_are_read_too()
    {
        var parts = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString(Core.Data.DatabaseRoles.SuperAdmin));

        var run = await CommandLine.RunAsync(
            [("ConnectionStrings__panorama-privileged", $"postgresql://{parts.Username}:{Uri.EscapeDataString(parts.Password!)}@{parts.Host}:{parts.Port}/{parts.Database}")], "", "tenant", "list");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Version_needs_no_setting()
    {
        var run = await CommandLine.RunAsync([("ConnectionStrings__panorama_privileged", "postgresql://[bad")], "", "version");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Matches("^panorama [0-9]+\\.[0-9]+\\.[0-9]+", run.Output);
    }

    [Fact]
    public async Task The_doctor_finds_nothing_in_a_database_as_it_must_be()
    {
        var run = await database.RunCliAsync("doctor");
        var json = await database.RunCliAsync("doctor", "--json");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.DoesNotContain("HOLE", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, json.ExitCode);
        Assert.True(System.Text.Json.JsonDocument.Parse(json.Output).RootElement.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task The_migrations_can_be_written_as_a_script()
    {
        var run = await database.RunCliAsync("migrate", "--script");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("create policy", run.Output, StringComparison.OrdinalIgnoreCase);
    }
}

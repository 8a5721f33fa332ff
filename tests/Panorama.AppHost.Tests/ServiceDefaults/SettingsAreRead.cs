using Microsoft.Extensions.Configuration;
using Npgsql;
using Panorama.ServiceDefaults;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.AppHost.Tests.ServiceDefaults;

public sealed class SettingsAreRead
{
    [Theory]
    [InlineData("postgresql://app:p%40ss%2Fword@db.example:6543/fleet?sslmode=verify-full&application_name=api", "Host=db.example;Port=6543;Database=fleet;Username=app;Password=p@ss/word;SSL Mode=VerifyFull;Application Name=api")]
    [InlineData("postgres://postgres.ref:k3Jq9wQpZr@pooler.example/postgres?pgbouncer=true", "Host=pooler.example;Port=5432;Database=postgres;Username=postgres.ref;Password=k3Jq9wQpZr;No Reset On Close=True")]
    [InlineData("postgresql://app:a%3Bb%27c%22d@[::1]/fleet", "Host=::1;Port=5432;Database=fleet;Username=app;Password=\"a;b'c\"\"d\"")]
    [InlineData("Host=db;Username=app", "Host=db;Username=app")]
    public void An_address_of_PostgreSQL_becomes_what_Npgsql_understands(string given, string expected)
    {
        var configuration = Read(("ConnectionStrings:panorama", given));

        var read = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("panorama"));
        Assert.Equal(new NpgsqlConnectionStringBuilder(expected).ConnectionString, read.ConnectionString);
    }

    [Theory]
    [InlineData("rediss://default:k3Jq9%2BwQ@eu1.upstash.io:6380", "eu1.upstash.io:6380,user=default,password=k3Jq9+wQ,ssl=true,sslHost=eu1.upstash.io")]
    [InlineData("redis://:k3Jq9wQ@localhost/2", "localhost:6379,password=k3Jq9wQ,defaultDatabase=2")]
    [InlineData("redis://[::1]:7000", "[::1]:7000")]
    [InlineData("localhost:6379,password=k3Jq9wQ", "localhost:6379,password=k3Jq9wQ")]
    public void An_address_of_Redis_becomes_what_its_client_understands(string given, string expected) =>
        Assert.Equal(expected, Read(("REDIS_URL", given)).GetConnectionString("redis"));

    [Fact]
    public void Both_spellings_of_a_connection_have_the_value()
    {
        var dash = Read(("ConnectionStrings:panorama-auth", "Host=a"));
        var underscore = Read(("DATABASE_AUTH_URL", "Host=a"));

        Assert.All([dash, underscore], c => Assert.Equal(("Host=a", "Host=a"), (c.GetConnectionString("panorama-auth"), c.GetConnectionString("panorama_auth"))));
    }

    [Fact]
    public void The_first_name_of_a_setting_wins_over_its_second() =>
        Assert.Equal("Host=first", Read(("DATABASE_URL", "Host=second"), ("ConnectionStrings:panorama", "Host=first")).GetConnectionString("panorama"));

    [Fact]
    public async Task A_secret_may_be_in_a_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "postgresql://app:k3Jq9wQpZr@db/fleet\n", TestContext.Current.CancellationToken);

        var configuration = Read(("ConnectionStrings:panorama_migrator_FILE", file), ("SESSION_SECRET_FILE", file));

        Assert.Equal("postgresql://app:k3Jq9wQpZr@db/fleet", configuration["SESSION_SECRET"]);
        Assert.StartsWith("host=db;", configuration.GetConnectionString("panorama-migrator"), StringComparison.OrdinalIgnoreCase);
        File.Delete(file);
    }

    [Fact]
    public void Everything_that_cannot_be_used_is_named_at_once_and_no_value()
    {
        var problems = Assert.Throws<SettingsException>(() => Read(
            ("ConnectionStrings:panorama", "postgresql://app:eyJhbGciOi.eyJyb2xl.c2ln@db/postgres"),
            ("ConnectionStrings:panorama_auth", "Host=db;Username=auth;Password=password"),
            ("ConnectionStrings:panorama_privileged", "Host=db;User ID=service_role;Password=k3Jq9wQpZr"),
            ("ConnectionStrings:panorama_migrator", "postgresql://m:k3Jq9wQpZr@db/postgres?pool=3"),
            ("ConnectionStrings:redis", "rediss://:a,b@db"),
            ("DATA_KEY", "k3Jq9wQpZr"), ("DATA_KEY_FILE", "/nowhere"), ("SESSION_SECRET_FILE", "/nowhere"), ("LOG_LEVEL", "loud"))).Problems;

        Assert.Equal(
            [
                "SESSION_SECRET_FILE names a file that cannot be read.",
                "DATA_KEY and DATA_KEY_FILE are both set; keep one.",
                "ConnectionStrings__panorama has an API key for a password; use the database login's own password.",
                "ConnectionStrings__panorama_auth has an example for a password; choose one that nobody else knows.",
                "ConnectionStrings__panorama_migrator has the parameter pool, which is not understood.",
                "ConnectionStrings__panorama_privileged names service_role, which passes by row security; use the login made for this process.",
                "ConnectionStrings__redis has a comma in its user name or password, which the Redis client cannot take.",
                "LOG_LEVEL is none of trace, debug, info, warn, error, critical, none.",
            ],
            problems);
    }

    [Fact]
    public void What_is_written_down_of_a_configuration_changes_with_it_and_not_with_a_secret()
    {
        var before = Configured(("LOG_LEVEL", "info"), ("SESSION_SECRET", "one"), ("APP_VERSION", "1.0.0"), ("FEATURE_INSPECTIONS", "yes"), ("CSRF_REQUIRE_ORIGIN", "0"));

        Assert.Equal(ConfigurationDigest.Of(before), ConfigurationDigest.Of(Configured(("LOG_LEVEL", "info"), ("SESSION_SECRET", "other"), ("APP_VERSION", "1.1.0"), ("FEATURE_INSPECTIONS", "yes"), ("CSRF_REQUIRE_ORIGIN", "0"))));
        Assert.NotEqual(ConfigurationDigest.Of(before), ConfigurationDigest.Of(Configured(("LOG_LEVEL", "warn"), ("FEATURE_INSPECTIONS", "yes"), ("CSRF_REQUIRE_ORIGIN", "0"))));
        Assert.Equal(["FEATURE_INSPECTIONS"], ConfigurationDigest.Flags(before));

        static IConfiguration Configured(params (string Name, string Value)[] settings) =>
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
    }

    [Fact]
    public void A_secret_in_quotation_marks_is_refused_where_we_make_it_and_warned_of_where_others_do()
    {
        var problems = Assert.Throws<SettingsException>(() => Read(("DATA_KEY", "'k3Jq9wQpZr'"), ("SESSION_SECRET", "k3Jq'9wQpZr"), ("REDIS_URL", "\"redis://db\""), ("S3_SECRET_KEY", "\"k3Jq9wQpZr\""))).Problems;

        Assert.Equal(
            [
                "ConnectionStrings__redis begins and ends with quotation marks, which an env file keeps as part of the value; take them away.",
                "DATA_KEY begins and ends with quotation marks, which an env file keeps as part of the value; take them away.",
            ],
            problems);
        Assert.Equal(
            ["S3_SECRET_KEY begins and ends with quotation marks, which are taken as part of it; an env file needs none."],
            SettingNames.QuotedWarnings(new Dictionary<string, string> { ["S3_SECRET_KEY"] = "\"k3Jq9wQpZr\"", ["SMTP_PASSWORD"] = "'half", ["DATA_KEY"] = "'x'" }.GetValueOrDefault));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_unless_it_may_be_the_secret() => Assert.Equal(
        ["SESSION_SECRET_FILE names /tmp/no-such-folder/session-secret, where no file is.", "DATA_KEY_FILE names a file that cannot be read."],
        Assert.Throws<SettingsException>(() => Read(("SESSION_SECRET_FILE", "/tmp/no-such-folder/session-secret"), ("DATA_KEY_FILE", "/k3Jq9wQpZr/Vw1"))).Problems);

    [Fact]
    public void What_nobody_reads_is_warned_of() => Assert.Equal(
        [
            "PANORAMA_WEB_BASEURL is not a setting of Panorama; PANORAMA_WEB_BASE_URL is.",
            "PANORAMA_COLOUR_OF_THE_FLEET is not a setting of Panorama.",
            "NODE_ENV is not read any more; its place was taken by ASPNETCORE_ENVIRONMENT.",
            "PG_HOST is not read any more; its place was taken by ConnectionStrings__panorama.",
        ],
        SettingNames.Warnings(["PANORAMA_WEB_BASEURL", "PANORAMA_COLOUR_OF_THE_FLEET", "NODE_ENV", "PG_HOST", "PANORAMA_STAGE", "PATH"]));

    [Fact]
    public void The_version_is_that_of_the_image_or_of_the_build()
    {
        Assert.Equal("1.2.3+abc", AppVersion.Read(Read(("APP_VERSION", "1.2.3"), ("APP_COMMIT", "abc"))).Full);
        Assert.Matches("^0\\.1\\.0(\\+[0-9a-f]{40})?$", AppVersion.Read(Read(), typeof(AppVersion).Assembly).Full);
    }

    private static ConfigurationManager Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        return configuration.AddPanoramaSettings();
    }
}

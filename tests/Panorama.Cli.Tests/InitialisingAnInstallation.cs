using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Identity;

namespace Panorama.Cli.Tests;

public sealed class InitialisingAnInstallation : IDisposable
{
    private const string Url = "--web-url=https://fleet.example.org";

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("panorama-init-").FullName, "installation");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task Settings_and_every_secret_of_the_compose_file_are_made_with_their_rights()
    {
        var run = await InitAsync(Url);

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        var secrets = Names(Path.Combine(_folder, "secrets"));
        Assert.Equal(SecretsOfTheComposeFile(), secrets);
        Assert.Equal(
            string.Join('\n', secrets.Select(s => $"wrote secrets/{s}{(s is "smtp-password" or "s3-access-key" or "s3-secret-key" ? " (empty)" : "")}").Append("wrote .env")), run.Output.TrimEnd());
        Assert.Equal([".env", "secrets"], Names(_folder));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path.Combine(_folder, ".env")));
            Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.Combine(_folder, "secrets")));
            foreach (var secret in secrets)
            {
                Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(Path.Combine(_folder, "secrets", secret)));
            }
        }
    }

    [Fact]
    public async Task The_secrets_are_what_the_processes_take_and_go_together()
    {
        await InitAsync(Url);

        Assert.NotNull(DataKeys.Parse(Secret("data-key")));
        Assert.True(AuditSigningKey.TryParse(Secret("audit-signing-key"), out var key, out _));
        key.Dispose();
        Assert.Equal(48, Secret("session-secret").Length);
        var passwords = new List<string> { Secret("postgres-password"), Secret("redis-password") };
        foreach (var (role, name) in DatabaseRoles.ConnectionNames)
        {
            var file = name.Replace('_', '-');
            var text = CliSettings.From([($"ConnectionStrings__{name}_FILE", Path.Combine(_folder, "secrets", file))]).ConnectionString(name);
            var connection = new NpgsqlConnectionStringBuilder(text);
            Assert.Equal(("postgres", 5432, "panorama", role), (connection.Host, connection.Port, connection.Database, connection.Username));
            passwords.Add(connection.Password!);
        }

        Assert.All(passwords, p => Assert.Matches("^[A-Za-z0-9]{32}$", p));
        Assert.Equal(passwords.Count, passwords.Distinct().Count());
        Assert.Equal(Secret("postgres-password"), new NpgsqlConnectionStringBuilder(Secret("panorama-bootstrap")).Password);
        Assert.Equal($"redis:6379,password={Secret("redis-password")}", Secret("redis"));
    }

    [Fact]
    public async Task No_two_installations_share_a_secret()
    {
        await InitAsync(Url);
        var other = _folder + "-2";
        var run = await CommandLine.RunAsync([], "", "init", $"--directory={other}", Url);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.All(Names(Path.Combine(other, "secrets")).Where(s => s is not ("smtp-password" or "s3-access-key" or "s3-secret-key")), s => Assert.NotEqual(Secret(s), File.ReadAllText(Path.Combine(other, "secrets", s))));
    }

    [Fact]
    public async Task The_settings_are_those_of_the_example_with_what_was_given()
    {
        var run = await CommandLine.RunAsync(
            [], "a relay's pass word\n", "init", $"--directory={_folder}", Url, "--image-tag=9.8.7", "--web-port=8090", "--smtp-host=mail.example.org", "--smtp-user=fleet",
            "--smtp-password-stdin", "--mail-from=fleet@example.org", "--mail-from-name=Fleet of Ada", "--feature-maintenance=true");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        var settings = Settings(Path.Combine(_folder, ".env"));
        var example = Settings(Path.Combine(Repository(), "deploy/compose/.env.example"));
        Assert.Equal(example.Keys, settings.Keys);
        var changed = settings.Where(s => example[s.Key] != s.Value).ToDictionary();
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["PANORAMA_IMAGE_TAG"] = "9.8.7",
                ["PANORAMA_WEB_BASE_URL"] = "https://fleet.example.org",
                ["WEB_PORT"] = "8090",
                ["SMTP_HOST"] = "mail.example.org",
                ["SMTP_USER"] = "fleet",
                ["SMTP_PASSWORD_FILE"] = "/run/secrets/smtp-password",
                ["MAIL_FROM"] = "fleet@example.org",
                ["MAIL_FROM_NAME"] = "Fleet of Ada",
                ["FEATURE_MAINTENANCE"] = "true",
            },
            changed);
        Assert.Equal("a relay's pass word", Secret("smtp-password"));
        Assert.DoesNotContain("pass word", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_store_of_the_compose_file_both_sides_get_a_pair_of_keys_and_Panorama_its_address()
    {
        var run = await InitAsync(Url, "--compose-profiles=edge,s3");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.All(["s3-access-key", "s3-secret-key"], s => Assert.Matches("^[A-Za-z0-9]{40}$", Secret(s)));
        Assert.NotEqual(Secret("s3-access-key"), Secret("s3-secret-key"));
        var settings = Settings(Path.Combine(_folder, ".env"));
        var example = Settings(Path.Combine(Repository(), "deploy/compose/.env.example"));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["COMPOSE_PROFILES"] = "edge,s3",
                ["S3_ACCESS_KEY_FILE"] = "/run/secrets/s3-access-key",
                ["S3_SECRET_KEY_FILE"] = "/run/secrets/s3-secret-key",
                ["S3_ENDPOINT"] = "http://s3:7070",
                ["S3_ENDPOINT_ALLOWED_HOSTS"] = "s3",
                ["S3_BUCKET_PHOTOS"] = "panorama-photos",
                ["S3_FORCE_PATH_STYLE"] = "true",
                ["S3_SERVER_SIDE_ENCRYPTION"] = "off",
            },
            settings.Where(s => example[s.Key] != s.Value && s.Key is not ("PANORAMA_IMAGE_TAG" or "PANORAMA_WEB_BASE_URL")).ToDictionary());
        // The port is the one on which the compose file starts it.
        Assert.Contains("--port :7070", await File.ReadAllTextAsync(Path.Combine(Repository(), "deploy/compose/docker-compose.yaml"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--compose-profiles=s4", "must be left out, or a comma list of edge and s3")]
    [InlineData("--compose-profiles=s3 --s3-endpoint=https://store.example", "leave --s3-endpoint, --storage-driver and --photo-delivery out")]
    [InlineData("--compose-profiles=s3 --photo-delivery=redirect", "leave --s3-endpoint, --storage-driver and --photo-delivery out")]
    [InlineData("--compose-profiles=s3 --storage-driver=filesystem", "leave --s3-endpoint, --storage-driver and --photo-delivery out")]
    public async Task A_store_that_does_not_go_with_the_other_settings_is_refused_and_nothing_is_written(string arguments, string sentence)
    {
        var run = await InitAsync([Url, .. arguments.Split(' ')]);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public async Task Keys_that_are_there_and_empty_are_not_filled_behind_their_owners_back()
    {
        await InitAsync(Url);
        File.Delete(Path.Combine(_folder, ".env"));

        var refused = await InitAsync(Url, "--compose-profiles=s3");
        Array.ForEach(["s3-access-key", "s3-secret-key"], s => File.Delete(Path.Combine(_folder, "secrets", s)));
        var again = await InitAsync(Url, "--compose-profiles=s3");

        Assert.Equal((ExitCodes.Usage, ExitCodes.Ok), (refused.ExitCode, again.ExitCode));
        Assert.Contains("secrets/s3-access-key or secrets/s3-secret-key is there and empty", refused.Error, StringComparison.Ordinal);
        Assert.Equal(40, Secret("s3-access-key").Length);
    }

    [Fact]
    public async Task The_images_are_those_of_this_release_unless_another_is_chosen()
    {
        await InitAsync(Url);

        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+[^+]*$", Settings(Path.Combine(_folder, ".env"))["PANORAMA_IMAGE_TAG"]);
    }

    [Fact]
    [Trait("FieldCase", "DEP-04")]
    public async Task A_second_time_changes_nothing_and_says_so()
    {
        await InitAsync(Url);
        var before = Snapshot();

        var again = await InitAsync(Url);
        var other = await InitAsync("--web-url=https://other.example.org");
        var bare = await InitAsync();

        Assert.Equal(before, Snapshot());
        Assert.Equal((ExitCodes.Ok, ExitCodes.Rejects, ExitCodes.Ok), (again.ExitCode, other.ExitCode, bare.ExitCode));
        Assert.DoesNotContain("wrote", again.Output, StringComparison.Ordinal);
        Assert.Contains("Not written, because .env is its owner's: PANORAMA_WEB_BASE_URL. Change them there.", other.Error, StringComparison.Ordinal);
        Assert.EndsWith("kept .env\n", bare.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("FieldCase", "DEP-04")]
    public async Task A_setting_that_came_with_a_later_release_is_announced_and_not_written()
    {
        await InitAsync(Url);
        var file = Path.Combine(_folder, ".env");
        await File.WriteAllLinesAsync(file, [.. (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Where(l => !l.StartsWith("WEB_PORT=", StringComparison.Ordinal)), "# mine"], TestContext.Current.CancellationToken);
        var before = Snapshot();

        var again = await InitAsync();

        Assert.Equal(before, Snapshot());
        Assert.Single(again.Output.Split('\n'), l => l.StartsWith("new: ", StringComparison.Ordinal));
        Assert.Matches("\nnew: WEB_PORT=8080 \\([^)]+\\); add it to .env when it shall be another\r?\nkept .env\r?\n$", again.Output);
    }

    [Theory]
    [InlineData("panorama-bootstrap")]
    [InlineData("postgres-password")]
    [InlineData("redis")]
    [InlineData("redis-password")]
    [InlineData("session-secret")]
    public async Task A_file_that_is_missing_is_made_to_go_with_the_others(string name)
    {
        await InitAsync(Url);
        var before = Snapshot();
        File.Delete(Path.Combine(_folder, "secrets", name));

        var run = await InitAsync();

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal([$"wrote secrets/{name}"], run.Output.Split('\n').Where(l => l.StartsWith("wrote", StringComparison.Ordinal)));
        var after = Snapshot();
        Assert.Equal(before.Where(f => f.Key != $"secrets/{name}"), after.Where(f => f.Key != $"secrets/{name}"));
        Assert.Equal(name != "session-secret", before[$"secrets/{name}"] == after[$"secrets/{name}"]);
    }

    [Fact]
    public async Task A_secret_of_ones_own_is_kept_and_what_should_go_with_it_is_asked_for()
    {
        await InitAsync(Url);
        await File.WriteAllTextAsync(Path.Combine(_folder, "secrets/redis"), "rediss://:k3Jq9wQpZr@redis.example:6380\n", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Ok, (await InitAsync()).ExitCode);

        File.Delete(Path.Combine(_folder, "secrets/redis-password"));
        File.Delete(Path.Combine(_folder, "secrets/session-secret"));
        var before = Snapshot();
        var run = await InitAsync();

        Assert.Equal(
            (ExitCodes.Failed, "secrets/redis-password is missing, and secrets/redis, which goes with it, is of your own making; put secrets/redis-password there as well."),
            (run.ExitCode, run.Error.Trim()));
        Assert.Equal(before, Snapshot());
    }

    public static TheoryData<string[], string> WrongCalls => new()
    {
        { [], "--web-url is needed: the one public address, such as https://fleet.example.org." },
        { ["--web-url=fleet.example.org"], "--web-url 'fleet.example.org' must be http:// or https:// with a host and nothing behind it, such as https://fleet.example.org." },
        { ["--web-url=https://fleet.example.org/app"], "--web-url 'https://fleet.example.org/app' must be http:// or https:// with a host and nothing behind it, such as https://fleet.example.org." },
        { ["--web-url=http://fleet.example.org"], "--web-url 'http://fleet.example.org' must be https, unless it is this machine itself." },
        { [Url, "--image-tag=latest"], "--image-tag 'latest' must be a released version such as 0.1.0, and not latest." },
        { [Url, "--web-port=0", "--smtp-port=x"], "--web-port '0' must be a port from 1 to 65535. --smtp-port 'x' must be a port from 1 to 65535." },
        { [Url, "--front-subnet=10.213.77.0"], "--front-subnet '10.213.77.0' must be a network such as 10.213.77.0/28." },
        { [Url, "--smtp-host=mail.example.org"], "--mail-from is needed with --smtp-host: the sender's address, which the relay accepts." },
        { [Url, "--smtp-host=smtp://mail"], "--smtp-host 'smtp://mail' must be the name or address of a server." },
        { [Url, "--smtp-user=fleet"], "--smtp-user and --smtp-password-stdin are given both or not at all." },
        { [Url, "--smtp-password-stdin"], "--smtp-password-stdin found no password in standard input." },
        { [Url, "--smtp-secure=none", "--smtp-host=m", "--mail-from=a@b.example"], "--smtp-secure=none sends mail and password in plain text; --allow-plaintext-smtp=true accepts that." },
        { [Url, "--mail-from=nobody"], "--mail-from 'nobody' is not an e-mail address." },
        { [Url, "--mail-from-name=A $HOME"], "--mail-from-name 'A $HOME' may not hold $, #, quotes or backslashes." },
        { [Url, "--mail-from-name=A\nSESSION=x"], @"--mail-from-name 'A\nSESSION=x' may not hold control characters." },
        { [Url, "--feature-inspections=perhaps"], "--feature-inspections 'perhaps' must be true or false." },
        { [Url, "--log-level=loud"], "--log-level 'loud' must be one of trace, debug, info, warn, error, critical, none." },
        { [Url, "--stage=production"], "--stage 'production' must be left out or staging." },
        { [Url, "--web-orign=x"], "'panorama init' has no option '--web-orign'; did you mean '--web-origin'?" },
    };

    [Theory]
    [MemberData(nameof(WrongCalls))]
    public async Task A_wrong_call_is_a_sentence_and_writes_nothing(string[] options, string sentence)
    {
        var run = await InitAsync(options);

        Assert.Equal((ExitCodes.Usage, ""), (run.ExitCode, run.Output));
        Assert.Equal(sentence, run.Error.Split('\n')[0].Trim());
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public async Task A_file_is_no_folder()
    {
        await File.WriteAllTextAsync(_folder, "", TestContext.Current.CancellationToken);

        var run = await InitAsync(Url);

        Assert.Equal((ExitCodes.Usage, $"--directory '{_folder}' is not a folder."), (run.ExitCode, run.Error.Trim()));
        File.Delete(_folder);
    }

    private Task<Run> InitAsync(params string[] options) => CommandLine.RunAsync([], "", ["init", $"--directory={_folder}", .. options]);

    private string Secret(string name) => File.ReadAllText(Path.Combine(_folder, "secrets", name));

    private Dictionary<string, string> Snapshot() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .ToDictionary(f => Path.GetRelativePath(_folder, f), File.ReadAllText);

    private static List<string> Names(string folder) => [.. Directory.GetFileSystemEntries(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> Settings(string file) => File.ReadLines(file).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);

    /// <summary>Keys of its last part.</summary>
    private static List<string> SecretsOfTheComposeFile() =>
        [.. File.ReadAllText(Path.Combine(Repository(), "deploy/compose/docker-compose.yaml")).Split("\nsecrets:\n")[1].Split('\n')
            .Where(l => l.Length > 2 && l.StartsWith("  ", StringComparison.Ordinal) && l[2] != ' ').Select(l => l.Trim().TrimEnd(':')).Order(StringComparer.Ordinal)];

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Panorama.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}

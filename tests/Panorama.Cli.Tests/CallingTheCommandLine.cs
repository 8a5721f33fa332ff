using Panorama.Testing;

namespace Panorama.Cli.Tests;

public sealed class CallingTheCommandLine(TestDatabase database)
{
    [Theory]
    [InlineData("", "One of these is needed")]
    [InlineData("tenant", "One of these is needed: create, list.")]
    [InlineData("tenant create --slug=x", "--name")]
    [InlineData("imprt assets --csv=x", "'panorama' has no verb 'imprt'; did you mean 'import'?")]
    [InlineData("tenant crate --slug=x", "'panorama tenant' has no verb 'crate'; did you mean 'create'?")]
    [InlineData("frobnicate", "'panorama' has no verb 'frobnicate'; there are init, prepare, bootstrap-db, migrate, doctor, tenant, user, setup-link, feature, audit, import, jobs, notifications, photos, demo, env-example, version.")]
    [InlineData("tenant create --slugg=x --name=y --owner-email=a@b.example", "'panorama tenant create' has no option '--slugg'; did you mean '--slug'?")]
    [InlineData("version now", "'panorama version' takes no 'now'")]
    [InlineData("import assets --csv=a.csv --tenant=x --dates=ymd", "ymd")]
    [InlineData("import assets --csv=a.csv --tenant=x --currency=dollars", "--currency 'dollars' is not a code of ISO 4217 such as USD.")]
    [InlineData("import assets --csv=a.csv --tenant=x --currency=ZZZ", "--currency 'ZZZ' is not a code of ISO 4217 such as USD.")]
    [InlineData("import assets --csv= --tenant=x", "Required argument missing for option: '--csv'.")]
    [InlineData("import assets --csv=/ --tenant=x", "--csv names the folder '/'; name the file.")]
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

    public static TheoryData<string[], string> ValuesThatAreNone => new()
    {
        { ["tenant", "create", "--slug=s1", $"--name={new string('x', 201)}", "--owner-email=a@b.example"], "--name 'xxx" },
        { ["tenant", "create", "--slug=s1", "--name=a\u001b[31mb", "--owner-email=a@b.example"], @"--name 'a\x1b[31mb' may not hold control characters." },
        { ["tenant", "create", "--slug=s1", "--name=\u202eevil", "--owner-email=a@b.example"], @"--name '\u202eevil' may not hold control characters." },
        { ["tenant", "create", "--slug=s1", "--name=   ", "--owner-email=a@b.example"], "--name may not be empty." },
        { ["tenant", "create", "--slug=s1", "--name=x", "--owner-email=a@b.example", "--owner-name=two\nlines"], @"--owner-name 'two\nlines' may not hold control characters." },
        { ["tenant", "create", $"--slug={new string('s', 64)}", "--name=x", "--owner-email=a@b.example"], "--slug 'sss" },
        { ["tenant", "create", "--slug=s1\n", "--name=x", "--owner-email=a@b.example"], @"--slug 's1\n' may hold a-z" },
        { ["tenant", "create", "--slug=s1", "--name=x", $"--owner-email={new string('a', 60)}@{new string('b', 200)}.example"], "--owner-email 'aaa" },
        { ["user", "create", "--email=a\u0000b@c.example"], @"--email 'a\x00b@c.example' is not an e-mail address." },
        { ["user", "create", "--email=a@b.example", $"--name={new string('n', 201)}"], "--name 'nnn" },
        { ["user", "create", "--email=a@b.example", "--tenant=Not A Slug", "--role=driver"], "--tenant 'Not A Slug'" },
        { ["user", "set-password", $"--email={new string('a', 300)}@b.example", "--password-stdin"], "--email 'aaa" },
        { ["setup-link", "--user=a@b"], "--user 'a@b' is not an e-mail address." },
        { ["feature", "set", "inspections", "on", "--tenant=\u001b]0;x\u0007"], @"--tenant '\x1b]0;x\x07'" },
        { ["audit", "verify", "--tenant=A B"], "--tenant 'A B'" },
        { ["import", "assets", "--csv=a.csv", "--tenant=x", $"--default-model={new string('m', 201)}"], "--default-model 'mmm" },
        { ["import", "assets", "--csv=a.csv", "--tenant=x", "--default-model=a\tb"], @"--default-model 'a\tb' may not hold control characters." },
        { ["import", "assets", "--csv=a.csv", "--tenant=x", "--vehicle-categories=Vans,\u009b2J"], @"--vehicle-categories '\x9b2J' may not hold control characters." },
        { ["import", "assets", "--csv=a.csv", "--tenant=X!"], "--tenant 'X!'" },
        { ["bootstrap-db", $"--database={new string('d', 64)}"], "--database has 1 to 63 characters" },
    };

    [Fact]
    public async Task What_an_option_may_be_is_said_on_one_line()
    {
        var run = await database.RunCliAsync("", ["user", "add", "--email=a@b.example", "--tenant=x", "--role=boss"]);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("'owner', 'fleet_admin', 'fleet_staff', 'driver'", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ValuesThatAreNone))]
    public async Task A_value_that_nothing_may_be_called_is_64_and_names_its_option(string[] arguments, string sentence)
    {
        var run = await database.RunCliAsync("a password nobody has\n", arguments);

        Assert.Equal((ExitCodes.Usage, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain(run.Error.TrimEnd(), char.IsControl);
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
    [InlineData("prepare")]
    [InlineData("bootstrap-db")]
    [InlineData("migrate")]
    [InlineData("doctor")]
    [InlineData("tenant create --slug=x --name=y --owner-email=a@b.example")]
    [InlineData("tenant list")]
    [InlineData("user create --email=a@b.example")]
    [InlineData("user add --email=a@b.example --tenant=x --role=driver")]
    [InlineData("user set-password --email=a@b.example --password-stdin")]
    [InlineData("setup-link")]
    [InlineData("setup-link --user=a@b.example")]
    [InlineData("feature set inspections on --tenant=x")]
    [InlineData("audit verify")]
    [InlineData("import assets --csv=FILE --tenant=x")]
    [InlineData("demo")]
    public async Task Every_verb_says_in_one_sentence_that_the_database_is_down(string verb)
    {
        var settings = Core.Data.DatabaseRoles.ConnectionNames.Select(pair =>
            ($"ConnectionStrings__{pair.Value}", (string?)$"Host=127.0.0.1;Port=1;Username={pair.Key};Password=not-a-real-one-7;Database=x;Timeout=3"))
            .Append(("ConnectionStrings__panorama_bootstrap", "Host=127.0.0.1;Port=1;Username=postgres;Password=not-a-real-one-7;Database=x;Timeout=3"));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "Asset Tag\nA-1\n", TestContext.Current.CancellationToken);

        var run = await CommandLine.RunAsync(settings, "a quiet harbour at dawn\n", verb.Replace("FILE", file, StringComparison.Ordinal).Split(' '));

        File.Delete(file);
        Assert.Equal((ExitCodes.Unavailable, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("The database cannot be reached: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task The_doctor_answers_in_JSON_also_when_there_is_nothing_to_examine()
    {
        var down = await CommandLine.RunAsync(
            [("ConnectionStrings__panorama_migrator", "Host=127.0.0.1;Port=1;Username=panorama_migrator;Password=not-a-real-one-7;Database=x;Timeout=3")], "", "doctor", "--json");
        var unset = await CommandLine.RunAsync([], "", "doctor", "--json");

        Assert.Equal((ExitCodes.Unavailable, ExitCodes.Failed), (down.ExitCode, unset.ExitCode));
        Assert.Equal(("database_unavailable", "not_examined"), (Error(down.Output, "code"), Error(unset.Output, "code")));
        Assert.Equal(down.Error.Trim(), Error(down.Output, "message"));
        Assert.Contains("ConnectionStrings__panorama_migrator is missing", Error(unset.Output, "message"), StringComparison.Ordinal);

        static string? Error(string output, string member)
        {
            using var json = System.Text.Json.JsonDocument.Parse(output);
            Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
            Assert.Equal(0, json.RootElement.GetProperty("findings").GetArrayLength());
            return json.RootElement.GetProperty("error").GetProperty(member).GetString();
        }
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=nonsense", "The setting ConnectionStrings__panorama_privileged cannot be read")]
    [InlineData("postgresql://[bad", "ConnectionStrings__panorama_privileged is not a valid address")]
    public async Task A_database_that_is_misnamed_is_one_sentence(string connection, string sentence)
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

    [Theory]
    [InlineData("tenant list", "ConnectionStrings__panorama_privileged")]
    [InlineData("migrate", "ConnectionStrings__panorama_migrator")]
    [InlineData("doctor", "ConnectionStrings__panorama_migrator")]
    [InlineData("bootstrap-db", "ConnectionStrings__panorama_bootstrap")]
    [InlineData("bootstrap-db --connection=postgresql://installer:long-enough-7@db.example/postgres", "--connection")]
    public async Task A_server_elsewhere_must_prove_who_it_is_in_production(string verb, string name)
    {
        const string Elsewhere = "Host=db.example;Username=x;Password=not-a-real-one-7;Database=panorama;SSL Mode=Require;Timeout=1";
        var settings = ((string[])["privileged", "migrator", "bootstrap"]).Select(n => ($"ConnectionStrings__panorama_{n}", (string?)Elsewhere)).ToList();

        var run = await CommandLine.RunAsync(settings, "", verb.Split(' '));
        var wrong = await CommandLine.RunAsync(settings.Append(("ALLOW_INSECURE_POSTGRES_TLS", "perhaps")), "", verb.Split(' '));

        Assert.Equal(
            (ExitCodes.Failed, $"{name} must say SSL Mode=VerifyFull outside loopback and private networks, unless ALLOW_INSECURE_POSTGRES_TLS=true."), (run.ExitCode, run.Error.Trim()));
        Assert.Equal("ALLOW_INSECURE_POSTGRES_TLS must be true, false, 1, 0, yes or no.", wrong.Error.Trim());
    }

    [Theory]
    [InlineData("ALLOW_INSECURE_POSTGRES_TLS", "true")]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Development")]
    public async Task That_can_be_waived_by_name(string name, string value)
    {
        var run = await CommandLine.RunAsync(
            [("ConnectionStrings__panorama_privileged", "Host=203.0.113.255;Username=x;Password=not-a-real-one-7;Database=x;Timeout=1"), (name, value)], "", "tenant", "list");

        Assert.DoesNotContain("SSL Mode", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("The database ", run.Error, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(1, "There are no jobs yet: a Worker writes them into this database when it first starts.", "jobs", "list")]
    [InlineData(1, "There are no jobs yet: a Worker writes them into this database when it first starts.", "jobs", "run", "audit-verify")]
    [InlineData(64, "--limit is a number from 1 to 10000.", "jobs", "history", "--limit=0")]
    [InlineData(64, "--timeout is a number of seconds from 1 to 86400.", "jobs", "run", "audit-verify", "--timeout=0")]
    public async Task Jobs_that_cannot_be_asked_for_are_a_sentence(int exitCode, string sentence, params string[] args)
    {
        var run = await database.RunCliAsync(args);

        Assert.Equal((exitCode, sentence), (run.ExitCode, run.Error.Trim()));
    }

    [Fact]
    public async Task The_example_file_is_what_the_verb_prints()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Panorama.sln")))
        {
            folder = folder.Parent;
        }

        var run = await CommandLine.RunAsync([], "", "env-example");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder.FullName, ".env.example"), TestContext.Current.CancellationToken), run.Output);
    }

    [Fact]
    public async Task A_setting_that_nobody_reads_is_warned_of()
    {
        var run = await CommandLine.RunAsync([("PANORAMA_WEB_BASEURL", "x")], "", "version");

        Assert.Equal((ExitCodes.Ok, "PANORAMA_WEB_BASEURL is not a setting of Panorama; PANORAMA_WEB_BASE_URL is."), (run.ExitCode, run.Error.TrimEnd()));
    }
}

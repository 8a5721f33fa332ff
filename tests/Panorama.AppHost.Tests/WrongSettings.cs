using System.Net;
using System.Net.Sockets;

namespace Panorama.AppHost.Tests;

public sealed class WrongSettings
{
    private const string Url = "postgresql://u:long-enough-for-anybody@db.example:5432/panorama";

    public static TheoryData<string, int, string> Table => new()
    {
        { "--Backing=Cloud", 64, "Backing is \"Cloud\"; it can be Local, Containers or External." },
        { "--Backing=7", 64, "Backing is \"7\"; it can be Local, Containers or External." },
        { "--Bakcing=Local", 64, "--Bakcing is not an option; --Backing is." },
        { "--Colour=red", 64, "--Colour is not an option; there are --Backing, --Reset, --Demo, --Dashboard, --WebPort, --ApiPort, --WorkerPort, --PostgresPort, --RedisPort, --DashboardPort, --DataDir." },
        { "--Reset", 64, "--Reset has no value; an option and its value are one word, such as --Reset=true." },
        { "--Reset=perhaps", 64, "--Reset is \"perhaps\"; it can be true or false." },
        { "--Demo=", 64, "--Demo is \"\"; it can be true or false." },
        { "--DataDir=", 64, "--DataDir is empty; give it a value, such as --DataDir=folder, or leave it out." },
        { "--Reset=", 64, "--Reset is \"\"; it can be true or false." },
        { "--WebPort=", 64, "--WebPort is \"\"; it can be a port from 1 to 65535, or 0 for any that is free." },
        { "--Backing=", 64, "Backing is \"\"; it can be Local, Containers or External." },
        { "--Backing=External --SESSION_SECRET=", 64, "--SESSION_SECRET is empty; give it a value, such as --SESSION_SECRET=value, or leave it out." },
        { "--ConnectionStrings:panorama=", 64, "--ConnectionStrings:panorama is empty; give it a value, such as --ConnectionStrings:panorama=value, or leave it out." },
        { "--WebPrt=1", 64, "--WebPrt is not an option; --WebPort is." },
        { "--WebPort=70000", 64, "--WebPort is \"70000\"; it can be a port from 1 to 65535, or 0 for any that is free." },
        { "--WebPort=http", 64, "--WebPort is \"http\"; it can be a port from 1 to 65535, or 0 for any that is free." },
        { "--WebPort=6001 --ApiPort=6001", 64, "--WebPort and --ApiPort are both 6001." },
        { "--WebPort=0 --WebPort=1", 64, "--WebPort is given twice." },
        { "Local", 64, "\"Local\" is not an option; an option and its value are one word, such as --WebPort=8080." },
        { "--ConnectionStrings:panoramma=x", 64, "--ConnectionStrings:panoramma is not an option; --ConnectionStrings:panorama is." },
        { "--operation publish --step publish-manifest --output-path x --Backing=Local", 64, "Backing=Local cannot be published, because its servers are programs of this machine; publish Containers or External." },
        { "--Backing=External", 78, "Backing=External needs settings that are missing: ConnectionStrings__panorama, ConnectionStrings__panorama_auth, ConnectionStrings__panorama_privileged, ConnectionStrings__panorama_migrator, ConnectionStrings__redis, SESSION_SECRET, DATA_KEY, AUDIT_SIGNING_KEY." },
        { $"--Backing=External --ConnectionStrings:panorama={Url} --ConnectionStrings:panorama-auth={Url} --DATA_KEY=x", 78, "Backing=External needs settings that are missing: ConnectionStrings__panorama_privileged, ConnectionStrings__panorama_migrator, ConnectionStrings__redis, SESSION_SECRET, AUDIT_SIGNING_KEY." },
        { "--Backing=External --ConnectionStrings:panorama=mysql://db/panorama", 78, "ConnectionStrings__panorama is an address of a kind that is not understood; postgresql:// and rediss:// are." },
        { "--Backing=External --ConnectionStrings:panorama=postgresql://app:eyJhbGciOi.eyJyb2xl.c2ln@db.example/postgres", 78, "ConnectionStrings__panorama has an API key for a password; use the database login's own password." },
        { "--Backing=External --ConnectionStrings:panorama=Host=db;Username=service_role;Password=abcdefgh", 78, "ConnectionStrings__panorama names service_role, which passes by row security; use the login made for this process." },
        { "--Backing=External --ConnectionStrings:panorama_auth=Host=db;Username=panorama_auth;Password=changeme", 78, "ConnectionStrings__panorama_auth has an example for a password; choose one that nobody else knows." },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Each_is_one_sentence_and_an_exit_code(string arguments, int exitCode, string sentence)
    {
        using var state = new StateOfATest();

        var result = await AppHostProcess.RunAsync([.. arguments.Split(' '), .. state.OptionsBeside(arguments)], TestContext.Current.CancellationToken);

        Assert.Equal((exitCode, sentence), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_names_every_option_with_what_it_is_otherwise(string word)
    {
        using var state = new StateOfATest();

        var result = await AppHostProcess.RunAsync([word, .. state.Options], TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var unknown = await AppHostProcess.RunAsync(["--Colour=red"], TestContext.Current.CancellationToken);
        var names = unknown.Error.Split(["there are ", ", ", "."], StringSplitOptions.RemoveEmptyEntries).Where(part => part.StartsWith("--", StringComparison.Ordinal) && !part.Contains(' ', StringComparison.Ordinal)).ToList();
        Assert.Equal(11, names.Count);
        Assert.All(names, name => Assert.Matches($"(?m)^  {name}=[^\\[]*\\[.+\\]$", result.Output));
    }

    [Fact]
    public async Task Several_wrong_options_are_all_named()
    {
        using var state = new StateOfATest();

        var result = await AppHostProcess.RunAsync(["--Backing=Cloud", "--Dashboard=dark", $"--DataDir={state.Folder}"], TestContext.Current.CancellationToken);

        Assert.Equal(64, result.ExitCode);
        Assert.Equal(["Backing is \"Cloud\"; it can be Local, Containers or External.", "--Dashboard is \"dark\"; it can be true or false."], result.Error.Split(Environment.NewLine));
    }

    [Fact]
    public async Task A_busy_port_is_named_with_the_option_that_moves_it()
    {
        using var state = new StateOfATest();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var result = await AppHostProcess.RunAsync([$"--WebPort={port}", .. state.OptionsBeside("--WebPort")], TestContext.Current.CancellationToken);

        Assert.Equal((69, $"Port {port} is in use; stop what listens there, or choose another with --WebPort=…, 0 for any that is free."), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_named()
    {
        using var state = new StateOfATest();
        var file = Path.Combine(state.Folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var result = await AppHostProcess.RunAsync([$"--DataDir={file}/state"], TestContext.Current.CancellationToken);

        Assert.Equal((69, $"The data folder {file}/state cannot be written; choose another with --DataDir=…."), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_second_start_in_the_same_data_folder_is_refused()
    {
        using var state = new StateOfATest();
        await using var held = new FileStream(Path.Combine(state.Folder, "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var result = await AppHostProcess.RunAsync(state.Options, TestContext.Current.CancellationToken);

        Assert.Equal((69, $"Panorama is already running with the data folder {state.Folder}; stop it, or choose another with --DataDir=…."), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_folder_of_programs_without_a_server_is_named()
    {
        using var state = new StateOfATest();

        var result = await AppHostProcess.RunAsync(
            state.Options, TestContext.Current.CancellationToken, new Dictionary<string, string> { ["PANORAMA_POSTGRES_BIN"] = state.Folder });

        Assert.Equal((69, $"PANORAMA_POSTGRES_BIN names {state.Folder}, which holds no PostgreSQL 15 to 18 (the programs postgres and initdb)."), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_database_of_a_release_that_is_not_here_is_named()
    {
        using var state = new StateOfATest();
        Directory.CreateDirectory(Path.Combine(state.Folder, "postgres-99"));
        await File.WriteAllTextAsync(Path.Combine(state.Folder, "postgres-99", "PG_VERSION"), "99", TestContext.Current.CancellationToken);

        var result = await AppHostProcess.RunAsync(state.Options, TestContext.Current.CancellationToken);

        Assert.Equal((69, $"{state.Folder} holds a database of PostgreSQL 99, which is not on this machine; install it, or start afresh with --Reset=true."), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Publishing_without_a_place_to_write_to_fails()
    {
        var result = await AppHostProcess.RunAsync(["--operation", "publish", "--step", "publish-manifest"], TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ExitCode);
    }
}

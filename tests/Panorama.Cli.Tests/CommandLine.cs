using Panorama.Cli.Shared;
using Panorama.Testing;

namespace Panorama.Cli.Tests;

/// <summary>What a run of the command line gave.</summary>
internal sealed record Run(int ExitCode, string Output, string Error);

/// <summary>Runs the command line as Program does, with settings and streams of the test.</summary>
internal static class CommandLine
{
    public static Task<Run> RunCliAsync(this TestDatabase database, params string[] args) => RunAsync(Settings(database), "", args);

    public static Task<Run> RunCliAsync(this TestDatabase database, string input, string[] args) => RunAsync(Settings(database), input, args);

    public static async Task<Run> RunAsync(IEnumerable<(string Name, string? Value)> settings, string input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reader = new StringReader(input);
        var context = new CliContext(CliSettings.From(settings), reader, output, error, TimeProvider.System, IsTerminal: false) { Operator = new("ana", "desk-7") };
        var exitCode = await PanoramaCommand.RunAsync(args, context);
        return new Run(exitCode, output.ToString(), error.ToString());
    }

    public static IEnumerable<(string Name, string? Value)> Settings(TestDatabase database) => database.ConnectionSettings
        .Select(pair => (pair.Key.Replace(":", "__", StringComparison.Ordinal), pair.Value))
        .Append(("ConnectionStrings__panorama_bootstrap", database.Installer))
        .Append(("PANORAMA_WEB_BASE_URL", "https://fleet.example/"));

    public static string NewSlug() => "c" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(5));

    public static async Task<T?> OneAsync<T>(this TestDatabase database, string sql, params object[] values)
    {
        await using var connection = await database.OpenAsync(Core.Data.DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // the test's own words
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T result ? result : default;
    }
}

using Panorama.ServiceDefaults.Health;

namespace Panorama.ServiceDefaults;

/// <summary>What a service may be told in its first argument; settings such as <c>--HTTP_PORTS=8080</c> are none of it.</summary>
public static class ServiceVerbs
{
    /// <summary>Exit code for a call that is wrong.</summary>
    public const int WrongCall = 64;

    private const string Usage = "Without an argument the service runs; 'healthcheck' asks one that runs beside it. Everything else is done by 'panorama', the image panorama/cli.";

    /// <summary>Runs the service, or what the arguments ask for instead.</summary>
    public static async Task<int> RunAsync(string[] arguments, Func<string[], Task<int>> serve)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(serve);
        switch (arguments)
        {
            case ["healthcheck"]:
                return await HealthVerb.RunAsync();
            case ["--help" or "-h" or "-?", ..]:
                await Console.Out.WriteLineAsync(Usage);
                return 0;
            case [var first, ..] when !IsSetting(first):
                await Console.Error.WriteLineAsync($"There is no '{Shown(first)}' here, or it takes no more arguments. {Usage}");
                return WrongCall;
            default:
                return await serve(arguments);
        }
    }

    // --name=value, --name value, name=value, as .NET reads them; /bin/sh is none.
    private static bool IsSetting(string argument) => argument.StartsWith('-') || argument.Contains('=', StringComparison.Ordinal);

    private static string Shown(string argument) => new([.. argument.Take(40).Select(c => char.IsControl(c) ? ' ' : c)]);
}

namespace Panorama.AppHost.Running;

/// <summary>What <c>--help</c> prints.</summary>
internal static class StartHelp
{
    public const string Text =
        """
        Starts Panorama: dotnet run --project Panorama.AppHost -- --Name=value …

          --Backing=Local|Containers|External  what stands behind it: programs of this machine, containers, or servers you name [Local]
          --DataDir=FOLDER                     where local data, secrets and logs live [.panorama]
          --Reset=true|false                   throw the local data away first [false]
          --Demo=true|false                    make the two demo organisations [true]
          --Dashboard=true|false               run the dashboard [true]
          --WebPort=PORT                       the address a person needs; 0 takes any free port, as for every port [5080]
          --ApiPort=PORT                       [5081]
          --WorkerPort=PORT                    the Worker's page for the operator [5082]
          --DashboardPort=PORT                 [15000]
          --PostgresPort=PORT                  [0]
          --RedisPort=PORT                     [0]

        With --Backing=External also the connection strings (--ConnectionStrings:panorama=…, panorama_auth, panorama_privileged, panorama_migrator,
        redis) and the secrets of docs/configuration.md, as options or in the environment.

        """;

    private static readonly string[] Words = ["--help", "-h", "-?", "/?"];

    public static bool IsAskedFor(IEnumerable<string> args) => args.Any(a => Words.Contains(a, StringComparer.OrdinalIgnoreCase));
}

namespace Panorama.Core.Data;

/// <summary>Connections that each process opens at most, so that all of them together fit what a server allows.</summary>
public static class ConnectionPools
{
    /// <summary>The Api's requests.</summary>
    public const int App = 10;

    /// <summary>The Api's sign-in paths.</summary>
    public const int Auth = 2;

    /// <summary>The Worker's jobs, its sealer and its page.</summary>
    public const int Jobs = 5;

    /// <summary>The Worker's scheduler.</summary>
    public const int Scheduler = 3;

    /// <summary>One Api and one Worker. How many of them run the database does not know; an Api more is <see cref="App"/> and <see cref="Auth"/> more.</summary>
    public const int Sum = App + Auth + Jobs + Scheduler;

    /// <summary>What the doctor says of a server that allows fewer; null when they fit.</summary>
    /// <param name="maxConnections">max_connections.</param>
    /// <param name="reserved">superuser_reserved_connections and reserved_connections.</param>
    public static string? Shortage(int maxConnections, int reserved) => Sum <= maxConnections - reserved ? null
        : FormattableString.Invariant($"one Api and one Worker open {Sum}, the server allows {maxConnections - reserved} (max_connections {maxConnections}, {reserved} reserved)");
}

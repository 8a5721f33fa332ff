namespace Panorama.Core.Data;

/// <summary>The roles of an installation. Roles are of the cluster: two installations on one server would share them and are refused.</summary>
public static class DatabaseRoles
{
    /// <summary>Owns database, schema and tables; <c>migrate</c>, <c>restore</c>, <c>doctor</c> and the verbs that write credentials.</summary>
    public const string Migrator = "panorama_migrator";

    /// <summary>Owns the functions and the partitioned tables; nobody signs in as it.</summary>
    public const string Definer = "panorama_definer";

    /// <summary>Api, all requests.</summary>
    public const string App = "panorama_app";

    /// <summary>Api, sign-in paths only: functions and no table.</summary>
    public const string Auth = "panorama_auth";

    /// <summary>Worker and Cli.</summary>
    public const string SuperAdmin = "panorama_super_admin";

    /// <summary>Reads everything that a dump holds.</summary>
    public const string Backup = "panorama_backup";

    /// <summary>The roles that sign in.</summary>
    public static IReadOnlyList<string> Logins { get; } = [Migrator, App, Auth, SuperAdmin, Backup];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Definer, .. Logins];

    /// <summary>Name of a connection string (<c>ConnectionStrings:…</c>) by the role that it signs in as.</summary>
    public static IReadOnlyDictionary<string, string> ConnectionNames { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Migrator] = "panorama_migrator",
        [App] = "panorama",
        [Auth] = "panorama_auth",
        [SuperAdmin] = "panorama_privileged",
        [Backup] = "panorama_backup",
    };
}

namespace Panorama.Cli.Installing;

/// <summary>What the profile <c>s3</c> of the compose file asks of the other settings: its server, its bucket and a pair of keys that both sides know.</summary>
internal static class StoreProfile
{
    public const string Name = "s3";
    public const string Option = "--compose-profiles";
    private const string Endpoint = "--s3-endpoint";

    /// <summary>The files of the pair, which are generated where the profile is wanted.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["s3-access-key", "s3-secret-key"];

    /// <summary>Values of options where nobody gave another.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Endpoint] = "http://s3:7070",
        ["--s3-endpoint-allowed-hosts"] = "s3",
        ["--s3-bucket-photos"] = "panorama-photos",
        ["--s3-force-path-style"] = "true",
        ["--s3-server-side-encryption"] = "off", // it has none; the disk below is the machine's matter
    };

    public static bool IsIn(string? profiles) => Split(profiles).Contains(Name, StringComparer.Ordinal);

    /// <summary>What is wrong with the list, as the end of a sentence; null when nothing is.</summary>
    public static string? Problem(string profiles) => Split(profiles).All(p => p is Name or "edge") ? null : "must be left out, or a comma list of edge and s3";

    /// <summary>What is wrong with the profile beside the other values, as sentences.</summary>
    /// <param name="value">Of an option, given or not.</param>
    /// <param name="hasKeys">Whether the pair has something in it.</param>
    public static IEnumerable<string> Together(Func<string, string> value, bool hasKeys)
    {
        if (!IsIn(value(Option)))
        {
            yield break;
        }

        if (value(Endpoint) != Settings[Endpoint] || value("--storage-driver") == "filesystem" || value("--photo-delivery") == "redirect")
        {
            yield return "--compose-profiles with s3 starts a store on this machine that browsers do not reach: leave --s3-endpoint, --storage-driver and --photo-delivery out.";
        }

        if (!hasKeys)
        {
            yield return $"--compose-profiles with s3 needs a pair of keys, and {string.Join(" or ", Keys.Select(k => $"secrets/{k}"))} is there and empty; remove both, and they are made.";
        }
    }

    private static string[] Split(string? profiles) => (profiles ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

namespace Panorama.Architecture.Tests;

internal static class Findings
{
    /// <summary>Fails with every finding on a line of its own.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var lines = findings.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();

        Assert.True(lines.Count == 0, string.Join('\n', lines));
    }
}

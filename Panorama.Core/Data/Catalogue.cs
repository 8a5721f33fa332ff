using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Panorama.Core.Data;

/// <summary>One line of what the database allows.</summary>
/// <param name="Kind"><c>table</c>, <c>policy</c>, <c>grant</c>, <c>function</c>, <c>execute</c> or <c>trigger</c>.</param>
public sealed record CatalogueLine(string Kind, string Name, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}\t{Name}\t{Detail}";
}

/// <summary>Owners, policies, grants, functions and triggers: as they are, and as the migrations make them.</summary>
internal static class Catalogue
{
    /// <summary>What the migrations of this program make; <c>Data/catalogue.txt</c>, written from a migrated database.</summary>
    public static IReadOnlySet<CatalogueLine> Expected => ExpectedLines.Value;

    private static readonly Lazy<HashSet<CatalogueLine>> ExpectedLines = new(() =>
        [.. EmbeddedSql.Read("catalogue.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')).Select(p => new CatalogueLine(p[0], p[1], p[2]))]);

    /// <summary>What is there. Any login may ask.</summary>
    public static async Task<IReadOnlyList<CatalogueLine>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Expressions are printed with or without a schema, depending on this.
        await connection.ExecuteAsync("set local search_path = public", cancellationToken);
        var lines = new List<CatalogueLine>();
        await using (var command = new NpgsqlCommand(EmbeddedSql.Read("Catalogue.sql"), connection, transaction))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                lines.Add(new CatalogueLine(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return lines;
    }

    /// <summary>The file that <see cref="Expected"/> reads.</summary>
    public static string Write(IEnumerable<CatalogueLine> lines) =>
        string.Concat(lines.Select(l => l + "\n").Order(StringComparer.Ordinal));

    /// <summary>Short digest of the policies, for the record of a start.</summary>
    public static string PolicyDigest(IEnumerable<CatalogueLine> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(lines.Where(l => l.Kind == "policy")))))[..16];
}

/// <summary>Text files of this folder that travel inside the assembly.</summary>
internal static class EmbeddedSql
{
    public static string Read(string file)
    {
        using var stream = typeof(EmbeddedSql).Assembly.GetManifestResourceStream($"Panorama.Core.Data.{file}")
            ?? throw new InvalidOperationException($"{file} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

namespace Panorama.Core.Data.Migrations;

/// <summary>The hand-written SQL beside the generated migrations.</summary>
internal static class MigrationSql
{
    /// <summary>The text of <c>Data/Migrations/Sql/</c><paramref name="file"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no such file.</exception>
    public static string Read(string file)
    {
        var assembly = typeof(MigrationSql).Assembly;
        using var stream = assembly.GetManifestResourceStream($"Panorama.Core.Data.Migrations.Sql.{file}")
            ?? throw new InvalidOperationException($"The migration file {file} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Panorama.Core.Data;

/// <summary>
/// The migration runs outside a transaction, statement by statement, and may be interrupted and run again
/// (<c>CREATE INDEX CONCURRENTLY</c>: it drops an invalid leftover first).
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ResumableAttribute : Attribute;

/// <summary>One step of the stream that brings a database to the version of this program.</summary>
public sealed record MigrationStep(string Id, IReadOnlyList<string> Statements, bool IsResumable)
{
    /// <summary>SHA-256 over the statements: a step that was applied and has changed since is an error.</summary>
    public byte[] Checksum { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', Statements)));

    /// <summary>The steps that this program knows, in order: the generated migrations, with the SQL that the provider writes for them.</summary>
    public static IReadOnlyList<MigrationStep> All => AllSteps.Value;

    /// <summary>The version of the schema that this program needs: the id of the last step.</summary>
    /// <remarks>
    /// Written out, and held against <see cref="All"/> by a test: every process asks for it at start, and building the model to find it
    /// would cost one that needs no model 40 MB.
    /// </remarks>
    public const string Newest = "0025_keys_of_photos";

    private static readonly Lazy<IReadOnlyList<MigrationStep>> AllSteps = new(ReadAll);

    private static List<MigrationStep> ReadAll()
    {
        // EF's own migrator is not used: its history has other columns and it takes a lock of its own.
        using var db = new PanoramaDbContextFactory().CreateDbContext([]);
        var assembly = db.GetService<IMigrationsAssembly>();
        var generator = db.GetService<IMigrationsSqlGenerator>();
        var initializer = db.GetService<IModelRuntimeInitializer>();
        var steps = new List<MigrationStep>();
        foreach (var (id, type) in assembly.Migrations.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            var migration = assembly.CreateMigration(type, db.Database.ProviderName!);
            IModel model = initializer.Initialize(migration.TargetModel, designTime: true, validationLogger: null);
            var commands = generator.Generate(migration.UpOperations, model);
            steps.Add(new MigrationStep(id, [.. commands.Select(c => c.CommandText)], type.GetCustomAttribute<ResumableAttribute>() is not null));
        }

        return steps;
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Importing;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Importing;

internal static class CreateImport
{
    /// <summary>Kinds that are known and cannot be imported from a file yet.</summary>
    private static readonly string[] Later = ["licences", "licenses", "models", "accessories", "consumables", "components"];

    public static async Task<Results<Created<ImportResponse>, ProblemHttpResult>> Handle(
        HttpContext context, Actor actor, TenantSession session, ImportReader imports, TimeProvider clock, CancellationToken cancellationToken,
        [FromQuery] string? kind = null, [FromQuery] string? fileName = null)
    {
        _ = fileName; // the upload took it
        var what = ImportKind.Assets;
        if (kind is not null && !Core.Data.WireNames.TryParse(kind, out what))
        {
            return Later.Contains(kind, StringComparer.Ordinal) ? Problems.Of(Problems.ImportKindLater, Problems.Args(("kind", kind))) : Problems.Query("kind");
        }

        var file = context.Features.Get<UploadedFile>()!;
        AssetInspection inspection;
        try
        {
            inspection = AssetInspection.Of(file.Content);
        }
        catch (ImportRefusedException refused)
        {
            return ImportProblems.Of(refused);
        }

        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await session.Connection.ExecuteAsync(
            """
            insert into imports (id, tenant_id, kind, file_name, file, size_bytes, sha256, options, state, inspection, rows_total, started_by_user_id, created_at, updated_at)
            values ($1, $2, $12, $3, $4, $5, $6, $7, 'DRAFT', $8, $9, $10, $11, $11)
            """,
            cancellationToken, Statement.Uuid(id), Statement.Uuid(actor.TenantId), Statement.Text(file.Name), Statement.Bytes(file.Content),
            Statement.Int(file.Content.Length), Statement.Bytes(SHA256.HashData(file.Content)), Statement.Json(new StoredImportOptions().ToJson()),
            Statement.Json(JsonSerializer.Serialize(inspection, ImportJson.Default.AssetInspection)), Statement.Int(inspection.Rows), Statement.Uuid(actor.UserId),
            Statement.Instant(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond))), Statement.Text(Core.Data.WireNames.Of(what)));
        var import = (await imports.FindAsync(id.ToString(), cancellationToken))!;
        IfMatch.WriteTag(context, import.Version);
        return TypedResults.Created($"/api/imports/{id}", import);
    }
}

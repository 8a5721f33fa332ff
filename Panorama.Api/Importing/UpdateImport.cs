using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Importing;
using Panorama.Core.Sql;

namespace Panorama.Api.Importing;

/// <summary>A merge patch of the options: what is absent stays, null clears. A mapping replaces the one before it as a whole.</summary>
public sealed record UpdateImportRequest(
    [property: AllowedValues(null, "dmy", "mdy", "iso")] string? Dates = null,
    [property: AllowedValues(null, "point", "comma")] string? Numbers = null,
    string? Currency = null,
    [property: NotCleared, AllowedValues(null, "all-or-nothing", "skip-bad")] string? Mode = null,
    [property: NotCleared, AllowedValues(null, "keep", "update", "reject")] string? Existing = null,
    string? Encoding = null,
    [property: AllowedValues(null, "comma", "semicolon", "tab", "pipe")] string? Delimiter = null,
    [property: MaxLength(200)] string? DefaultModel = null,
    [property: MaxLength(100)] IReadOnlyList<string>? VehicleCategories = null,
    IReadOnlyDictionary<string, string>? Mapping = null);

internal static class UpdateImport
{
    public static async Task<Results<Ok<ImportResponse>, ProblemHttpResult>> Handle(
        string id, Patch<UpdateImportRequest> patch, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, TenantSession session, ImportReader imports,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await imports.LockAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        if (IfMatch.Refuse(ifMatch, import.Version) is { } stale)
        {
            return stale;
        }

        // What ended without storing anything may be tried with other options.
        if (import.Inspection is null || !(import.State == ImportState.Draft || (import.State is ImportState.Failed or ImportState.Cancelled && import.Stored == 0)))
        {
            return ImportProblems.Wrong(import.State);
        }

        var fields = await imports.FieldsAsync(import.Kind, cancellationToken);
        var options = Merge(import.Options, patch);
        var inspection = InspectImport.Parse(import.Inspection);
        if (Check(import.Kind, options, patch, inspection, fields) is { } refused)
        {
            return refused;
        }

        if (import.State != ImportState.Draft)
        {
            await session.Connection.ExecuteAsync("update imports set state = 'DRAFT' where id = $1", cancellationToken, Statement.Uuid(import.Id));
        }

        if (options.Encoding != import.Options.Encoding || options.Delimiter != import.Options.Delimiter)
        {
            try
            {
                var file = await session.Connection.ScalarAsync<byte[]>("select import_file($1)", cancellationToken, Statement.Uuid(import.Id))
                    ?? throw new ImportRefusedException("file_empty", "The file is gone.");
                var again = AssetInspection.Of(file, options.Encoding, StoredImportOptions.DelimiterOf(options.Delimiter));
                if (!patch.Has(nameof(options.Mapping)) && !InspectImport.Headers(again).SequenceEqual(InspectImport.Headers(inspection)))
                {
                    options = options with { Mapping = new Dictionary<string, string>() }; // its positions mean other columns now
                }

                inspection = again;
            }
            catch (ImportRefusedException exception)
            {
                return ImportProblems.Of(exception);
            }
        }

        await session.Connection.ExecuteAsync(
            """
            update imports set options = $2, inspection = $3, finished_at = null, started_at = null, error_code = null, updated_at = $4, version = version + 1 where id = $1
            """,
            cancellationToken, Statement.Uuid(import.Id), Statement.Json(options.ToJson()),
            Statement.Json(JsonSerializer.Serialize(inspection, ImportJson.Default.AssetInspection)), Statement.Instant(clock.GetUtcNow()));
        var changed = (await imports.FindAsync(id, cancellationToken))!;
        IfMatch.WriteTag(context, changed.Version);
        return TypedResults.Ok(changed);
    }

    private static StoredImportOptions Merge(StoredImportOptions now, Patch<UpdateImportRequest> patch)
    {
        var sent = patch.Body;
        return now with
        {
            Dates = patch.Or(nameof(sent.Dates), sent.Dates, now.Dates),
            Numbers = patch.Or(nameof(sent.Numbers), sent.Numbers, now.Numbers),
            Currency = patch.Or(nameof(sent.Currency), sent.Currency?.ToUpperInvariant(), now.Currency),
            Mode = sent.Mode ?? now.Mode,
            Existing = sent.Existing ?? now.Existing,
            Encoding = patch.Or(nameof(sent.Encoding), sent.Encoding, now.Encoding),
            Delimiter = patch.Or(nameof(sent.Delimiter), sent.Delimiter, now.Delimiter),
            DefaultModel = patch.Or(nameof(sent.DefaultModel), string.IsNullOrWhiteSpace(sent.DefaultModel) ? null : sent.DefaultModel.Trim(), now.DefaultModel),
            VehicleCategories = patch.Or(nameof(sent.VehicleCategories), sent.VehicleCategories ?? [], now.VehicleCategories),
            Mapping = patch.Or(nameof(sent.Mapping), sent.Mapping ?? new Dictionary<string, string>(), now.Mapping),
        };
    }

    private static ProblemHttpResult? Check(
        ImportKind kind, StoredImportOptions options, Patch<UpdateImportRequest> patch, AssetInspection inspection, IReadOnlyCollection<CustomFieldInfo> fields)
    {
        var errors = new List<(string, FieldError)>();
        if (options.Currency is { } currency && !Currencies.Contains(currency))
        {
            errors.Add(("currency", FieldError.NotFound));
        }

        if (options.Encoding is { } encoding && !CsvText.Names.Contains(encoding, StringComparer.Ordinal))
        {
            errors.Add(("encoding", FieldError.NotFound));
        }

        if (new[] { options.DefaultModel }.Concat(options.VehicleCategories).Any(text => text is { } t && (t.Length > 200 || t.Any(char.IsControl))))
        {
            errors.Add((options.DefaultModel?.Any(char.IsControl) == true ? "defaultModel" : "vehicleCategories", FieldError.WrongForm));
        }

        var known = fields.Select(f => ColumnTarget.Of(f.Id)).ToHashSet(StringComparer.Ordinal);
        if (patch.Has(nameof(options.Mapping)) && options.Mapping.Any(m =>
            !int.TryParse(m.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= Math.Max(inspection.Columns.Count, 1) || m.Key != index.ToString(CultureInfo.InvariantCulture)
            || m.Value is null || !(ColumnTarget.IsValid(m.Value, kind) && (ColumnTarget.CustomFieldOf(m.Value) is null || known.Contains(m.Value)))))
        {
            errors.Add(("mapping", FieldError.NotFound));
        }

        return errors.Count == 0 ? null : Problems.Members([.. errors]);
    }
}

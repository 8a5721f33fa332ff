using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Retention;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Organisation;

/// <summary>What an organisation has chosen for itself.</summary>
/// <param name="Locale">`en`, `pt-br` or `es`.</param>
/// <param name="Timezone">IANA name; a place's own zone wins over it.</param>
/// <param name="Currency">ISO 4217, of money that names none; null while nobody chose one.</param>
/// <param name="AssetNumberPrefix">Goes before a number that is given to an asset.</param>
/// <param name="NextAssetNumber">The number that the next asset without a tag gets.</param>
/// <param name="AssetNumberDigits">A number is padded with zeros to this many digits.</param>
/// <param name="UniqueSerials">Two assets that are not archived may not share a serial number.</param>
/// <param name="PhotoRetentionDays">A photo goes so many days after its upload; null means 425. A legal hold beats it.</param>
/// <param name="Version">What `If-Match` names in an edit; also the ETag.</param>
public sealed record TenantResponse(
    Guid Id, string Slug, string Name, string DisplayName, string Locale, string Timezone, Units Units, string? Currency, string? AssetNumberPrefix,
    int NextAssetNumber, int AssetNumberDigits, bool UniqueSerials, int? PhotoRetentionDays, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static TenantResponse From(Tenant t) => new(
        t.Id, t.Slug, t.Name, t.DisplayName, t.Locale, t.Timezone, t.Units, t.Currency, t.AssetNumberPrefix, t.NextAssetNumber, t.AssetNumberDigits,
        t.UniqueSerials, t.InspectionPhotoRetentionDays, t.Version, t.CreatedAt, t.UpdatedAt);
}

/// <param name="Name">1 to 200 characters.</param>
/// <param name="DisplayName">What pages show; 1 to 200 characters.</param>
/// <param name="Locale">`en`, `pt-br` or `es`.</param>
/// <param name="Timezone">IANA name, such as `America/Sao_Paulo`.</param>
/// <param name="Currency">ISO 4217; null for none.</param>
/// <param name="AssetNumberPrefix">At most 20 characters; null for none.</param>
/// <param name="NextAssetNumber">1 to 999,999,999.</param>
/// <param name="AssetNumberDigits">1 to 12.</param>
/// <param name="PhotoRetentionDays">30 to 36,500; null for 425. What is older goes with the next sweep.</param>
internal sealed record TenantPatch(
    [property: NotCleared, PlainText(200)] string? Name = null,
    [property: NotCleared, PlainText(200)] string? DisplayName = null,
    [property: NotCleared, RegularExpression("^(en|pt-br|es)$")] string? Locale = null,
    [property: NotCleared, TimeZoneName] string? Timezone = null,
    [property: NotCleared] Units? Units = null,
    [property: RegularExpression("^[A-Z]{3}$")] string? Currency = null,
    [property: PlainText(20)] string? AssetNumberPrefix = null,
    [property: NotCleared, Range(1, 999_999_999)] int? NextAssetNumber = null,
    [property: NotCleared, Range(1, 12)] int? AssetNumberDigits = null,
    [property: NotCleared] bool? UniqueSerials = null,
    [property: Range(SweepFiles.FewestDays, 36_500)] int? PhotoRetentionDays = null);

internal static class GetTenant
{
    public static async Task<Results<Ok<TenantResponse>, ProblemHttpResult>> Handle(
        string tenantId, Actor actor, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!OrganisationEndpoints.IsCurrent(tenantId, actor))
        {
            return Problems.Of(Problems.TenantMismatch);
        }

        var tenant = await db.Tenants.AsNoTracking().SingleAsync(t => t.Id == actor.TenantId, cancellationToken);
        IfMatch.WriteTag(context, tenant.Version);
        return TypedResults.Ok(TenantResponse.From(tenant));
    }
}

internal static class ChangeTenant
{
    public static async Task<Results<Ok<TenantResponse>, ProblemHttpResult>> Handle(
        string tenantId, Patch<TenantPatch> patch, [FromHeader(Name = IfMatch.Header)] string? version, Actor actor, HttpContext context,
        PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!OrganisationEndpoints.IsCurrent(tenantId, actor))
        {
            return Problems.Of(Problems.TenantMismatch);
        }

        var tenant = await db.Tenants.SingleAsync(t => t.Id == actor.TenantId, cancellationToken);
        if (IfMatch.Refuse(version, tenant.Version) is { } refusal)
        {
            return refusal;
        }

        if (patch.Body.Currency is { } currency && !Currencies.Contains(currency))
        {
            return Problems.Members(("currency", FieldError.WrongForm));
        }

        if (patch.Body.UniqueSerials is true && !tenant.UniqueSerials && await FindRepeatedSerialAsync(db, cancellationToken) is { } serial)
        {
            return Problems.Of(Problems.SerialsRepeat, Problems.Args(("serial", serial)));
        }

        Apply(tenant, patch);
        db.ChangeTracker.DetectChanges();
        if (AuditChange.Of(db.Entry(tenant)) is [_, ..] changed)
        {
            var now = clock.Now();
            tenant.Version++;
            tenant.UpdatedAt = now;
            db.Add(AuditEvent.About(AuditActions.TenantSettingsUpdated, "tenant", tenant.Id, now, new { section = "general", changed }));
            await db.SaveChangesAsync(cancellationToken);
        }

        IfMatch.WriteTag(context, tenant.Version);
        return TypedResults.Ok(TenantResponse.From(tenant));
    }

    private static void Apply(Tenant tenant, Patch<TenantPatch> patch)
    {
        var body = patch.Body;
        tenant.Name = body.Name?.Trim() ?? tenant.Name;
        tenant.DisplayName = body.DisplayName?.Trim() ?? tenant.DisplayName;
        tenant.Locale = body.Locale ?? tenant.Locale;
        tenant.Timezone = body.Timezone ?? tenant.Timezone;
        tenant.Units = body.Units ?? tenant.Units;
        tenant.Currency = patch.Or(nameof(body.Currency), body.Currency, tenant.Currency);
        tenant.AssetNumberPrefix = patch.Or(nameof(body.AssetNumberPrefix), body.AssetNumberPrefix?.Trim(), tenant.AssetNumberPrefix);
        tenant.NextAssetNumber = body.NextAssetNumber ?? tenant.NextAssetNumber;
        tenant.AssetNumberDigits = body.AssetNumberDigits ?? tenant.AssetNumberDigits;
        tenant.UniqueSerials = body.UniqueSerials ?? tenant.UniqueSerials;
        tenant.InspectionPhotoRetentionDays = patch.Or(nameof(body.PhotoRetentionDays), body.PhotoRetentionDays, tenant.InspectionPhotoRetentionDays);
    }

    private static Task<string?> FindRepeatedSerialAsync(PanoramaDbContext db, CancellationToken cancellationToken) =>
        db.Assets.Where(a => a.ArchivedAt == null && a.SerialKey != null).GroupBy(a => a.SerialKey).Where(g => g.Count() > 1)
            .Select(g => g.Min(a => a.Serial)).FirstOrDefaultAsync(cancellationToken);
}

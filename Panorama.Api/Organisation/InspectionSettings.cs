using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Retention;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Organisation;

/// <summary>The organisation's rules of inspections.</summary>
/// <param name="MaxPhotosPerInspection">An inspection takes so many photos.</param>
/// <param name="MaxPhotoBytes">A photo as it is sent may have so many bytes.</param>
/// <param name="MaxPhotoDimension">A photo is kept with so many pixels on its longer edge.</param>
/// <param name="StaleInProgressHours">So long an inspection that was begun is gone on with; after three times of it, it is given up.</param>
/// <param name="PreCheckoutInspectionMaxAgeMinutes">An inspection before a check-out counts for so long.</param>
/// <param name="RequireSignature">Whoever completes an inspection signs it.</param>
/// <param name="InspectionPhotoRetentionDays">A photo goes so many days after its upload; null means 425. A legal hold beats it.</param>
/// <param name="Version">What `If-Match` names in an edit; also the ETag.</param>
public sealed record InspectionSettingsResponse(
    int MaxPhotosPerInspection, int MaxPhotoBytes, int MaxPhotoDimension, int StaleInProgressHours, int PreCheckoutInspectionMaxAgeMinutes,
    bool RequireSignature, int? InspectionPhotoRetentionDays, int Version)
{
    internal static InspectionSettingsResponse From(Tenant tenant)
    {
        var policy = InspectionPolicy.Read(tenant.InspectionConfig);
        return new(
            policy.MaxPhotosPerInspection, policy.MaxPhotoBytes, policy.MaxPhotoDimension, policy.StaleInProgressHours, policy.PreCheckoutInspectionMaxAgeMinutes,
            policy.RequireSignature, tenant.InspectionPhotoRetentionDays, tenant.Version);
    }
}

/// <param name="MaxPhotosPerInspection">1 to 100.</param>
/// <param name="MaxPhotoBytes">1 to 25,000,000.</param>
/// <param name="MaxPhotoDimension">512 to 4,096.</param>
/// <param name="StaleInProgressHours">1 to 168.</param>
/// <param name="PreCheckoutInspectionMaxAgeMinutes">30 to 1,440.</param>
/// <param name="RequireSignature">Whether whoever completes an inspection signs it.</param>
/// <param name="InspectionPhotoRetentionDays">30 to 36,500; null for 425.</param>
public sealed record PutInspectionSettingsRequest(
    [property: Range(1, InspectionPolicy.MostPhotos)] int MaxPhotosPerInspection,
    [property: Range(1, InspectionPolicy.MostPhotoBytes)] int MaxPhotoBytes,
    [property: Range(InspectionPolicy.SmallestPhotoDimension, InspectionPolicy.LargestPhotoDimension)] int MaxPhotoDimension,
    [property: Range(1, InspectionPolicy.MostStaleHours)] int StaleInProgressHours,
    [property: Range(InspectionPolicy.ShortestCheckoutMinutes, InspectionPolicy.LongestCheckoutMinutes)] int PreCheckoutInspectionMaxAgeMinutes,
    bool RequireSignature,
    [property: Range(SweepFiles.FewestDays, 36_500)] int? InspectionPhotoRetentionDays);

internal static class InspectionSettings
{
    public static async Task<Results<Ok<InspectionSettingsResponse>, ProblemHttpResult>> Get(
        string tenantId, Actor actor, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!OrganisationEndpoints.IsCurrent(tenantId, actor))
        {
            return Problems.Of(Problems.TenantMismatch);
        }

        var tenant = await db.Tenants.AsNoTracking().SingleAsync(t => t.Id == actor.TenantId, cancellationToken);
        IfMatch.WriteTag(context, tenant.Version);
        return TypedResults.Ok(InspectionSettingsResponse.From(tenant));
    }

    public static async Task<Results<Ok<InspectionSettingsResponse>, ProblemHttpResult>> Put(
        string tenantId, PutInspectionSettingsRequest request, [FromHeader(Name = IfMatch.Header)] string? version, Actor actor, HttpContext context,
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

        var (before, daysBefore) = (InspectionPolicy.Read(tenant.InspectionConfig), tenant.InspectionPhotoRetentionDays);
        var after = new InspectionPolicy(
            request.MaxPhotosPerInspection, request.MaxPhotoBytes, request.MaxPhotoDimension, request.StaleInProgressHours, request.PreCheckoutInspectionMaxAgeMinutes,
            request.RequireSignature);
        var changed = Changed(before, daysBefore, after, request.InspectionPhotoRetentionDays).ToList();
        if (changed.Count > 0)
        {
            var now = clock.Now();
            tenant.InspectionConfig = after.ToJson();
            tenant.InspectionPhotoRetentionDays = request.InspectionPhotoRetentionDays;
            tenant.Version++;
            tenant.UpdatedAt = now;
            db.Add(AuditEvent.About(AuditActions.TenantSettingsUpdated, "tenant", tenant.Id, now, new { section = "inspections", changed }));
            await db.SaveChangesAsync(cancellationToken);
        }

        IfMatch.WriteTag(context, tenant.Version);
        return TypedResults.Ok(InspectionSettingsResponse.From(tenant));
    }

    private static IEnumerable<object> Changed(InspectionPolicy before, int? daysBefore, InspectionPolicy after, int? daysAfter)
    {
        (string Key, int? Before, int? After)[] all =
        [
            ("maxPhotosPerInspection", before.MaxPhotosPerInspection, after.MaxPhotosPerInspection),
            ("maxPhotoBytes", before.MaxPhotoBytes, after.MaxPhotoBytes),
            ("maxPhotoDimension", before.MaxPhotoDimension, after.MaxPhotoDimension),
            ("staleInProgressHours", before.StaleInProgressHours, after.StaleInProgressHours),
            ("preCheckoutInspectionMaxAgeMinutes", before.PreCheckoutInspectionMaxAgeMinutes, after.PreCheckoutInspectionMaxAgeMinutes),
            ("inspectionPhotoRetentionDays", daysBefore, daysAfter),
        ];
        foreach (var (key, was, becomes) in all.Where(c => c.Before != c.After))
        {
            yield return new { key, before = was, after = becomes };
        }

        if (before.RequireSignature != after.RequireSignature)
        {
            yield return new { key = "requireSignature", before = before.RequireSignature, after = after.RequireSignature };
        }
    }
}

using Panorama.Core.Inspections;

namespace Panorama.Api.Inspections.Runs;

/// <summary>An inspection.</summary>
/// <param name="ReservationId">The booking that it belongs to; null for none.</param>
/// <param name="Outcome">Null until it is completed.</param>
/// <param name="ReviewNote">What the review says; null before one.</param>
/// <param name="TemplateName">As it was when the inspection was begun.</param>
/// <param name="CancelledAt">When it was given up; null when it was not.</param>
/// <param name="CancelReason">Why it was given up, as far as somebody said.</param>
public record InspectionItem(
    Guid Id, Guid TenantId, Guid TemplateId, Guid AssetId, Guid? ReservationId, Guid StartedByUserId, InspectionStatus Status, InspectionOutcome? Outcome,
    string? SummaryNote, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, Guid? CompletedByUserId, DateTimeOffset? ReviewedAt, Guid? ReviewedByUserId,
    string? ReviewNote, DateTimeOffset CreatedAt, string TemplateName, string AssetTag, string AssetName, string StartedByName, string? CompletedByName,
    string? ReviewedByName, DateTimeOffset? CancelledAt, string? CancelReason);

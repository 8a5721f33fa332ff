using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

/// <summary>The answer to one item of a run: the newest alone, with who gave it.</summary>
public sealed class InspectionResponse
{
    /// <summary>UTF-16 code units, of the text and of the note.</summary>
    public const int MaxText = 2_000;

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid InspectionId { get; init; }

    /// <summary>Of an item of the run's own copy of its checklist: a trigger looks.</summary>
    public required Guid SnapshotItemId { get; init; }
    public bool? BooleanValue { get; set; }
    public string? TextValue { get; set; }
    public double? NumberValue { get; set; }
    public string? Note { get; set; }
    public required Guid RespondedByUserId { get; set; }
    public required DateTimeOffset RespondedAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class InspectionResponseConfiguration : IEntityTypeConfiguration<InspectionResponse>
{
    public void Configure(EntityTypeBuilder<InspectionResponse> builder)
    {
        builder.ToTable("inspection_responses", t =>
        {
            t.HasCheckConstraint("inspection_responses_single_answer", "num_nonnulls(boolean_value, text_value, number_value) <= 1");
            t.HasCheckConstraint("inspection_responses_number_finite", "number_value > '-Infinity' and number_value < 'Infinity'");
            t.HasCheckConstraint("inspection_responses_text_check", $"length(text_value) <= {InspectionResponse.MaxText} and length(note) <= {InspectionResponse.MaxText}");
        });
        builder.BelongsToTenant();
        builder.References<InspectionResponse, Inspection>(nameof(InspectionResponse.InspectionId), onDelete: DeleteBehavior.Cascade);
        builder.ReferencesMember(nameof(InspectionResponse.RespondedByUserId));
        builder.HasIndex(r => new { r.TenantId, r.InspectionId, r.SnapshotItemId }, "inspection_responses_item_key").IsUnique();
    }
}

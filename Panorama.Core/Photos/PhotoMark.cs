using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Photos;

/// <summary>How a mark is drawn.</summary>
public enum PhotoMarkShape
{
    Circle,
    Arrow,
}

/// <summary>A mark over a photo of an inspection: drawn where it is shown, never into the picture. All of a photo are replaced at once, and go with its row.</summary>
public sealed class PhotoMark
{
    /// <summary>As many a photo has at most.</summary>
    public const int MaxPerPhoto = 10;

    /// <summary>UTF-16 code units.</summary>
    public const int MaxText = 200;

    /// <summary>The whole width or height; a photo is shown in many sizes, so places are parts of it.</summary>
    public const int Whole = 10_000;

    /// <summary>A smaller ring cannot be seen.</summary>
    public const int MinRadius = 100;

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid PhotoId { get; init; }

    /// <summary>From 1, without gaps.</summary>
    public required int Number { get; init; }
    public required PhotoMarkShape Shape { get; init; }

    /// <summary>From the left, in ten-thousandths of the width: the centre of a circle, or where an arrow begins.</summary>
    public required int X { get; init; }

    /// <summary>From the top, in ten-thousandths of the height.</summary>
    public required int Y { get; init; }

    /// <summary>Of a circle, in ten-thousandths of the width.</summary>
    public int? Radius { get; init; }

    /// <summary>Where an arrow points, as <see cref="X"/>.</summary>
    public int? ToX { get; init; }

    /// <summary>Where an arrow points, as <see cref="Y"/>.</summary>
    public int? ToY { get; init; }
    public string? Text { get; init; }
    public required Guid CreatedByUserId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class PhotoMarkConfiguration : IEntityTypeConfiguration<PhotoMark>
{
    public void Configure(EntityTypeBuilder<PhotoMark> builder)
    {
        builder.ToTable("photo_marks", t =>
        {
            t.HasCheckConstraint("photo_marks_number_check", $"number between 1 and {PhotoMark.MaxPerPhoto}");
            t.HasCheckConstraint("photo_marks_text_check", $"length(text) between 1 and {PhotoMark.MaxText}");
            t.HasCheckConstraint("photo_marks_in_picture",
                $"x between 0 and {PhotoMark.Whole} and y between 0 and {PhotoMark.Whole} and to_x between 0 and {PhotoMark.Whole} and to_y between 0 and {PhotoMark.Whole} "
                + $"and radius between {PhotoMark.MinRadius} and {PhotoMark.Whole}");
            t.HasCheckConstraint("photo_marks_shape_coherent",
                "(shape = 'CIRCLE') = (radius is not null) and (shape = 'ARROW') = (to_x is not null) and (shape = 'ARROW') = (to_y is not null) and (x, y) is distinct from (to_x, to_y)");
        });
        builder.BelongsToTenant();
        builder.References<PhotoMark, Photo>(nameof(PhotoMark.PhotoId), onDelete: DeleteBehavior.Cascade);
        builder.ReferencesMember(nameof(PhotoMark.CreatedByUserId));
        builder.HasIndex(m => new { m.TenantId, m.PhotoId, m.Number }, "photo_marks_number_key").IsUnique();
    }
}

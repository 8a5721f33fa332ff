using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Lists;

/// <summary>A list that can be looked at in more than one way.</summary>
[WireCase(WireCase.SnakeLower)]
public enum ListName
{
    Assets,
    Custody,
}

/// <summary>Filters, order and columns of a list under a name: one person's, or everybody's when it is shared.</summary>
public sealed class SavedView
{
    /// <summary>Unique index: one name, without case, for an owner and list.</summary>
    public const string NameKey = "saved_views_name_key";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required ListName List { get; init; }
    public required string Name { get; set; }

    /// <summary>JSON object: filters, sort, columns, density.</summary>
    public string Query { get; set; } = "{}";
    public bool IsShared { get; set; }
    public required Guid OwnerUserId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; } = 1;
}

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.ToTable("saved_views", t =>
        {
            t.HasCheckConstraint("saved_views_name_check", "length(name) between 1 and 100");
            t.HasCheckConstraint("saved_views_query_size_cap", "pg_column_size(query) <= 8192");
        });
        builder.BelongsToTenant();
        builder.ReferencesMember(nameof(SavedView.OwnerUserId));
        builder.Property(v => v.Query).HasColumnType("jsonb").HasDefaultValueSql("'{}'").ValueGeneratedNever();
        builder.Property(v => v.IsShared).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.HasIndex(v => new { v.TenantId, v.List, v.Name, v.Id });
    }
}

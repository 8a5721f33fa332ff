using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>The machine state of an asset.</summary>
public enum AssetStatus
{
    Ready,
    InUse,
    Reserved,
    Maintenance,
    Retired,
}

/// <summary>A thing that an organisation owns: a vehicle, a laptop, anything with a tag.</summary>
public sealed class Asset
{
    /// <summary>Unique index: one live asset a tag, without case and in one normal form.</summary>
    public const string LiveTagKey = "assets_live_tag_key";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid ModelId { get; set; }

    /// <summary>What the sticker says; 1 to 64 characters.</summary>
    public required string Tag { get; set; }

    /// <summary>The tag in lower case and NFC; written by the database.</summary>
    public string TagKey { get; private set; } = "";
    public required string Name { get; set; }

    /// <summary>Folded words for the search, as <see cref="Assets.SearchText"/> writes them over tag, name, serial and searchable custom values.</summary>
    public required string SearchText { get; set; }
    public string? Serial { get; set; }

    /// <summary>The serial number in lower case and NFC; written by the database.</summary>
    public string? SerialKey { get; private set; }
    public AssetStatus Status { get; set; } = AssetStatus.Ready;
    public bool Bookable { get; set; }
    public Guid? StatusLabelId { get; set; }
    public Guid? SupplierId { get; set; }
    public Guid? CompanyId { get; set; }
    public DateOnly? PurchaseDate { get; set; }
    public DateOnly? EolDate { get; set; }

    /// <summary>Never without <see cref="Currency"/>, and the other way round.</summary>
    public decimal? PurchaseCost { get; set; }

    /// <summary>ISO 4217.</summary>
    public string? Currency { get; set; }
    public string? OrderNumber { get; set; }
    public string? Notes { get; set; }

    /// <summary>0 to 240.</summary>
    public int? WarrantyMonths { get; set; }

    /// <summary>Where the asset belongs; who holds it now is its open <see cref="AssetAssignment"/>.</summary>
    public Guid? LocationId { get; set; }

    /// <summary>JSON object, keyed by the id of the custom field.</summary>
    public string CustomFields { get; set; } = "{}";
    public DateTimeOffset? ArchivedAt { get; set; }

    /// <summary>The largest reading that is not void, in the unit of the category.</summary>
    public decimal? LastReadMileage { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; } = 1;

    public AssetModel? Model { get; init; }
    public Location? Location { get; init; }
    public Supplier? Supplier { get; init; }
    public Company? Company { get; init; }
    public StatusLabel? StatusLabel { get; init; }
}

internal sealed class AssetConfiguration : IEntityTypeConfiguration<Asset>
{
    public void Configure(EntityTypeBuilder<Asset> builder)
    {
        builder.ToTable("assets", t =>
        {
            t.HasCheckConstraint("assets_tag_check", "length(tag) between 1 and 64");
            t.HasCheckConstraint("assets_money_check", "(purchase_cost is null) = (currency is null)");
            t.HasCheckConstraint("assets_purchase_cost_check", "purchase_cost >= 0");
            t.HasCheckConstraint("assets_warranty_months_check", "warranty_months between 0 and 240");
            t.HasCheckConstraint("assets_last_read_mileage_nonneg", "last_read_mileage >= 0");
        });
        builder.BelongsToTenant();
        builder.Property(a => a.TagKey).HasComputedColumnSql("lower(normalize(tag, NFC))", stored: true);
        builder.Property(a => a.SerialKey).HasComputedColumnSql("lower(normalize(serial, NFC))", stored: true);
        builder.Property(a => a.Status).HasDefaultValueSql("'READY'").ValueGeneratedNever();
        builder.Property(a => a.Bookable).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(a => a.PurchaseCost).HasColumnType("numeric(19,4)");
        builder.Property(a => a.Currency).HasColumnType("char(3)");
        builder.Property(a => a.CustomFields).HasColumnType("jsonb").HasDefaultValueSql("'{}'").ValueGeneratedNever();
        builder.Property(a => a.LastReadMileage).HasColumnType("numeric(12,1)");
        builder.References<Asset, AssetModel>(nameof(Asset.ModelId), a => a.Model);
        builder.References<Asset, Location>(nameof(Asset.LocationId), a => a.Location);
        builder.References<Asset, Supplier>(nameof(Asset.SupplierId), a => a.Supplier);
        builder.References<Asset, Company>(nameof(Asset.CompanyId), a => a.Company);
        builder.References<Asset, StatusLabel>(nameof(Asset.StatusLabelId), a => a.StatusLabel);
        builder.HasIndex(a => new { a.TenantId, a.TagKey }, Asset.LiveTagKey).IsUnique().HasFilter("archived_at is null");
        builder.HasIndex(a => new { a.TenantId, a.SerialKey }).HasFilter("serial_key is not null");

        // One index for each order in which the list is paged, all ending in the id.
        builder.HasIndex(a => new { a.TenantId, a.CreatedAt, a.Id });
        builder.HasIndex(a => new { a.TenantId, a.TagKey, a.Id });
        builder.HasIndex(a => new { a.TenantId, a.Name, a.Id });
        builder.HasIndex(a => new { a.TenantId, a.Status, a.Id });
        builder.HasIndex(a => new { a.TenantId, a.Bookable });

        // Those of a model or a place are few of many: walked in the order of the list, and counted without their rows, archived or not. Each stands for the index of its key.
        builder.HasIndex(a => new { a.TenantId, a.ModelId, a.CreatedAt, a.Id }).IncludeProperties(a => a.ArchivedAt);
        builder.HasIndex(a => new { a.TenantId, a.LocationId, a.CreatedAt, a.Id }).IncludeProperties(a => a.ArchivedAt);
    }
}

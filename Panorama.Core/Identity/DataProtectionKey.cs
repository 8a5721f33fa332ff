using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panorama.Core.Identity;

/// <summary>A key of ASP.NET's data protection, encrypted under <c>DATA_KEY</c>.</summary>
public sealed class DataProtectionKey
{
    public required Guid Id { get; init; }
    public required byte[] XmlEncrypted { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class DataProtectionKeyConfiguration : IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> builder) => builder.ToTable("data_protection_keys");
}

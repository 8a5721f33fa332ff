using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Jobs;

internal sealed class JobRequestConfiguration : IEntityTypeConfiguration<JobRequest>
{
    public void Configure(EntityTypeBuilder<JobRequest> builder)
    {
        builder.ToTable("job_requests");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Job).HasMaxLength(100);
        builder.Property(r => r.Action).HasConversion<WireEnum<JobAction>>();
        builder.Property(r => r.RequestedBy).HasMaxLength(200);
        builder.Property(r => r.HandledBy).HasMaxLength(200);
        builder.Property(r => r.Refusal).HasMaxLength(2000);
        builder.HasIndex(r => r.RequestedAt).HasFilter("handled_at is null").HasDatabaseName("job_requests_waiting");
    }
}

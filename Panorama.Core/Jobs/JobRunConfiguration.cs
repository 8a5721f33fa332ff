using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Jobs;

internal sealed class JobRunConfiguration : IEntityTypeConfiguration<JobRun>
{
    public void Configure(EntityTypeBuilder<JobRun> builder)
    {
        builder.ToTable("job_runs");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Job).HasMaxLength(100);
        builder.Property(r => r.Outcome).HasConversion<WireEnum<JobOutcome>>();
        builder.Property(r => r.Error).HasMaxLength(2000);
        builder.Property(r => r.Instance).HasMaxLength(200);

        builder.Property(r => r.Cursor).HasMaxLength(200);
        builder.Ignore(r => r.RequestedBy);
        builder.HasIndex(r => r.RequestId).IsUnique().HasFilter("request_id is not null");

        // Quartz already fires once in a cluster; this holds when its own tables are restored from an older state.
        builder.HasIndex(r => new { r.Job, r.FiredAt }).IsUnique().HasDatabaseName(JobRun.OncePerFiring);
    }
}

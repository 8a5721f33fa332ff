using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Documents;
using Panorama.Core.Identity;
using Panorama.Core.Importing;
using Panorama.Core.Inspections;
using Panorama.Core.Jobs;
using Panorama.Core.Labels;
using Panorama.Core.Lists;
using Panorama.Core.Notifications;
using Panorama.Core.Photos;
using Panorama.Core.Retention;
using Panorama.Core.Tenancy;

namespace Panorama.Core.Data;

/// <summary>The database as Api, Worker and Cli see it. What a login may read or write is decided by PostgreSQL, not here.</summary>
public sealed class PanoramaDbContext(DbContextOptions<PanoramaDbContext> options) : DbContext(options)
{
    /// <summary>
    /// Narrows every query to one tenant; null leaves it to row security. Worker and Cli set it to the tenant they opened, because their
    /// policies also know "no tenant" and an OR in a policy keeps the planner from the index. Pooled contexts keep it: who sets it clears it.
    /// </summary>
    public Guid? TenantScope { get; set; }

    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<TenantFeature> TenantFeatures => Set<TenantFeature>();
    public DbSet<SystemSetting> SystemSettings => Set<SystemSetting>();
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();
    public DbSet<User> Users => Set<User>();
    public DbSet<AuthIdentity> AuthIdentities => Set<AuthIdentity>();
    public DbSet<SetupLink> SetupLinks => Set<SetupLink>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<PersonalAccessToken> PersonalAccessTokens => Set<PersonalAccessToken>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();
    public DbSet<Depreciation> Depreciations => Set<Depreciation>();
    public DbSet<Category> Categories => Set<Category>();
    public DbSet<Manufacturer> Manufacturers => Set<Manufacturer>();
    public DbSet<AssetModel> AssetModels => Set<AssetModel>();
    public DbSet<Location> Locations => Set<Location>();
    public DbSet<Supplier> Suppliers => Set<Supplier>();
    public DbSet<Company> Companies => Set<Company>();
    public DbSet<Department> Departments => Set<Department>();
    public DbSet<StatusLabel> StatusLabels => Set<StatusLabel>();
    public DbSet<Fieldset> Fieldsets => Set<Fieldset>();
    public DbSet<FieldsetField> FieldsetFields => Set<FieldsetField>();
    public DbSet<CustomField> CustomFields => Set<CustomField>();
    public DbSet<CustomValue> CustomValues => Set<CustomValue>();
    public DbSet<Asset> Assets => Set<Asset>();
    public DbSet<AssetAssignment> AssetAssignments => Set<AssetAssignment>();
    public DbSet<MeterReading> MeterReadings => Set<MeterReading>();
    public DbSet<AssetLabel> AssetLabels => Set<AssetLabel>();
    public DbSet<SavedView> SavedViews => Set<SavedView>();
    public DbSet<BulkRun> BulkRuns => Set<BulkRun>();
    public DbSet<BulkRunItem> BulkRunItems => Set<BulkRunItem>();
    public DbSet<Photo> Photos => Set<Photo>();
    public DbSet<PhotoMark> PhotoMarks => Set<PhotoMark>();
    public DbSet<Document> Documents => Set<Document>();
    public DbSet<LegalHold> LegalHolds => Set<LegalHold>();
    public DbSet<InspectionTemplate> InspectionTemplates => Set<InspectionTemplate>();
    public DbSet<InspectionTemplateItem> InspectionTemplateItems => Set<InspectionTemplateItem>();
    public DbSet<InspectionTemplateVersion> InspectionTemplateVersions => Set<InspectionTemplateVersion>();
    public DbSet<Inspection> Inspections => Set<Inspection>();
    public DbSet<InspectionResponse> InspectionResponses => Set<InspectionResponse>();
    public DbSet<Defect> Defects => Set<Defect>();
    public DbSet<InspectionSignature> InspectionSignatures => Set<InspectionSignature>();
    public DbSet<Import> Imports => Set<Import>();
    public DbSet<ImportRow> ImportRows => Set<ImportRow>();
    public DbSet<ImportFinding> ImportFindings => Set<ImportFinding>();
    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();
    public DbSet<AuditPersonal> AuditPersonal => Set<AuditPersonal>();
    public DbSet<AuditSeal> AuditSeals => Set<AuditSeal>();
    public DbSet<AuditCheckpoint> AuditCheckpoints => Set<AuditCheckpoint>();
    public DbSet<JobRun> JobRuns => Set<JobRun>();
    public DbSet<JobRequest> JobRequests => Set<JobRequest>();
    public DbSet<OutboxMessage> OutboxMessages => Set<OutboxMessage>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveColumnType("timestamptz(3)");
        configurationBuilder.Properties<string>().HaveColumnType("text");
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PanoramaDbContext).Assembly);
        ModelConventions.Finish(modelBuilder);
        FoldedText.Map(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => e.FindProperty("TenantId")?.ClrType == typeof(Guid)))
        {
            var row = Expression.Parameter(entity.ClrType, "row");
            var scope = Expression.Property(Expression.Constant(this), nameof(TenantScope));
            entity.SetQueryFilter(Expression.Lambda(
                Expression.OrElse(
                    Expression.Equal(scope, Expression.Constant(null, typeof(Guid?))),
                    Expression.Equal(Expression.Convert(Expression.Property(row, "TenantId"), typeof(Guid?)), scope)),
                row));
        }
    }
}

using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Core.Data;

/// <summary>What every table has in common, so that a configuration says only what is particular.</summary>
internal static class ModelConventions
{
    private const string ClockSql = "date_trunc('milliseconds', clock_timestamp())";

    /// <summary>The row belongs to a tenant: foreign key, and the pair (tenant, id) that children reference.</summary>
    /// <remarks>Foreign-key checks bypass row security: the composite key, not the policy, keeps a row from pointing into another tenant.</remarks>
    public static EntityTypeBuilder<T> BelongsToTenant<T>(this EntityTypeBuilder<T> builder)
        where T : class
    {
        builder.HasOne<Tenant>().WithMany().HasForeignKey("TenantId").OnDelete(DeleteBehavior.Restrict);
        if (builder.Metadata.FindProperty("Id") is not null)
        {
            builder.HasAlternateKey("TenantId", "Id");
        }

        return builder;
    }

    /// <summary>A reference to another row of the same tenant.</summary>
    public static void References<T, TParent>(this EntityTypeBuilder<T> builder, string foreignKey, Expression<Func<T, TParent?>>? navigation = null,
        DeleteBehavior onDelete = DeleteBehavior.Restrict)
        where T : class
        where TParent : class
    {
        var one = navigation is null ? builder.HasOne<TParent>() : builder.HasOne(navigation);
        one.WithMany().HasForeignKey("TenantId", foreignKey).HasPrincipalKey("TenantId", "Id").OnDelete(onDelete);
    }

    /// <summary>A reference to a person, as a member of the same tenant: names stay in history, since memberships are never deleted.</summary>
    public static void ReferencesMember<T>(this EntityTypeBuilder<T> builder, string foreignKey)
        where T : class =>
        builder.HasOne<Membership>().WithMany().HasForeignKey("TenantId", foreignKey)
            .HasPrincipalKey(m => new { m.TenantId, m.UserId }).OnDelete(DeleteBehavior.Restrict);

    /// <summary>Applies names, checks, defaults and versions to the finished model.</summary>
    public static void Finish(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            var table = entity.GetTableName()!;
            foreach (var property in entity.GetProperties())
            {
                FinishProperty(entity, property, table);
            }

            Name(entity, table);
        }
    }

    private static void FinishProperty(IMutableEntityType entity, IMutableProperty property, string table)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        var column = property.GetColumnName();
        if (type.IsEnum)
        {
            property.SetValueConverter(typeof(WireEnum<>).MakeGenericType(type));
            property.SetColumnType("text");
            // Text with a CHECK, not an enum type: the operators of enum types are not leakproof, so row security keeps them from using an index.
            entity.AddCheckConstraint($"{table}_{column}_check",
                $"{column} in ({string.Join(", ", WireNames.Of(type).Select(n => $"'{n}'"))})");
        }

        switch (property.Name)
        {
            case "Id" when type == typeof(Guid):
                property.ValueGenerated = ValueGenerated.Never;
                break;
            case "CreatedAt" or "UpdatedAt" when property.GetDefaultValueSql() is null && !property.IsPrimaryKey():
                property.SetDefaultValueSql(ClockSql);
                property.ValueGenerated = ValueGenerated.OnAdd;
                break;
            case "Version" when type == typeof(int):
                property.IsConcurrencyToken = true;
                property.SetDefaultValue(1);
                property.ValueGenerated = ValueGenerated.Never;
                break;
        }
    }

    /// <summary>PostgreSQL's own names for what has no name of its own: the code maps constraint names to errors.</summary>
    private static void Name(IMutableEntityType entity, string table)
    {
        foreach (var key in entity.GetKeys())
        {
            key.SetName(key.IsPrimaryKey() ? $"{table}_pkey" : $"{table}_{Columns(key.Properties)}_key");
        }

        foreach (var foreignKey in entity.GetForeignKeys())
        {
            var own = foreignKey.Properties.Count > 1 ? foreignKey.Properties.Where(p => p.Name != "TenantId").ToList() : [.. foreignKey.Properties];
            foreignKey.SetConstraintName($"{table}_{Columns(own)}_fkey");
        }

        foreach (var index in entity.GetIndexes())
        {
            if (((IConventionIndex)index).GetDatabaseNameConfigurationSource() is not ConfigurationSource.Explicit)
            {
                index.SetDatabaseName(index.Name ?? $"{table}_{Columns(index.Properties)}_{(index.IsUnique ? "key" : "idx")}");
            }
        }
    }

    private static string Columns(IEnumerable<IMutableProperty> properties) => string.Join('_', properties.Select(p => p.GetColumnName()));
}

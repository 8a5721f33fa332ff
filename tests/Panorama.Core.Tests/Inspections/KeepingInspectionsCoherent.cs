using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Inspections;

/// <summary>What the database refuses whoever writes; operators know the constraints by their names.</summary>
public sealed class KeepingInspectionsCoherent(TestDatabase database)
{
    private const string Copy =
        """
        insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, started_at, status, cancelled_at)
        select gen_random_uuid(), tenant_id, template_id, template_name,
        """;

    [Theory]
    [InlineData("set completed_at = null", "inspections_completed_coherent")]
    [InlineData("set completed_by_user_id = null", "inspections_completed_coherent")]
    [InlineData("set status = 'IN_PROGRESS', outcome = null", "inspections_completed_coherent")]
    [InlineData("set outcome = null", "inspections_outcome_coherent")]
    [InlineData("set status = 'CANCELLED', cancelled_at = now(), completed_at = null, completed_by_user_id = null", "inspections_outcome_coherent")]
    [InlineData("set cancelled_at = now()", "inspections_cancelled_coherent")]
    [InlineData("set cancel_reason = 'late'", "inspections_cancelled_coherent")]
    [InlineData("set reviewed_at = now()", "inspections_reviewed_coherent")]
    [InlineData("set review_note = 'seen'", "inspections_reviewed_coherent")]
    [InlineData("set summary_note = repeat('x', 501)", "inspections_notes_check")]
    public async Task One_that_was_completed_is_whole(string change, string constraint)
    {
        var (_, run, _) = await CreateAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);

        var refused = await connection.RefusedAsync($"update inspections {change} where id = $1", run);

        Assert.Equal((PostgresErrorCodes.CheckViolation, constraint), (refused?.SqlState, refused?.ConstraintName));
    }

    [Theory]
    [InlineData("template_snapshot || jsonb_build_object('description', (select string_agg(md5(n::text), '') from generate_series(1, 2100) n))", "inspections_snapshot_size_cap")]
    [InlineData("'{\"items\":[]}'", "inspections_snapshot_well_formed")]
    [InlineData("'{\"items\":{}}'", "inspections_snapshot_well_formed")]
    [InlineData("'{}'", "inspections_snapshot_well_formed")]
    [InlineData("template_snapshot", null)]
    public async Task The_copy_of_the_checklist_has_items_and_a_size(string snapshot, string? constraint)
    {
        var (_, run, _) = await CreateAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);

        var refused = await connection.RefusedAsync($"{Copy} {snapshot}, asset_id, started_by_user_id, started_at, 'CANCELLED', now() from inspections where id = $1", run);

        Assert.Equal((constraint is null ? null : PostgresErrorCodes.CheckViolation, constraint), (refused?.SqlState, refused?.ConstraintName));
    }

    [Theory]
    [InlineData("true, 'yes', null", "inspection_responses_single_answer")]
    [InlineData("true, null, 1", "inspection_responses_single_answer")]
    [InlineData("null, 'one', 1", "inspection_responses_single_answer")]
    [InlineData("null, null, 'Infinity'", "inspection_responses_number_finite")]
    [InlineData("true, null, null", null)]
    [InlineData("null, null, null", null)]
    public async Task An_answer_has_at_most_one_value(string values, string? constraint)
    {
        var (tenant, run, item) = await CreateAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);

        var refused = await connection.RefusedAsync(
            $"""
            insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, responded_by_user_id, responded_at, boolean_value, text_value, number_value)
            values (gen_random_uuid(), $1, $2, $3, $4, now(), {values})
            """, tenant.Id, run, item, tenant.Driver.UserId);

        Assert.Equal((constraint is null ? null : PostgresErrorCodes.CheckViolation, constraint), (refused?.SqlState, refused?.ConstraintName));
    }

    [Theory]
    [InlineData("tenants/{own}/inspections/{run}/photos/{id}.jpg", null)]
    [InlineData("tenants/{other}/inspections/{run}/photos/{id}.jpg", "photos_storage_key_check")]
    [InlineData("tenants/{own}/inspections/{run}/photos/{ID}.jpg", "photos_storage_key_check")]
    [InlineData("tenants/{own}/inspections/{run}/photos/../../{id}.jpg", "photos_storage_key_check")]
    [InlineData("tenants/{own}/inspections/{run}/photos/{id}.jpg.svg", "photos_storage_key_check")]
    [InlineData("tenants/{own}/inspections/{run}/photos/{id}.jpg\n", "photos_storage_key_check")]
    [InlineData("/tenants/{own}/inspections/{run}/photos/{id}.jpg", "photos_storage_key_check")]
    [InlineData("tenants/{own}/inspections/{run}/photos/{id}.svg", "photos_storage_key_check")]
    [InlineData("tenants/{own}/inspections/{run}/files/{id}.jpg", "photos_storage_key_check")]
    [InlineData("tenants/{own}/inspections/{run}/photos/{id}_t.jpg", "photos_storage_key_check")]
    public async Task A_photo_names_an_object_of_its_own_organisation(string shape, string? constraint)
    {
        var (tenant, run, _) = await CreateAsync();
        var other = await database.TenantAsync();
        var (asset, id) = (await tenant.AssetAsync(), TestTenant.NewId());
        var key = shape.Replace("{own}", tenant.Id.ToString(), StringComparison.Ordinal).Replace("{other}", other.Id.ToString(), StringComparison.Ordinal)
            .Replace("{run}", run.ToString(), StringComparison.Ordinal).Replace("{id}", id.ToString(), StringComparison.Ordinal)
            .Replace("{ID}", id.ToString().ToUpperInvariant(), StringComparison.Ordinal);

        var refused = await Record.ExceptionAsync(() => tenant.AddPhotoAsync(
            new TestPhoto(id, asset, key, $"tenants/{tenant.Id}/inspections/{run}/photos/{id}_t.jpg", TimeProvider.System.GetUtcNow()) { InspectionId = run }, TestContext.Current.CancellationToken));

        var said = refused as PostgresException;
        Assert.Equal((constraint is null ? null : PostgresErrorCodes.CheckViolation, constraint, constraint is null), (said?.SqlState, said?.ConstraintName, refused is null));
    }

    [Theory]
    [InlineData("photos/{id}_t.jpg", null)]
    [InlineData("photos/{id}.jpg", "photos_thumbnail_key_check")] // the photo's own
    [InlineData("photos/{id}_t.png", "photos_thumbnail_key_check")]
    [InlineData("files/{id}_t.jpg", "photos_thumbnail_key_check")]
    public async Task Its_small_copy_is_an_object_beside_it(string shape, string? constraint)
    {
        var (tenant, run, _) = await CreateAsync();
        var (asset, id) = (await tenant.AssetAsync(), TestTenant.NewId());
        var folder = $"tenants/{tenant.Id}/inspections/{run}/";

        var refused = await Record.ExceptionAsync(() => tenant.AddPhotoAsync(
            new TestPhoto(id, asset, $"{folder}photos/{id}.jpg", folder + shape.Replace("{id}", id.ToString(), StringComparison.Ordinal), TimeProvider.System.GetUtcNow()) { InspectionId = run },
            TestContext.Current.CancellationToken));

        Assert.Equal((constraint, constraint is null), ((refused as PostgresException)?.ConstraintName, refused is null));
    }

    private async Task<(TestTenant Tenant, Guid Run, Guid Item)> CreateAsync()
    {
        var tenant = await database.TenantAsync();
        var (run, item) = await tenant.AddInspectionAsync(await tenant.AssetAsync(), TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
        return (tenant, run, item);
    }
}

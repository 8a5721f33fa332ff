using Panorama.Core.Data;
using Panorama.Core.Labels;
using Panorama.Testing;

namespace Panorama.Core.Tests.Labels;

/// <summary>The one question that crosses organisations, and how little it answers.</summary>
public sealed class FindingALabelElsewhere(TestDatabase database)
{
    private const string Ask = "select label_elsewhere($1)";

    [Fact]
    public async Task Only_a_member_learns_whose_label_it_is()
    {
        var (mine, theirs) = (await database.TenantAsync(), await database.TenantAsync());
        var code = await LabelAsync(theirs);
        await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);

        Assert.Null(await AskAsync(mine.Driver, code));
        var membership = TestTenant.NewId();
        await migrator.RunAsync("insert into tenant_memberships (id, tenant_id, user_id, role) values ($1, $2, $3, 'driver')", membership, theirs.Id, mine.Driver.UserId);
        Assert.Equal(theirs.Id, await AskAsync(mine.Driver, code));
        Assert.Null(await AskAsync(mine.Staff, code));
        Assert.Null(await AskAsync(theirs.Owner, code)); // one's own tenant is asked the ordinary way

        await migrator.RunAsync("update tenant_memberships set status = 'suspended' where id = $1", membership);
        Assert.Null(await AskAsync(mine.Driver, code));
        await migrator.RunAsync("update tenant_memberships set status = 'active' where id = $1", membership);
        await migrator.RunAsync("update asset_labels set revoked_at = now() where code = $1", code);
        Assert.Null(await AskAsync(mine.Driver, code));
    }

    [Fact]
    public async Task Without_a_signed_context_it_says_nothing_and_other_logins_may_not_ask()
    {
        var tenant = await database.TenantAsync();
        var code = await LabelAsync(tenant);
        await using var app = await database.AsAsync(DatabaseRoles.App);
        await using var auth = await database.AsAsync(DatabaseRoles.Auth);
        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);

        Assert.Null(await app.OneAsync<Guid?>(Ask, code));
        Assert.Equal("42501", await auth.RefusalAsync(Ask, code));
        Assert.Equal("42501", await worker.RefusalAsync(Ask, code));
    }

    private async Task<Guid?> AskAsync(TestPerson person, string code)
    {
        await using var request = await database.RequestAsync(person);
        return await request.OneAsync<Guid?>(Ask, code);
    }

    private async Task<string> LabelAsync(TestTenant tenant)
    {
        var code = LabelCode.Create();
        await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);
        await migrator.RunAsync("insert into asset_labels (id, tenant_id, asset_id, code) values ($1, $2, $3, $4)", TestTenant.NewId(), tenant.Id, await tenant.AssetAsync(), code);
        return code;
    }
}

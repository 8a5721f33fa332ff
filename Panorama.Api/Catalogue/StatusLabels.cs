using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>An organisation's own word for a state.</summary>
/// <param name="Color">`#rrggbb` or null.</param>
/// <param name="MapsTo">The state that an asset with this label has.</param>
/// <param name="IsDefault">The label that an asset gets with that state; at most one for a state.</param>
/// <param name="Uses">Assets with it, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record StatusLabelItem(
    Guid Id, string Name, StatusLabelType Type, string? Color, AssetStatus MapsTo, bool ShowInNav, bool IsDefault, int? Uses, int Version,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="Type">Needed when one is made.</param>
/// <param name="Color">`#rrggbb`.</param>
/// <param name="MapsTo">Needed when one is made; fixed while an asset has the label.</param>
/// <param name="IsDefault">True takes it from the label that had it for the same state.</param>
internal sealed record StatusLabelBody(
    [property: NotCleared, PlainText(200)] string? Name = null,
    [property: NotCleared] StatusLabelType? Type = null,
    [property: RegularExpression("^#[0-9A-Fa-f]{6}$")] string? Color = null,
    [property: NotCleared] AssetStatus? MapsTo = null,
    [property: NotCleared] bool? ShowInNav = null,
    [property: NotCleared] bool? IsDefault = null) : ICatalogueBody;

internal sealed class StatusLabels(TimeProvider clock) : CatalogueKind<StatusLabel, StatusLabelBody, StatusLabelItem>("StatusLabel", "StatusLabels")
{
    protected override IReadOnlyList<string> Needed => ["name", "type", "mapsTo"];

    protected override Expression<Func<StatusLabel, StatusLabelItem>> Show(PanoramaDbContext db, bool withUses) => l => new StatusLabelItem(
        l.Id, l.Name, l.Type, l.Color, l.MapsTo, l.ShowInNav, l.IsDefault,
        withUses ? db.Assets.Where(a => a.StatusLabelId == l.Id).Take(CountedUpTo).Count() : null, l.Version, l.CreatedAt, l.UpdatedAt, l.ArchivedAt);

    protected override StatusLabel Make(Guid id, Guid tenantId, StatusLabelBody body) =>
        new() { Id = id, TenantId = tenantId, Name = body.Name!, Type = body.Type!.Value, MapsTo = body.MapsTo!.Value };

    protected override void Apply(StatusLabel row, Patch<StatusLabelBody> patch)
    {
        var body = patch.Body;
        row.Type = body.Type ?? row.Type;
        row.Color = patch.Or(nameof(body.Color), body.Color?.ToLowerInvariant(), row.Color);
        row.MapsTo = body.MapsTo ?? row.MapsTo;
        row.ShowInNav = body.ShowInNav ?? row.ShowInNav;
        row.IsDefault = body.IsDefault ?? row.IsDefault;
    }

    protected override async Task<ProblemHttpResult?> CheckAsync(CatalogueEdit<StatusLabel, StatusLabelBody> edit, CancellationToken cancellationToken)
    {
        var (db, row) = (edit.Db, edit.Row);

        // An asset's state and its label's must agree, and this is no place to change the states of assets.
        if (!edit.IsNew && edit.Changes(nameof(row.MapsTo))
            && await db.Assets.Where(a => a.StatusLabelId == row.Id).Take(CountedUpTo).CountAsync(cancellationToken) is var assets and > 0)
        {
            return Problems.Of(Problems.InUse, Problems.Args(("assets", assets)));
        }

        if (row.IsDefault && (edit.IsNew || edit.Changes(nameof(row.IsDefault)) || edit.Changes(nameof(row.MapsTo))))
        {
            var now = clock.Now();
            await db.StatusLabels.Where(l => l.MapsTo == row.MapsTo && l.IsDefault && l.Id != row.Id).ExecuteUpdateAsync(
                s => s.SetProperty(l => l.IsDefault, false).SetProperty(l => l.Version, l => l.Version + 1).SetProperty(l => l.UpdatedAt, now), cancellationToken);
        }

        return null;
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("assets", db.Assets.Where(a => a.StatusLabelId == id))];
}

using Npgsql;
using Panorama.Core.Sql;

namespace Panorama.Core.Labels;

/// <summary>The labels of the open tenant's assets. The partial unique index decides who made one first; everybody else finds it.</summary>
internal sealed class AssetLabels(NpgsqlConnection connection, TimeProvider clock)
{
    private const int Attempts = 5;

    /// <summary>
    /// Makes the labels that are missing. Two who ask at once get the same code; assets are taken in one order, or two overlapping sheets would
    /// wait for each other.
    /// </summary>
    /// <param name="assets">All of this tenant: the foreign key refuses others.</param>
    public async Task<IReadOnlyDictionary<Guid, string>> EnsureAsync(Guid tenant, IReadOnlyCollection<Guid> assets, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await ReadAsync(assets, cancellationToken);
            var missing = assets.Where(a => !found.ContainsKey(a)).Distinct().Order().ToList();
            if (missing.Count == 0)
            {
                return found;
            }

            // Not even a code that is taken is an error: it is drawn again. At 50 bits that is a once in a lifetime event, five times is a bug.
            if (attempt > Attempts)
            {
                throw new InvalidOperationException("No label could be made.");
            }

            await connection.ExecuteAsync(
                """
                insert into asset_labels (id, tenant_id, asset_id, code)
                select id, $1, asset_id, code from unnest($2, $3, $4) as missing (id, asset_id, code) order by asset_id
                on conflict do nothing
                """,
                cancellationToken,
                Statement.Uuid(tenant), Statement.Uuids(missing.Select(_ => NewId())), Statement.Uuids(missing), Statement.Texts(missing.Select(_ => LabelCode.Create())));
        }
    }

    /// <summary>Ends the code on the old sticker and makes another. Of two at once the second ends the code of the first.</summary>
    /// <returns>Null when the tenant has no such asset.</returns>
    public async Task<RotatedLabel?> RotateAsync(Guid tenant, Guid asset, CancellationToken cancellationToken)
    {
        // One at a time for each asset, so that every rotation ends exactly one code.
        if (await connection.ScalarAsync<Guid?>("select id from assets where id = $1 for no key update", cancellationToken, Statement.Uuid(asset)) is null)
        {
            return null;
        }

        var revoked = new List<Guid>();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            revoked.AddRange(await connection.QueryAsync(
                "update asset_labels set revoked_at = $2 where asset_id = $1 and revoked_at is null returning id", r => r.GetGuid(0), cancellationToken,
                Statement.Uuid(asset), Statement.Instant(clock.GetUtcNow())));
            var (id, code) = (NewId(), LabelCode.Create());
            if (await connection.ExecuteAsync(
                "insert into asset_labels (id, tenant_id, asset_id, code) values ($1, $2, $3, $4) on conflict do nothing", cancellationToken,
                Statement.Uuid(id), Statement.Uuid(tenant), Statement.Uuid(asset), Statement.Text(code)) == 1)
            {
                return new RotatedLabel(id, code, revoked);
            }
        }

        throw new InvalidOperationException("No label could be made.");
    }

    private async Task<Dictionary<Guid, string>> ReadAsync(IReadOnlyCollection<Guid> assets, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
            "select asset_id, code from asset_labels where asset_id = any ($1) and revoked_at is null",
            r => (Asset: r.GetGuid(0), Code: r.GetString(1)), cancellationToken, Statement.Uuids(assets))).ToDictionary(l => l.Asset, l => l.Code);

    private Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());
}

/// <param name="Revoked">The labels that ended with it.</param>
internal sealed record RotatedLabel(Guid Id, string Code, IReadOnlyList<Guid> Revoked);

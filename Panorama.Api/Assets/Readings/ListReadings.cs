using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Data;

namespace Panorama.Api.Assets.Readings;

internal static class ListReadings
{
    private const string Order = "readings";

    /// <param name="id">Of the asset.</param>
    /// <param name="limit">1 to 200, 50 when absent.</param>
    /// <param name="cursor">`nextCursor` of the page before.</param>
    public static async Task<Results<Ok<Page<ReadingResponse>>, ProblemHttpResult>> Handle(
        string id, [FromQuery] string? limit, [FromQuery] string? cursor, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var take = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(cursor, Order);
        var afterAt = after is null ? null : AssetSort.CreatedAt.Parse(after.Key) as DateTime?;
        if (after is not null && afterAt is null)
        {
            values.Refuse("cursor");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (!Guid.TryParseExact(id, "D", out var assetId) || !await db.Assets.AnyAsync(a => a.Id == assetId, cancellationToken))
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        var readings = db.MeterReadings.AsNoTracking().Where(r => r.AssetId == assetId);
        if (after is { Id: var lastId } && afterAt is { } at)
        {
            var lastAt = new DateTimeOffset(at, TimeSpan.Zero);
            readings = readings.Where(r => EF.Functions.LessThan(ValueTuple.Create(r.ReadAt, r.Id), ValueTuple.Create(lastAt, lastId)));
        }

        var rows = await readings.OrderByDescending(r => r.ReadAt).ThenByDescending(r => r.Id).Take(take + 1)
            .Select(r => new ReadingResponse(
                r.Id, r.Value, r.Unit, r.ReadAt, r.Source, r.ReadByUserId, db.Users.Where(u => u.Id == r.ReadByUserId).Select(u => u.DisplayName).FirstOrDefault(),
                r.VoidedAt, r.VoidReason, r.CreatedAt))
            .ToListAsync(cancellationToken);
        var page = rows.Take(take).ToList();
        var next = rows.Count > take ? new Cursor(Order, InstantConverter.Format(page[^1].ReadAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<ReadingResponse>(page, next));
    }
}

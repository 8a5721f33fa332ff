using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Panorama.Api.Http;
using Panorama.Api.Settings;
using Panorama.Api.Tenancy;
using Panorama.Core.Labels;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <summary>What leads from a printed report back to the record.</summary>
internal static class ShowInspectionQr
{
    public const string SvgType = "image/svg+xml";

    public static async Task<Results<ContentHttpResult, ProblemHttpResult>> Handle(
        string id, Actor actor, TenantSession session, IOptions<OriginOptions> origin, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var run)
        && await session.Connection.ScalarAsync<Guid?>(
            "select id from inspections where id = $1 and ($2 or started_by_user_id = $3)", cancellationToken, Statement.Uuid(run), Statement.Flag(actor.IsDesk),
            Statement.Uuid(actor.UserId)) is not null
            ? TypedResults.Text(QrImage.Of($"{origin.Value.WebBaseUrl.TrimEnd('/')}/inspections/{run}").ToSvg(), SvgType)
            : Problems.Of(Problems.InspectionNotFound);
}

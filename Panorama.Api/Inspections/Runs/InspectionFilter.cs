using Microsoft.AspNetCore.Mvc;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;

namespace Panorama.Api.Inspections.Runs;

/// <param name="Scope">`mine` when absent, or `tenant`: all, for who is at the desk.</param>
/// <param name="Status">`IN_PROGRESS`, `COMPLETED`, `CANCELLED` or `all`.</param>
/// <param name="Outcome">`PASS`, `FAIL`, `NEEDS_MAINTENANCE` or `all`.</param>
/// <param name="NeedsReview">`true` or `1`: ended otherwise than well and not looked at; status and outcome are not read then.</param>
/// <param name="AssetId">Of this asset.</param>
/// <param name="ReservationId">Of this booking.</param>
internal sealed record InspectionQuery(
    [FromQuery(Name = "scope")] string? Scope, [FromQuery(Name = "status")] string? Status, [FromQuery(Name = "outcome")] string? Outcome,
    [FromQuery(Name = "needsReview")] string? NeedsReview, [FromQuery(Name = "assetId")] string? AssetId, [FromQuery(Name = "reservationId")] string? ReservationId);

/// <summary>Which inspections a list or a file is of.</summary>
/// <param name="IsOfAll">Those of everybody, for who is at the desk; else those that the actor began.</param>
/// <param name="NeedsReview">Ended otherwise than well and not looked at; status and outcome are null then.</param>
internal sealed record InspectionFilter(
    bool IsOfAll, InspectionStatus? Status, InspectionOutcome? Outcome, bool NeedsReview, Guid? AssetId, Guid? ReservationId)
{
    public static InspectionFilter Read(InspectionQuery query, QueryValues values)
    {
        var isOfAll = values.Choice("scope", query.Scope, false, ("mine", false), ("tenant", true));
        var status = Choice<InspectionStatus>(values, "status", query.Status);
        var outcome = Choice<InspectionOutcome>(values, "outcome", query.Outcome);
        var needsReview = query.NeedsReview is "true" or "1";
        return new InspectionFilter(
            isOfAll, needsReview ? null : status, needsReview ? null : outcome, needsReview, values.Id("assetId", query.AssetId), values.Id("reservationId", query.ReservationId));
    }

    /// <summary>Conditions over inspections <c>i</c>. Whose they are the opened session says, which may be opened with the statement they stand in.</summary>
    public List<string> Conditions(NpgsqlParameterCollection parameters)
    {
        List<string> conditions = IsOfAll ? [] : ["i.started_by_user_id = (select panorama_current_actor())"];
        Equal("i.status", Status is { } status ? WireNames.Of(status) : null, NpgsqlDbType.Text);
        Equal("i.outcome", Outcome is { } outcome ? WireNames.Of(outcome) : null, NpgsqlDbType.Text);
        Equal("i.asset_id", AssetId, NpgsqlDbType.Uuid);
        if (NeedsReview)
        {
            conditions.Add("i.status = 'COMPLETED' and i.reviewed_at is null and i.outcome <> 'PASS'");
        }

        if (ReservationId is not null)
        {
            conditions.Add("false"); // no inspection belongs to a booking yet
        }

        return conditions;

        void Equal(string column, object? value, NpgsqlDbType type)
        {
            if (value is not null)
            {
                conditions.Add($"{column} = {Statement.Add(parameters, value, type)}");
            }
        }
    }

    private static T? Choice<T>(QueryValues values, string name, string? value)
        where T : struct, Enum => value is "all" ? null : values.OneOf<T>(name, value, text => WireNames.TryParse<T>(text, out var known) ? known : null);
}

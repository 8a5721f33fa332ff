using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Input;
using Panorama.Core.Jobs;
using Panorama.Core.Lists;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Bulk;

/// <summary>Either the assets or the filter that means them.</summary>
/// <param name="Ids">1 to 1,000 assets.</param>
/// <param name="Filter">As in the list of assets; `{}` means all.</param>
public sealed record BulkSelection(Guid[]? Ids = null, BulkFilter? Filter = null);

/// <summary>The filters of the list of assets.</summary>
/// <param name="IncludeArchived">`true` when absent.</param>
public sealed record BulkFilter(
    string[]? Status = null, Guid? CategoryId = null, Guid? ModelId = null, Guid? LocationId = null, Guid? StatusLabelId = null, Guid? AssignedUserId = null,
    bool? Bookable = null, bool? IncludeArchived = null, string? Q = null, string? Tag = null, Guid? ImportId = null);

/// <summary>A change of many assets.</summary>
/// <param name="Action">`edit`, `status`, `archive`, `restore` or `retire`.</param>
/// <param name="Values">Of `edit`: `locationId`, `supplierId` (null clears), `bookable`, `appendNotes`; what is absent stays. Of `status`: `statusLabelId`.</param>
public sealed record StartBulkRunRequest(BulkSelection Selection, string Action, JsonObject? Values = null);

/// <summary>Where a change of many assets stands.</summary>
/// <param name="Kind">`assets.edit`, `assets.status`, `assets.archive`, `assets.restore`, `assets.retire` or `assets.undo`.</param>
/// <param name="Done">Of the total; changed, skipped and failed add up to it.</param>
/// <param name="UndoOf">The run that this one takes back.</param>
/// <param name="UndoneBy">The run that takes this one back.</param>
public sealed record BulkRunResponse(
    Guid Id, string Kind, JsonElement Values, BulkState State, int Total, int Done, int Changed, int Skipped, int Failed, Guid? UndoOf, Guid? UndoneBy,
    Guid StartedByUserId, string? StartedByName, DateTimeOffset? CancelRequestedAt, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

/// <summary>Freezes what is chosen, with the versions it has, and leaves the work to the Worker.</summary>
internal static class StartBulkRun
{
    public const int MaxIds = 1_000;
    public const int MaxAssets = 100_000;
    private const int MaxQuery = 200;
    private static readonly string[] _actions = ["edit", "status", "archive", "restore", "retire"];
    private static readonly string[] _states = ["READY", "IN_USE", "RESERVED", "MAINTENANCE", "RETIRED"];

    public static async Task<Results<Accepted<BulkRunResponse>, ProblemHttpResult>> Handle(
        StartBulkRunRequest request, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var connection = session.Connection;
        if (await CheckAsync(request, connection, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        await using var chosen = new NpgsqlCommand { Connection = connection };
        var (id, now) = (Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow());
        var kind = AssetBulkChange.KindPrefix + request.Action;
        var stored = new JsonObject
        {
            ["values"] = request.Values?.DeepClone() ?? new JsonObject(),
            ["filter"] = request.Selection.Filter is { } asked ? JsonSerializer.SerializeToNode(asked, JsonSerializerOptions.Web) : null,
        };
        List<string> conditions = [];
        if (request.Selection.Filter is { } filter)
        {
            var selection = new AssetSelection(
                filter.Status ?? [], filter.CategoryId, filter.ModelId, filter.LocationId, filter.StatusLabelId, filter.AssignedUserId, filter.Bookable,
                filter.IncludeArchived ?? true, filter.Q, filter.Tag, filter.ImportId);
            if (await CountAsync(connection, selection, cancellationToken) > MaxAssets)
            {
                return Problems.Of(Problems.TooManySelected, Problems.Args(("max", MaxAssets)));
            }

            conditions = selection.Conditions(chosen.Parameters);
        }
        else
        {
            conditions.Add($"a.id = any ({Add(request.Selection.Ids!.Distinct().ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid)})");
        }

        chosen.CommandText =
            $$"""
            with chosen as (select a.id, a.tenant_id, a.tag_key, a.version from assets a{{Statement.Where(conditions)}} limit {{Add(MaxAssets + 1, NpgsqlDbType.Integer)}}),
            run as (
              insert into bulk_runs (id, tenant_id, kind, request, state, total, started_by_user_id, created_at)
              select {{Add(id, NpgsqlDbType.Uuid)}}, {{Add(actor.TenantId!, NpgsqlDbType.Uuid)}}, {{Add(kind, NpgsqlDbType.Text)}}, {{Add(stored.ToJsonString(), NpgsqlDbType.Jsonb)}},
                     'QUEUED', count(*), {{Add(actor.UserId, NpgsqlDbType.Uuid)}}, date_trunc('milliseconds', {{Add(now, NpgsqlDbType.TimestampTz)}}) from chosen
              returning id)
            insert into bulk_run_items (id, tenant_id, run_id, asset_id, ordinal, before)
            select gen_random_uuid(), c.tenant_id, run.id, c.id, row_number() over (order by c.tag_key, c.id) - 1, jsonb_build_object('version', c.version)
              from chosen c cross join run
            """;
        var total = await chosen.ExecuteNonQueryAsync(cancellationToken);
        return total > MaxAssets ? Problems.Of(Problems.TooManySelected, Problems.Args(("max", MaxAssets)))
            : total == 0 && request.Selection.Filter is not null ? Problems.Of(Problems.NothingSelected)
            : total < (request.Selection.Ids?.Distinct().Count() ?? 0) ? Problems.Of(Problems.AssetNotFound)
            : await AnswerAsync(connection, id, cancellationToken);

        string Add(object value, NpgsqlDbType type) => Statement.Add(chosen.Parameters, value, type);
    }

    // Before anything is written: 100,000 rows that are rolled back again would keep the caller waiting for their refusal.
    private static async Task<long> CountAsync(NpgsqlConnection connection, AssetSelection selection, CancellationToken cancellationToken)
    {
        await using var count = new NpgsqlCommand { Connection = connection };
        var where = Statement.Where(selection.Conditions(count.Parameters));
        count.CommandText = $"select count(*) from (select from assets a{where} limit {Statement.Add(count.Parameters, MaxAssets + 1, NpgsqlDbType.Integer)}) chosen";
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Calls the Worker, and shows the run.</summary>
    public static async Task<Accepted<BulkRunResponse>> AnswerAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"select pg_notify('{WorkChannel.Name}', '{WorkChannel.BulkRuns}')", cancellationToken);
        return TypedResults.Accepted($"/api/bulk-runs/{id}", await ReadBulkRuns.FindAsync(connection, id, cancellationToken));
    }

    private static async Task<ProblemHttpResult?> CheckAsync(StartBulkRunRequest request, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var errors = new List<(string Member, FieldError Error)>();
        if (!_actions.Contains(request.Action, StringComparer.Ordinal))
        {
            errors.Add(("action", FieldError.OutOfRange));
        }

        if (request.Selection is { Ids: null, Filter: null } or { Ids: not null, Filter: not null })
        {
            errors.Add(("selection", FieldError.Required));
        }

        if (request.Selection.Ids is { Length: 0 or > MaxIds })
        {
            errors.Add(("selection.ids", FieldError.OutOfRange));
        }

        if (request.Selection.Filter is { } filter)
        {
            if (filter.Status is { } states && !Array.TrueForAll(states, s => _states.Contains(s, StringComparer.Ordinal)))
            {
                errors.Add(("selection.filter.status", FieldError.OutOfRange));
            }

            if (filter.Q?.Length > MaxQuery)
            {
                errors.Add(("selection.filter.q", FieldError.TooLong));
            }
            else if (filter.Q is { } q && q.Contains('\0', StringComparison.Ordinal))
            {
                errors.Add(("selection.filter.q", FieldError.NotText));
            }
        }

        await CheckValuesAsync(request, errors, connection, cancellationToken);
        return errors.Count > 0 ? Problems.Members([.. errors]) : null;
    }

    private static async Task CheckValuesAsync(
        StartBulkRunRequest request, List<(string Member, FieldError Error)> errors, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string[] known = request.Action switch { "edit" => ["locationId", "supplierId", "bookable", "appendNotes"], "status" => ["statusLabelId"], _ => [] };
        var values = request.Values ?? [];
        errors.AddRange(values.Where(v => !known.Contains(v.Key, StringComparer.Ordinal)).Select(v => ($"values.{v.Key}", FieldError.Unknown)));
        if (known.Length > 0 && values.Count == 0)
        {
            errors.Add(("values", FieldError.Required));
        }

        foreach (var (name, value) in values)
        {
            var member = $"values.{name}";
            switch (name)
            {
                case "bookable" when value is null || value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False):
                    errors.Add((member, FieldError.WrongForm));
                    break;
                case "appendNotes":
                    if (value is null || value.GetValueKind() != JsonValueKind.String || string.IsNullOrWhiteSpace(value.GetValue<string>()))
                    {
                        errors.Add((member, FieldError.Required));
                    }
                    else if (value.GetValue<string>().Length > AssetBulkChange.MaxNotes)
                    {
                        errors.Add((member, FieldError.TooLong));
                    }
                    else if (!PlainText.IsStorable(value.GetValue<string>(), isNote: true))
                    {
                        errors.Add((member, FieldError.NotText));
                    }

                    break;
                case "locationId" or "supplierId" or "statusLabelId":
                    if (value is null)
                    {
                        if (name == "statusLabelId")
                        {
                            errors.Add((member, FieldError.Required));
                        }
                    }
                    else if (value.GetValueKind() != JsonValueKind.String || !Guid.TryParseExact(value.GetValue<string>(), "D", out var id))
                    {
                        errors.Add((member, FieldError.WrongForm));
                    }
                    else if (!await ExistsAsync(name, id, connection, cancellationToken))
                    {
                        errors.Add((member, FieldError.NotFound));
                    }

                    break;
            }
        }
    }

    private static Task<bool> ExistsAsync(string name, Guid id, NpgsqlConnection connection, CancellationToken cancellationToken) => connection.ScalarAsync<bool>(
        name switch
        {
            "locationId" => "select exists (select 1 from locations where id = $1 and archived_at is null)",
            "supplierId" => "select exists (select 1 from suppliers where id = $1 and archived_at is null)",
            _ => "select exists (select 1 from status_labels where id = $1 and archived_at is null)",
        }, cancellationToken, Statement.Uuid(id));
}

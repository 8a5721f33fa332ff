using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Sql;

namespace Panorama.Core.Assets;

/// <summary>The assets that a filter of the list means, all of them: what an export writes and a change of many touches.</summary>
/// <param name="Statuses">Wire names; empty means any.</param>
/// <param name="Q">As typed: a whole tag where it holds no word of two characters.</param>
/// <param name="Tag">A whole tag.</param>
/// <param name="ImportId">What this import made or changed.</param>
internal sealed record AssetSelection(
    IReadOnlyList<string> Statuses, Guid? CategoryId, Guid? ModelId, Guid? LocationId, Guid? StatusLabelId, Guid? AssignedUserId, bool? Bookable,
    bool IncludeArchived, string? Q, string? Tag = null, Guid? ImportId = null)
{
    /// <summary>Assets <c>a</c> that an import made or changed, as one array: it is read once and leads by the primary key, which a join under row security would not.</summary>
    public static string OfImport(string parameter) =>
        $"a.id = any (array(select r.asset_id from import_rows r where r.import_id = {parameter} and r.asset_id is not null))";

    /// <summary>Shorter ones are in nearly every text.</summary>
    private const int MinWord = 2;

    /// <summary>
    /// Conditions on assets <c>a</c>; none where all are meant. Row security holds the tenant, and every row is looked at where no index serves: a
    /// list that shows a page does better (<c>asset_search</c>), one that needs all rows could not.
    /// </summary>
    public List<string> Conditions(NpgsqlParameterCollection parameters)
    {
        var conditions = new List<string>();
        if (Statuses.Count > 0)
        {
            conditions.Add($"a.status = any ({Statement.Add(parameters, Statuses.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        Equal("a.model_id", ModelId, NpgsqlDbType.Uuid);
        Equal("a.location_id", LocationId, NpgsqlDbType.Uuid);
        Equal("a.status_label_id", StatusLabelId, NpgsqlDbType.Uuid);
        Equal("a.bookable", Bookable, NpgsqlDbType.Boolean);
        if (CategoryId is { } category)
        {
            conditions.Add($"a.model_id in (select id from asset_models where category_id = {Statement.Add(parameters, category, NpgsqlDbType.Uuid)})");
        }

        if (AssignedUserId is { } user)
        {
            conditions.Add($"a.id in (select asset_id from asset_assignments where target_user_id = {Statement.Add(parameters, user, NpgsqlDbType.Uuid)} and checked_in_at is null)");
        }

        if (ImportId is { } import)
        {
            conditions.Add(OfImport(Statement.Add(parameters, import, NpgsqlDbType.Uuid)));
        }

        if (Tag is not null)
        {
            conditions.Add(TagIs(Statement.Add(parameters, Tag, NpgsqlDbType.Text)));
        }

        if (!IncludeArchived)
        {
            conditions.Add("a.archived_at is null");
        }

        if (!string.IsNullOrWhiteSpace(Q))
        {
            var words = Array.FindAll(SearchText.Words(Q), w => w.Length >= MinWord);
            conditions.AddRange(words.Select(word => $"strpos(a.search_text, {Statement.Add(parameters, word, NpgsqlDbType.Text)}) > 0"));
            if (words.Length == 0)
            {
                conditions.Add(TagIs(Statement.Add(parameters, Q.Trim(), NpgsqlDbType.Text)));
            }
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

    /// <summary>Assets <c>a</c> whose whole tag is this one, however it is written.</summary>
    public static string TagIs(string parameter) => $"a.tag_key = lower(normalize({parameter}, NFC))";
}

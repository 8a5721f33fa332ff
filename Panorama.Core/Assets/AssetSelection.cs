using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Panorama.Core.Assets;

/// <summary>The assets that a filter of the list means, all of them: what an export writes and a change of many touches.</summary>
/// <param name="Statuses">Wire names; empty means any.</param>
/// <param name="Q">As typed: a whole tag where it holds no word of two characters.</param>
internal sealed record AssetSelection(
    IReadOnlyList<string> Statuses, Guid? CategoryId, Guid? ModelId, Guid? LocationId, Guid? StatusLabelId, Guid? AssignedUserId, bool? Bookable,
    bool IncludeArchived, string? Q)
{
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
            conditions.Add($"a.status = any ({Add(parameters, Statuses.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        Equal("a.model_id", ModelId, NpgsqlDbType.Uuid);
        Equal("a.location_id", LocationId, NpgsqlDbType.Uuid);
        Equal("a.status_label_id", StatusLabelId, NpgsqlDbType.Uuid);
        Equal("a.bookable", Bookable, NpgsqlDbType.Boolean);
        if (CategoryId is { } category)
        {
            conditions.Add($"a.model_id in (select id from asset_models where category_id = {Add(parameters, category, NpgsqlDbType.Uuid)})");
        }

        if (AssignedUserId is { } user)
        {
            conditions.Add($"a.id in (select asset_id from asset_assignments where target_user_id = {Add(parameters, user, NpgsqlDbType.Uuid)} and checked_in_at is null)");
        }

        if (!IncludeArchived)
        {
            conditions.Add("a.archived_at is null");
        }

        if (!string.IsNullOrWhiteSpace(Q))
        {
            var words = Array.FindAll(SearchText.Words(Q), w => w.Length >= MinWord);
            conditions.AddRange(words.Select(word => $"strpos(a.search_text, {Add(parameters, word, NpgsqlDbType.Text)}) > 0"));
            if (words.Length == 0)
            {
                conditions.Add($"a.tag_key = lower(normalize({Add(parameters, Q.Trim(), NpgsqlDbType.Text)}, NFC))");
            }
        }

        return conditions;

        void Equal(string column, object? value, NpgsqlDbType type)
        {
            if (value is not null)
            {
                conditions.Add($"{column} = {Add(parameters, value, type)}");
            }
        }
    }

    public static string Where(IReadOnlyCollection<string> conditions) => conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";

    public static string Add(NpgsqlParameterCollection parameters, object value, NpgsqlDbType type)
    {
        parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
    }
}

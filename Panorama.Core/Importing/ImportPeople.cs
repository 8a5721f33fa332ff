using Npgsql;
using Panorama.Core.Assets;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>Finds or makes the people who hold the rows' assets: an e-mail address is one person, else a username is.</summary>
internal sealed class ImportPeople(Guid tenantId, AssetColumns columns, int created)
{
    private readonly Dictionary<(string? Username, string? Email), Person> _known = [];

    internal sealed record Person(Guid UserId, string DisplayName, string? Email, string? Username);

    public int Created { get; private set; } = created;

    public void Forget() => _known.Clear();

    public Guid IdOf(HolderCells holder) => _known[Key(holder)].UserId;

    public async Task PrepareAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var holders = rows.Where(row => row.Holder is { IsPerson: true }).ToList();
        var unseen = holders.Select(row => row.Holder!).DistinctBy(Key).Where(holder => !_known.ContainsKey(Key(holder))).ToList();
        if (unseen.Count > 0)
        {
            await AddAsync(connection, holders, unseen, now, cancellationToken);
        }

        foreach (var row in holders)
        {
            Compare(row, row.Holder!, _known[Key(row.Holder!)]);
        }
    }

    private static (string? Username, string? Email) Key(HolderCells holder) => (holder.Username?.ToLowerInvariant(), holder.Email?.ToLowerInvariant());

    private async Task AddAsync(
        NpgsqlConnection connection, List<AssetRow> holders, List<HolderCells> unseen, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var added = await connection.QueryAsync(
            """
            select n.ord, p.user_id, p.outcome
              from unnest($1, $2, $3, $4, $5, $6) with ordinality n(id, display_name, first_name, last_name, email, username, ord)
             cross join lateral person_add(n.id, n.display_name, n.first_name, n.last_name, n.email, n.username) p
            """,
            reader => (Index: (int)reader.GetInt64(0) - 1, UserId: reader.GetGuid(1), Outcome: reader.GetString(2)), cancellationToken,
            Uuids(unseen.Select(_ => Guid.CreateVersion7(now))), Texts(unseen.Select(h => h.DisplayName)), Texts(unseen.Select(h => h.FirstName)),
            Texts(unseen.Select(h => h.LastName)), Texts(unseen.Select(h => h.Email)), Texts(unseen.Select(h => h.Username)));
        var stored = (await connection.QueryAsync(
            """
            select u.id, u.display_name, u.email, m.username
              from tenant_memberships m join users u on u.id = m.user_id where m.tenant_id = $1 and m.user_id = any($2)
            """,
            reader => (Id: reader.GetGuid(0), Name: reader.GetString(1), Email: reader.TextOrNull(2), Username: reader.TextOrNull(3)),
            cancellationToken, Uuid(tenantId), Uuids(added.Select(a => a.UserId).Distinct()))).ToDictionary(person => person.Id);
        var namesakes = (await connection.QueryAsync(
            """
            select lower(u.display_name), u.id from tenant_memberships m join users u on u.id = m.user_id
             where m.tenant_id = $1 and m.role <> 'system' and lower(u.display_name) = any($2)
            """,
            reader => (Name: reader.GetString(0), Id: reader.GetGuid(1)),
            cancellationToken, Uuid(tenantId), Texts(stored.Values.Select(person => person.Name.ToLowerInvariant()).Distinct()))).ToLookup(n => n.Name, n => n.Id);

        var later = added.Select(a => a.UserId).ToHashSet();
        foreach (var (index, userId, outcome) in added.OrderBy(a => a.Index))
        {
            later.Remove(userId);
            var person = stored[userId];
            var holder = unseen[index];
            _known[Key(holder)] = new Person(userId, person.Name, person.Email, person.Username);
            if (outcome == "existing")
            {
                continue;
            }

            Created++;
            if (namesakes[person.Name.ToLowerInvariant()].Any(other => other != userId && !later.Contains(other))) // of two in one file the second is pointed out
            {
                var row = holders.First(r => Key(r.Holder!) == Key(holder));
                row.Warn(NameColumn(row), "person_same_name", ("value", person.Name));
            }
        }
    }

    /// <summary>What the file says of a person and the person's row does not is left out, and said so.</summary>
    private void Compare(AssetRow row, HolderCells holder, Person person)
    {
        if (holder.Email is { } email && !email.Equals(person.Email, StringComparison.OrdinalIgnoreCase))
        {
            row.Warn(columns[AssetField.HolderEmail]!.Header, "person_kept", ("value", email), ("stored", person.Email ?? person.DisplayName));
        }

        if (holder.Username is { } username && !username.Equals(person.Username, StringComparison.OrdinalIgnoreCase))
        {
            row.Warn(columns[AssetField.HolderUsername]!.Header, "person_kept", ("value", username), ("stored", person.Username ?? person.Email ?? person.DisplayName));
        }

        if (NameColumn(row) is { } column && SearchText.Fold(holder.DisplayName) != SearchText.Fold(person.DisplayName))
        {
            row.Warn(column, "person_kept", ("value", holder.DisplayName), ("stored", person.DisplayName));
        }
    }

    private string? NameColumn(AssetRow row)
    {
        AssetField[] names = [AssetField.HolderFullName, AssetField.HolderFirstName, AssetField.HolderLastName];
        return names.Where(field => row[field] is not null).Select(field => columns[field]!.Header).FirstOrDefault();
    }
}

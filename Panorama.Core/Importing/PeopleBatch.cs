using System.Globalization;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>
/// People of an organisation. Who they are stands in <c>users</c> and belongs to them; what the organisation says of them goes into the attributes of
/// the membership. Nobody gets a password or more than a driver's role by a file, and nobody who is a member already is suspended by one.
/// </summary>
internal sealed class PeopleBatch(Guid tenantId, AssetColumns columns, AssetImportOptions options, ImportCheckpoint from) : IImportBatch
{
    // By the name that the attribute has in the membership.
    private static readonly (AssetField Field, string Attribute)[] Attributes =
    [
        (AssetField.JobTitle, "jobTitle"), (AssetField.EmployeeNumber, "employeeNumber"), (AssetField.Phone, "phone"), (AssetField.Department, "department"),
        (AssetField.Company, "company"), (AssetField.Location, "location"), (AssetField.Manager, "manager"), (AssetField.Remote, "remote"),
        (AssetField.StartDate, "startOn"), (AssetField.EndDate, "endOn"), (AssetField.Notes, "notes"),
    ];

    private readonly Dictionary<string, int> _lineOfKey = new(StringComparer.Ordinal);

    public int Created { get; private set; } = from.Created;

    public int Updated { get; private set; } = from.Updated;

    public int Matched { get; private set; } = from.Matched;

    public int Custodies => 0;

    public Task RememberAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows.Where(row => !row.IsRejected))
        {
            foreach (var (_, key) in Keys(row))
            {
                _lineOfKey.TryAdd(key, row.Line);
            }
        }

        return Task.CompletedTask;
    }

    public async Task StoreAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var row in rows.Where(row => !row.IsRejected))
        {
            Identify(row);
        }

        var good = rows.Where(row => !row.IsRejected).ToList();
        if (good.Count == 0)
        {
            return;
        }

        var members = await FindAsync(connection, good, cancellationToken);
        var fresh = new List<AssetRow>();
        var existing = new List<(AssetRow Row, Member Member)>();
        foreach (var row in good)
        {
            if (MemberOf(row, members) is not { } member)
            {
                fresh.Add(row);
            }
            else if (options.Existing == ExistingAssets.Reject)
            {
                var (field, _) = Keys(row)[0];
                row.Reject(columns[field]!.Header, "person_exists", ("value", row[field]!));
            }
            else
            {
                existing.Add((row, member));
            }
        }

        await AddAsync(connection, fresh, now, cancellationToken);
        await UpdateAsync(connection, existing, now, cancellationToken);
    }

    private sealed record Member(
        Guid Id, Guid UserId, string Name, string? Email, string? Username, bool IsVip, bool IsActive, IReadOnlyDictionary<string, string> Attributes);

    /// <summary>What tells a row's person from others: the address, else the username. Equal names are not one person.</summary>
    private static List<(AssetField Field, string Key)> Keys(AssetRow row) =>
        [.. new[] { AssetField.Email, AssetField.Username }.Where(f => row[f] is not null).Select(f => (f, $"{f} {row[f]!.ToLowerInvariant()}"))];

    private void Identify(AssetRow row)
    {
        var keys = Keys(row);
        if (keys.Count == 0)
        {
            row.Reject(null, "person_without_key");
            return;
        }

        foreach (var (field, key) in keys)
        {
            if (_lineOfKey.TryGetValue(key, out var line))
            {
                row.Reject(columns[field]!.Header, "person_twice", ("value", row[field]!), ("line", line.ToString(CultureInfo.InvariantCulture)));
                return;
            }
        }

        keys.ForEach(k => _lineOfKey[k.Key] = row.Line);
    }

    private static string NameOf(AssetRow row) => row[AssetField.FullName]
        ?? string.Join(' ', new[] { row[AssetField.FirstName], row[AssetField.LastName] }.OfType<string>()) switch
        {
            { Length: > 0 } name => name,
            _ => row[AssetField.Username] ?? row[AssetField.Email]!,
        };

    private static Dictionary<string, object> AttributesOf(AssetRow row)
    {
        var attributes = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (field, attribute) in Attributes.Where(a => row[a.Field] is not null))
        {
            object? value = field switch
            {
                AssetField.Remote => row.Remote,
                AssetField.StartDate => row.StartDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                AssetField.EndDate => row.EndDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                _ => row[field],
            };
            if (value is not null) // what could not be read has its warning
            {
                attributes[attribute] = value;
            }
        }

        return attributes;
    }

    private static Member? MemberOf(AssetRow row, IReadOnlyList<Member> members)
    {
        var (email, username) = (row[AssetField.Email]?.ToLowerInvariant(), row[AssetField.Username]?.ToLowerInvariant());
        return members.FirstOrDefault(m => email is not null && m.Email == email) ?? members.FirstOrDefault(m => username is not null && m.Username == username);
    }

    private async Task<List<Member>> FindAsync(NpgsqlConnection connection, List<AssetRow> rows, CancellationToken cancellationToken) => await connection.QueryAsync(
        """
        select m.id, m.user_id, u.display_name, u.email, m.username, m.is_vip, m.status = 'active', coalesce(m.metadata, '{}')::text
          from tenant_memberships m join users u on u.id = m.user_id
         where m.tenant_id = $1 and m.role <> 'system' and (u.email = any($2) or m.username = any($3))
         order by u.local_to_tenant_id is not null, m.created_at, m.id
        """,
        reader => new Member(
            reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.TextOrNull(3), reader.TextOrNull(4), reader.GetBoolean(5), reader.GetBoolean(6),
            Parse(reader.GetString(7))),
        cancellationToken, Uuid(tenantId), Texts(rows.Select(r => r[AssetField.Email]?.ToLowerInvariant()).OfType<string>()),
        Texts(rows.Select(r => r[AssetField.Username]?.ToLowerInvariant()).OfType<string>()));

    private static Dictionary<string, string> Parse(string json)
    {
        using var metadata = JsonDocument.Parse(json);
        return metadata.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => Say(p.Value), StringComparer.Ordinal);
    }

    private static string Say(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private async Task AddAsync(NpgsqlConnection connection, List<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var added = await connection.QueryAsync(
            """
            select n.ord, p.user_id
              from unnest($1, $2, $3, $4, $5, $6) with ordinality n(id, display_name, first_name, last_name, email, username, ord)
             cross join lateral person_add(n.id, n.display_name, n.first_name, n.last_name, n.email, n.username) p
             order by n.ord
            """,
            reader => (Row: rows[(int)reader.GetInt64(0) - 1], UserId: reader.GetGuid(1)), cancellationToken,
            Uuids(rows.Select(_ => Guid.CreateVersion7(now))), Texts(rows.Select(NameOf)), Texts(rows.Select(r => r[AssetField.FirstName])),
            Texts(rows.Select(r => r[AssetField.LastName])), Texts(rows.Select(r => r[AssetField.Email])), Texts(rows.Select(r => r[AssetField.Username])));
        added.ForEach(a => a.Row.Outcome = ImportOutcome.Created);
        await WarnOfNamesakesAsync(connection, added, cancellationToken);
        var told = added.Where(a => a.Row.Vip == true || a.Row.Activated == false || AttributesOf(a.Row).Count > 0).ToList();
        await connection.ExecuteAsync(
            """
            update tenant_memberships m set is_vip = n.vip, status = case when n.active then m.status else 'suspended' end, metadata = nullif(n.attributes::jsonb, '{}')
              from unnest($2, $3, $4, $5) n(user_id, vip, active, attributes)
             where m.tenant_id = $1 and m.user_id = n.user_id
            """,
            cancellationToken, Uuid(tenantId), Uuids(told.Select(t => t.UserId)), Flags(told.Select(t => t.Row.Vip == true)),
            Flags(told.Select(t => t.Row.Activated != false)), Texts(told.Select(t => JsonSerializer.Serialize(AttributesOf(t.Row)))));
        await AuditAsync(
            connection, [.. told.Where(t => t.Row.Activated == false).Select(t => (t.UserId, JsonSerializer.Serialize(new { userId = t.UserId, status = "suspended" })))], now, cancellationToken);
        Created += rows.Count;
    }

    private async Task WarnOfNamesakesAsync(NpgsqlConnection connection, List<(AssetRow Row, Guid UserId)> added, CancellationToken cancellationToken)
    {
        var namesakes = (await connection.QueryAsync(
            """
            select lower(u.display_name), u.id from tenant_memberships m join users u on u.id = m.user_id
             where m.tenant_id = $1 and m.role <> 'system' and lower(u.display_name) = any($2)
            """,
            reader => (Name: reader.GetString(0), Id: reader.GetGuid(1)), cancellationToken, Uuid(tenantId),
            Texts(added.Select(a => NameOf(a.Row).ToLowerInvariant()).Distinct()))).ToLookup(n => n.Name, n => n.Id);
        var later = added.Select(a => a.UserId).ToHashSet();
        foreach (var (row, userId) in added)
        {
            later.Remove(userId);
            if (namesakes[NameOf(row).ToLowerInvariant()].Any(other => other != userId && !later.Contains(other))) // of two in one file the second is pointed out
            {
                row.Warn(NameColumn(row), "person_same_name", ("value", NameOf(row)));
            }
        }
    }

    private async Task UpdateAsync(NpgsqlConnection connection, List<(AssetRow Row, Member Member)> existing, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = new List<(Member Member, bool IsVip, Dictionary<string, object> Attributes)>();
        foreach (var (row, member) in existing)
        {
            WarnOfIdentity(row, member);
            var differing = AttributesOf(row).Where(a => member.Attributes.GetValueOrDefault(a.Key) != Say(JsonSerializer.SerializeToElement(a.Value)))
                .ToDictionary(StringComparer.Ordinal);
            var isVip = row.Vip ?? member.IsVip;
            if (options.Existing == ExistingAssets.Keep)
            {
                foreach (var (field, attribute) in Attributes.Where(a => differing.ContainsKey(a.Attribute)))
                {
                    Kept(row, field, member.Attributes.GetValueOrDefault(attribute) ?? "");
                }

                if (isVip != member.IsVip)
                {
                    Kept(row, AssetField.Vip, member.IsVip ? "true" : "false");
                }
            }
            else if (differing.Count > 0 || isVip != member.IsVip)
            {
                changed.Add((member, isVip, differing));
                row.Outcome = ImportOutcome.Updated;
            }
        }

        Updated += changed.Count;
        Matched += existing.Count - changed.Count;
        if (changed.Count == 0)
        {
            return;
        }

        await connection.ExecuteAsync(
            """
            update tenant_memberships m
               set is_vip = n.vip, metadata = coalesce(m.metadata, '{}') || n.attributes::jsonb, version = m.version + 1, updated_at = $5
              from unnest($2, $3, $4) n(id, vip, attributes)
             where m.tenant_id = $1 and m.id = n.id
            """,
            cancellationToken, Uuid(tenantId), Uuids(changed.Select(c => c.Member.Id)), Flags(changed.Select(c => c.IsVip)),
            Texts(changed.Select(c => JsonSerializer.Serialize(c.Attributes))), Instant(now));
        // The log names what changed and not how: it is kept for longer than what it says of people.
        await AuditAsync(
            connection,
            [.. changed.Select(c => (c.Member.UserId, JsonSerializer.Serialize(new { userId = c.Member.UserId, changed = c.Attributes.Keys.Concat(c.IsVip != c.Member.IsVip ? ["isVip"] : []).Select(key => new { key }) })))],
            now, cancellationToken);
    }

    /// <summary>Who somebody is, and whether they may sign in, is theirs and an owner's to change.</summary>
    private void WarnOfIdentity(AssetRow row, Member member)
    {
        if (row[AssetField.Email] is { } email && !email.Equals(member.Email, StringComparison.OrdinalIgnoreCase))
        {
            Known(AssetField.Email, email, member.Email);
        }

        if (row[AssetField.Username] is { } username && !username.Equals(member.Username, StringComparison.OrdinalIgnoreCase))
        {
            Known(AssetField.Username, username, member.Username);
        }

        if (NameColumn(row) is { } column && SearchText.Fold(NameOf(row)) != SearchText.Fold(member.Name))
        {
            row.Warn(column, "person_kept", ("value", NameOf(row)), ("stored", member.Name));
        }

        if (row.Activated is { } active && active != member.IsActive)
        {
            Kept(row, AssetField.Activated, member.IsActive ? "true" : "false");
        }

        void Known(AssetField field, string value, string? stored) =>
            row.Warn(columns[field]!.Header, "person_kept", ("value", value), ("stored", stored ?? member.Email ?? member.Username ?? member.Name));
    }

    private void Kept(AssetRow row, AssetField field, string stored) =>
        row.Warn(columns[field]!.Header, "person_value_kept", ("value", row[field]!), ("stored", stored));

    private string? NameColumn(AssetRow row) => new[] { AssetField.FullName, AssetField.FirstName, AssetField.LastName }
        .Where(field => row[field] is not null).Select(field => columns[field]!.Header).FirstOrDefault();

    private async Task AuditAsync(NpgsqlConnection connection, List<(Guid UserId, string Metadata)> entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (entries.Count > 0)
        {
            await connection.ExecuteAsync(
                """
                insert into audit_events (id, action, resource_type, resource_id, metadata)
                select n.id, $2, 'tenant_membership', m.id::text, n.metadata::jsonb
                  from unnest($3, $4, $5) n(id, user_id, metadata) join tenant_memberships m on m.tenant_id = $1 and m.user_id = n.user_id
                """,
                cancellationToken, Uuid(tenantId), Text(AuditActions.TenantMembershipUpdated), Uuids(entries.Select(_ => Guid.CreateVersion7(now))),
                Uuids(entries.Select(e => e.UserId)), Texts(entries.Select(e => e.Metadata)));
        }
    }
}

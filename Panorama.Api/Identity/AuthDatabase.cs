using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Data;
using Panorama.Core.Identity;

namespace Panorama.Api.Identity;

/// <summary>The functions of the login `panorama_auth`, which can do nothing else. Its pool is two connections.</summary>
internal sealed class AuthDatabase([FromKeyedServices(AuthDatabase.Key)] NpgsqlDataSource database)
{
    public const string Key = "panorama_auth";

    public async Task<PasswordRow?> FindPasswordAsync(string email, CancellationToken cancellationToken)
    {
        await using var command = Command("select user_id, identity_id, secret_hash, user_status from auth_password_lookup($1)", Text(email));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new PasswordRow(reader.GetGuid(0), reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3))
            : null;
    }

    /// <summary>Whether somebody signed in to the account from that address lately.</summary>
    public async Task<bool> KnowsAddressAsync(string email, string address, CancellationToken cancellationToken)
    {
        await using var command = Command("select auth_address_known($1, $2)", Text(email), Text(address));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async Task<bool> RehashAsync(Guid identity, string oldHash, string newHash, CancellationToken cancellationToken)
    {
        await using var command = Command("select auth_rehash($1, $2, $3)", Id(identity), Text(oldHash), Text(newHash));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async Task<Guid?> UseSetupLinkAsync(byte[] link, string secretHash, CancellationToken cancellationToken)
    {
        await using var command = Command("select user_id from setup_link_use($1, $2)", Bytes(link), Text(secretHash));
        return await command.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    /// <summary>False when the user may not sign in any more.</summary>
    public async Task<bool> CreateSessionAsync(NewSession session, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "select tenant_id from session_create($1, $2, $3, $4, $5, $6, $7, $8, $9, '{}')",
            Id(session.Id), Id(session.UserId), Bytes(session.TokenHash), Text(session.Provider), Small(session.AuthLevel),
            Span(session.Idle), Span(session.MaxAge), Text(session.Ip), Text(session.UserAgent));
        try
        {
            await command.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.InsufficientPrivilege, MessageText: "user_not_active" })
        {
            return false;
        }
    }

    public async Task<bool> SwitchAsync(byte[] session, Guid tenant, Guid newId, byte[] newHash, CancellationToken cancellationToken)
    {
        await using var command = Command("select tenant_id from session_switch($1, $2, $3, $4)", Bytes(session), Id(tenant), Id(newId), Bytes(newHash));
        return await command.ExecuteScalarAsync(cancellationToken) is Guid;
    }

    public async Task<bool> RekeyAsync(byte[] oldHash, byte[] newHash, CancellationToken cancellationToken)
    {
        await using var command = Command("select session_rekey($1, $2)", Bytes(oldHash), Bytes(newHash));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Who is signed in and where they may go, in one round trip; null without a valid session.</summary>
    public async Task<Profile?> ReadProfileAsync(byte[] session, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Batched(
            "select user_id, email, display_name, locale, time_zone, tenant_id, role, is_vip, provider from session_profile($1)", session));
        batch.BatchCommands.Add(Batched("select tenant_id, slug, display_name, locale, time_zone, role, is_vip from membership_list($1)", session));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var profile = new Profile(
            reader.GetGuid(0), await TextOrNull(1), reader.GetString(2), await TextOrNull(3), await TextOrNull(4),
            reader.IsDBNull(5) ? null : reader.GetGuid(5), reader.IsDBNull(6) ? null : WireNames.Parse<Role>(reader.GetString(6)),
            !reader.IsDBNull(7) && reader.GetBoolean(7), reader.GetString(8), []);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            profile.Memberships.Add(new MembershipRow(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                WireNames.Parse<Role>(reader.GetString(5)), reader.GetBoolean(6)));
        }

        return profile;

        async Task<string?> TextOrNull(int column) => await reader.IsDBNullAsync(column, cancellationToken) ? null : reader.GetString(column);
    }

    public async Task<List<SessionRow>> ListSessionsAsync(byte[] session, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "select id, provider, ip, user_agent, created_at, last_seen_at, idle_expires_at, absolute_expires_at, is_current from session_list($1)",
            Bytes(session));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<SessionRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new SessionRow(
                reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetFieldValue<DateTimeOffset>(7), reader.GetBoolean(8)));
        }

        return rows;
    }

    /// <param name="id">Null revokes the session itself: sign-out.</param>
    public async Task<bool> RevokeAsync(byte[] session, Guid? id, CancellationToken cancellationToken)
    {
        await using var command = Command("select session_revoke($1, $2)", Bytes(session), new NpgsqlParameter { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async Task RevokeOthersAsync(byte[] session, CancellationToken cancellationToken)
    {
        await using var command = Command("select session_revoke_others($1)", Bytes(session));
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <param name="subject">What was tried, such as an e-mail; only its hash is kept.</param>
    public async Task RecordRefusalAsync(string kind, string subject, Caller caller, Guid? user, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "select auth_refused($1, $2, $3, $4, $5)", Text(kind), Bytes(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}:{subject}"))), Text(caller.Ip),
            Text(caller.UserAgent), new NpgsqlParameter { Value = (object?)user ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<string> FinishSetupAsync(NewInstallation setup, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "select setup_finish($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", Bytes(setup.LinkHash), Id(setup.TenantId), Text(setup.Slug), Text(setup.Name),
            Id(setup.UserId), Text(setup.DisplayName), Text(setup.Email), Text(setup.SecretHash), Text(setup.Locale), Text(setup.TimeZone));
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static NpgsqlBatchCommand Batched(string text, byte[] session) => new(text) { Parameters = { Bytes(session) } };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Bytes(byte[] value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static NpgsqlParameter Id(Guid value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Uuid };

    private static NpgsqlParameter Small(short value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Smallint };

    private static NpgsqlParameter Span(TimeSpan value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Interval };

    private NpgsqlCommand Command(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = database.CreateCommand(text);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }
}

internal sealed record PasswordRow(Guid UserId, Guid IdentityId, string? SecretHash, string UserStatus);

internal sealed record NewSession(
    Guid Id, Guid UserId, byte[] TokenHash, string Provider, short AuthLevel, TimeSpan Idle, TimeSpan MaxAge, string? Ip, string? UserAgent);

internal sealed record Profile(
    Guid UserId, string? Email, string DisplayName, string? Locale, string? TimeZone, Guid? TenantId, Role? Role, bool IsVip, string Provider,
    List<MembershipRow> Memberships);

internal sealed record MembershipRow(Guid TenantId, string Slug, string DisplayName, string Locale, string TimeZone, Role Role, bool IsVip);

internal sealed record SessionRow(
    Guid Id, string Provider, string? Ip, string? UserAgent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset IdleExpiresAt,
    DateTimeOffset AbsoluteExpiresAt, bool IsCurrent);

internal sealed record NewInstallation(
    byte[] LinkHash, Guid TenantId, string Slug, string Name, Guid UserId, string DisplayName, string Email, string SecretHash, string Locale, string TimeZone);

/// <summary>Where a request comes from, for the audit.</summary>
internal sealed record Caller(string Ip, string? UserAgent)
{
    private const int MaxUserAgent = 512;

    public static Caller Of(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return new Caller(Http.ClientAddress.Of(context), agent.Length == 0 ? null : agent[..Math.Min(agent.Length, MaxUserAgent)]);
    }
}

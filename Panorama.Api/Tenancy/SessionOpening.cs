using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Tenancy;

/// <summary>The statement by which the database opens a session in the transaction it stands in, and what it answers.</summary>
internal static class SessionOpening
{
    private const string Open = "select user_id, tenant_id, membership_id, role, is_vip, session_id, auth_level, provider from session_open($1)";

    /// <param name="requestId">Written in front, so that what the server shows of a session or logs as slow leads to the request; null for none.</param>
    public static string Sql(string? requestId) =>
        requestId is not null && requestId.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':') ? $"/* request {requestId} */ {Open}" : Open;

    /// <summary>Whether the organisation of the session that was opened before has the feature on.</summary>
    public static NpgsqlBatchCommand Feature(string name) =>
        new("select exists (select from tenant_features where feature = $1 and enabled)") { Parameters = { new() { Value = name } } };

    public static NpgsqlParameter Hash(byte[] tokenHash) => new() { Value = tokenHash, NpgsqlDbType = NpgsqlDbType.Bytea };

    /// <summary>Null when the session is not valid any more.</summary>
    public static async Task<Actor?> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        return await reader.ReadAsync(cancellationToken)
            ? new Actor(
                reader.GetGuid(0), IdOrNull(1), IdOrNull(2), IdOrNull(1) is null ? null : WireNames.Parse<Role>(reader.GetString(3)), reader.GetBoolean(4),
                reader.GetGuid(5), reader.GetInt16(6), reader.GetString(7))
            : null;

        Guid? IdOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
    }
}

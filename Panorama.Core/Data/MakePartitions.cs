using Npgsql;

namespace Panorama.Core.Data;

/// <summary>Makes the coming months' partitions before a row needs them.</summary>
public static class MakePartitions
{
    /// <returns>How many partitions were missing.</returns>
    public static async Task<int> ExecuteAsync(NpgsqlDataSource database, int monthsAhead, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select partitions_maintain($1)");
        command.Parameters.Add(new() { Value = monthsAhead });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

using System.Data.Common;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Worker.Health;

/// <summary>One statement answers for two checks: whether the database is there and takes what is written, and which migration it is at.</summary>
internal sealed class DatabaseProbe(NpgsqlDataSource database, StorageWatch storage, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private (long At, Answer Answer)? _last;

    public async Task<Answer> ReadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && clock.GetElapsedTime(last.At) < KeptFor)
            {
                return last.Answer;
            }

            var answer = await AskAsync(cancellationToken);
            _last = (clock.GetTimestamp(), answer);
            return answer;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<Answer> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand("select schema_version(), current_setting('transaction_read_only') = 'on'");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new(reader.IsDBNull(0) ? null : reader.GetString(0), null, reader.GetBoolean(1) || storage.IsFull);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
        {
            return new(null, exception, TakesNoMore: false);
        }
    }

    internal sealed record Answer(string? SchemaVersion, Exception? Problem, bool TakesNoMore);
}

using System.Data.Common;
using Npgsql;

namespace Panorama.Worker.Health;

/// <summary>One statement answers for two checks: whether the database is there and which migration it is at.</summary>
internal sealed class DatabaseProbe(NpgsqlDataSource database, TimeProvider clock) : IDisposable
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
            await using var command = database.CreateCommand("select schema_version()");
            return new(await command.ExecuteScalarAsync(cancellationToken) as string, null);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
        {
            return new(null, exception);
        }
    }

    internal sealed record Answer(string? SchemaVersion, Exception? Problem);
}

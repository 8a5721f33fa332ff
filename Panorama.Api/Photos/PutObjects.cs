using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

/// <summary>
/// The objects that a request has put. Unless they are kept they are deleted once the answer is out, as well as it goes: what is left is found by the
/// reconciliation.
/// </summary>
internal sealed partial class PutObjects(IObjectStore store, ILogger<PutObjects> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<ObjectKey> _keys = [];

    public async Task PutAsync(ObjectKey key, string path, ObjectContent content, CancellationToken cancellationToken)
    {
        _keys.Add(key); // before: an answer that is lost says nothing of what was stored
        await using var body = File.OpenRead(path);
        await store.PutAsync(key, body, content, cancellationToken);
    }

    /// <summary>Before a row that names them is committed: whether a commit that was cut short came through, nobody knows.</summary>
    public void Keep() => _keys.Clear();

    public void DiscardAfter(HttpContext context) => context.Response.OnCompleted(DiscardAsync);

    public static ProblemHttpResult Refusal(HttpContext context, StorageException exception) => Problems.Unavailable(context, exception.Code switch
    {
        StorageException.ReadFailed => Problems.StorageReadFailed,
        StorageException.PresignFailed => Problems.StoragePresignFailed,
        _ when exception.Fault == StorageFault.Full => Problems.StorageWriteFailed with { Title = "The store is full or over its quota." },
        _ => Problems.StorageWriteFailed,
    });

    private async Task DiscardAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        foreach (var key in _keys)
        {
            try
            {
                await store.DeleteAsync(key, patience.Token);
            }
            catch (Exception exception) when (exception is StorageException or OperationCanceledException)
            {
                LogLeft(logger, key.Text, exception.Message);
                return;
            }
        }
    }

    [LoggerMessage(1202, LogLevel.Warning, "The object {Key} belongs to no row and could not be deleted now: {Reason}")]
    private static partial void LogLeft(ILogger logger, string key, string reason);
}

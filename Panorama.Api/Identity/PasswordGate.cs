using Microsoft.Extensions.Options;
using Panorama.Api.Settings;
using Panorama.Core.Identity;

namespace Panorama.Api.Identity;

/// <summary>Limits how many hashes run at once: each takes 19 MiB and 50 ms of a core.</summary>
internal sealed class PasswordGate(IOptions<SignInOptions> options) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _places = new(options.Value.Hashes, options.Value.Hashes);

    /// <summary>Null when no place became free in time: 503 `try_again`.</summary>
    public Task<bool?> VerifyAsync(string password, string? phc, CancellationToken cancellationToken) => RunAsync<bool?>(
        // Without an account, or with one that has no password, the dummy takes the same time.
        () => PasswordHasher.Verify(password, phc ?? PasswordHasher.Dummy) && phc is not null,
        cancellationToken);

    /// <summary>Null when no place became free in time.</summary>
    public Task<string?> HashAsync(string password, CancellationToken cancellationToken) => RunAsync<string?>(() => PasswordHasher.Hash(password), cancellationToken);

    public void Dispose() => _places.Dispose();

    private async Task<T?> RunAsync<T>(Func<T> hash, CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(Patience, cancellationToken))
        {
            return default;
        }

        try
        {
            return await Task.Run(hash, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }
}

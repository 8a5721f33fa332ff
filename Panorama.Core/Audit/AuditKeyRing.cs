namespace Panorama.Core.Audit;

/// <summary>The key that signs now and the retired ones that only verify.</summary>
public sealed class AuditKeyRing(AuditSigningKey? current, params IReadOnlyList<AuditSigningKey> retired) : IDisposable
{
    /// <summary>Null outside production where none was given: chains are verified, checkpoints are not written.</summary>
    public AuditSigningKey? Current => current;

    /// <returns>Null where no key of that id is known.</returns>
    public AuditSigningKey? Find(string id) =>
        current?.Id == id ? current : retired.FirstOrDefault(k => k.Id == id);

    public void Dispose()
    {
        current?.Dispose();
        foreach (var key in retired)
        {
            key.Dispose();
        }
    }
}

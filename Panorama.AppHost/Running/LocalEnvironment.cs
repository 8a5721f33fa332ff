using System.Globalization;
using System.Text;
using Panorama.AppHost.Backing;

namespace Panorama.AppHost.Running;

/// <summary>The file from which <c>scripts/panorama</c> learns how to reach the running system.</summary>
internal static class LocalEnvironment
{
    public static async Task WriteAsync(
        StateFolder state, Connections connections, IResourceBuilder<ParameterResource> dataKey, IResourceBuilder<ParameterResource> auditKey,
        EndpointReference web, IEnumerable<(string Name, string Value)> storage, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("# Written when Panorama is ready, deleted when it stops. It holds passwords.\n");
        foreach (var connection in new[] { connections.Bootstrap, connections.Migrator, connections.Privileged, connections.Backup, connections.App, connections.Auth })
        {
            if (connection is not null)
            {
                var value = await connection.Resource.ConnectionStringExpression.GetValueAsync(cancellationToken);
                text.Append(CultureInfo.InvariantCulture, $"ConnectionStrings__{connection.Resource.Name.Replace('-', '_')}={value}\n");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"DATA_KEY={await dataKey.Resource.GetValueAsync(cancellationToken)}\n");
        text.Append(CultureInfo.InvariantCulture, $"AUDIT_SIGNING_KEY={await auditKey.Resource.GetValueAsync(cancellationToken)}\n");
        foreach (var (name, value) in storage)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}={value}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"PANORAMA_WEB_BASE_URL=http://localhost:{web.Port.ToString(CultureInfo.InvariantCulture)}");
        StateFolder.WritePrivate(state.LocalEnvironmentFile, text.ToString());
    }
}

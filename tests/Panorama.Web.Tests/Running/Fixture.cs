using Panorama.Web.Tests.Running;

[assembly: AssemblyFixture(typeof(StandIn))]

namespace Panorama.Web.Tests.Running;

/// <summary>One Web in front of the stand-in, shared by the run.</summary>
public sealed class StandIn : IAsyncLifetime
{
    public StandInApi Api { get; private set; } = null!;

    public WebApp Web { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Api = await StandInApi.StartAsync();
        Web = await WebApp.StartAsync(Api.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await Api.DisposeAsync();
    }
}

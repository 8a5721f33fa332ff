using Microsoft.Extensions.ServiceDiscovery.Http;
using Panorama.ServiceDefaults;
using Panorama.Web.Api;
using Yarp.ReverseProxy.Forwarder;

namespace Panorama.Web.Http;

/// <summary>The forwarder's way to Api is that of the pages: any Api that is there, and another one when it goes.</summary>
internal sealed class ForwarderClients(IServiceDiscoveryHttpMessageHandlerFactory discovery, TimeProvider clock) : ForwarderHttpClientFactory
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ToReplicas();
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new LostConnections(clock) { InnerHandler = discovery.CreateHandler(base.WrapHandler(context, handler)) };
}

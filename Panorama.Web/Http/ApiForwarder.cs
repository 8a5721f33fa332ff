using System.Net;
using Panorama.Web.Api;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Panorama.Web.Http;

/// <summary>Everything under <c>/api</c> goes to Api as the browser sent it, with the browser's own address.</summary>
internal static class ApiForwarder
{
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(100) };

    public static void MapApi(this IEndpointRouteBuilder routes, WebOptions options) =>
        routes.MapForwarder("/api/{**rest}", "http://api", Config, transforms =>
        {
            // Set, not append: what the browser claims about itself is not evidence. A trusted proxy in front was already read.
            transforms.AddXForwarded(ForwardedTransformActions.Remove);
            transforms.AddRequestTransform(context =>
            {
                var address = context.HttpContext.Connection.RemoteIpAddress;
                var headers = context.ProxyRequest.Headers;
                headers.Remove("X-Forwarded-For");
                headers.Remove("Forwarded");
                headers.Remove(SecurityHeaders.RequestId);
                headers.TryAddWithoutValidation(SecurityHeaders.RequestId, context.HttpContext.TraceIdentifier);
                if (address is not null)
                {
                    headers.TryAddWithoutValidation("X-Forwarded-For", Plain(address).ToString());
                }

                headers.TryAddWithoutValidation("X-Forwarded-Proto", options.BaseUrl.Scheme);
                headers.TryAddWithoutValidation("X-Forwarded-Host", context.HttpContext.Request.Host.Value);
                return ValueTask.CompletedTask;
            });
        });

    /// <summary>Gives a failed forward the body that clients of Api expect.</summary>
    public static async Task SayOutageAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.GetForwarderErrorFeature() is not { Error: not ForwarderError.RequestCanceled } failure || context.Response.HasStarted)
        {
            return;
        }

        if (failure.Error == ForwarderError.RequestBodyClient)
        {
            // The browser's body, not the Api: chunks that are none, or more than is passed on.
            var status = (failure.Exception as BadHttpRequestException ?? failure.Exception?.InnerException as BadHttpRequestException)?.StatusCode;
            var (answered, code, title) = status switch
            {
                StatusCodes.Status413PayloadTooLarge => (StatusCodes.Status413PayloadTooLarge, "body_too_large", "The body is too large."),
                StatusCodes.Status408RequestTimeout => (StatusCodes.Status408RequestTimeout, "request_timeout", "The body arrived too slowly."),
                _ => (StatusCodes.Status400BadRequest, "malformed_body", "The body cannot be read."),
            };
            await Problems.WriteAsync(context, answered, code, title);
        }
        else
        {
            context.Response.Headers.RetryAfter = "5";
            await Problems.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, ApiProblem.Unreachable, "The application server does not answer.");
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

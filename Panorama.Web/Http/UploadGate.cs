using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Panorama.Web.Shell;

namespace Panorama.Web.Http;

/// <summary>
/// Reads the form of a page that takes files once it is known who sends it: what is larger than text is kept in a file while it is read, and that is not done
/// for anybody.
/// </summary>
internal sealed class UploadGate(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, PageSession session)
    {
        var endpoint = HttpMethods.IsPost(context.Request.Method) ? context.GetEndpoint() : null;
        if (endpoint?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null && endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is { MaxRequestBodySize: { } most })
        {
            var problem = context.Features.Get<IFormFeature>()?.Form is not null ? null
                : session.Me is null && session.Outage is { } outage ? outage with { Status = outage.IsOutage ? StatusCodes.Status503ServiceUnavailable : outage.Status }
                : await FormGate.ReadAsync(context, most);
            if (problem is not null)
            {
                context.Features.Set(problem);
                context.Response.StatusCode = problem.Status;
                return;
            }
        }

        await next(context);
    }
}

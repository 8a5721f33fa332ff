using Panorama.Api.Http;
using Panorama.Core.Notifications;

namespace Panorama.Api.Notifications;

internal static class NotificationEndpoints
{
    public static void AddNotifications(this IServiceCollection services) => services.AddSingleton(_ => EventRegistry.Shipped);

    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api").WithTags("Notifications").AllowAnonymous();
        open.MapGet("/events/schemas", ListEventSchemas.Handle).WithName("ListEventSchemas").WithSummary("Describes every kind of event as JSON Schema.");
        open.MapPost("/notifications/unsubscribe/{token}", Unsubscribe.Handle).WithName("Unsubscribe")
            .WithSummary("Ends an organisation's mail to an address, as mail programs ask for it (RFC 8058).").Fails(Problems.NotFound);
        open.MapGet("/notifications/unsubscribe/{token}", Unsubscribe.Show).WithName("ShowUnsubscribe")
            .WithSummary("Leads whoever follows the address of a mail's header to where they choose what they get.");
        open.MapPost("/mail/reports", ReportMail.Handle).WithName("ReportMail")
            .WithSummary("Takes what a mail provider reports of mailboxes that are none and of complaints; needs `MAIL_FEEDBACK_SECRET`.")
            .Fails(Problems.NotFound, Problems.AuthenticationRequired, Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.UnsupportedMediaType);
    }
}

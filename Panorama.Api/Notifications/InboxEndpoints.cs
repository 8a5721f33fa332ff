using Panorama.Api.Http;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Notifications;

internal static class InboxEndpoints
{
    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        var notices = routes.MapTenantGroup("/api/notifications").WithTags("Notifications").RequireAuthorization(Permissions.OwnNotices)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        notices.MapGet("", ListNotices.Handle).WithName("ListNotices").WithSummary("Lists what one was told, newest first, in one's own language.")
            .Fails(Problems.InvalidQuery);
        notices.MapGet("/count", CountNotices.Handle).WithName("CountNotices").WithSummary("Says how much is unread.").WithMetadata(new OpensWithRead());
        notices.MapPost("/read-all", ReadNotices.All).WithName("ReadAllNotices").WithSummary("Marks all as read that came up to an instant.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.UnsupportedMediaType);
        notices.MapPost("/{id}/read", ReadNotices.One).WithName("ReadNotice").WithSummary("Marks one as read; a second time changes nothing.")
            .Fails(Problems.NoticeNotFound);

        var mine = routes.MapTenantGroup("/api/me/notification-preferences").WithTags("Notifications").RequireAuthorization(Permissions.OwnNotices)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        mine.MapGet("", OwnPreferences.Get).WithName("GetNotificationPreferences").WithSummary("Shows what one is told, how and when.");
        mine.MapPut("", OwnPreferences.Put).WithName("PutNotificationPreferences").WithSummary("Replaces one's choices: a kind that is left out follows the organisation.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.ConcurrencyConflict, Problems.VersionMismatch, Problems.BodyTooLarge,
                Problems.UnsupportedMediaType, Problems.VersionRequired);

        routes.MapTenantGroup("/api/me/language").WithTags("Notifications").RequireAuthorization(Permissions.OwnNotices)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships)
            .MapPut("", ChooseLanguage.Handle).WithName("ChooseLanguage").WithSummary("Chooses the language that one is written to in.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.UnsupportedMediaType);

        var defaults = routes.MapTenantGroup("/api/notification-defaults").WithTags("Notifications").RequireAuthorization(Permissions.ManageNotifications)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.AdminRoleRequired);
        defaults.MapGet("", OrganisationDefaults.Get).WithName("GetNotificationDefaults").WithSummary("Shows what holds for members who chose nothing.");
        defaults.MapPut("", OrganisationDefaults.Put).WithName("PutNotificationDefaults").WithSummary("Replaces what holds for members who chose nothing.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.VersionMismatch, Problems.BodyTooLarge, Problems.UnsupportedMediaType, Problems.VersionRequired);

        var suppressions = routes.MapTenantGroup("/api/mail-suppressions").WithTags("Notifications").RequireAuthorization(Permissions.ManageNotifications)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.AdminRoleRequired);
        suppressions.MapGet("", MailSuppressions.List).WithName("ListMailSuppressions").WithSummary("Lists addresses that get no mail, newest first.")
            .Fails(Problems.InvalidQuery);
        suppressions.MapPost("/{id}/release", MailSuppressions.Release).WithName("ReleaseMailSuppression")
            .WithSummary("Lets mail go to the address again; a second time changes nothing.").Fails(Problems.SuppressionNotFound);

        var dead = routes.MapTenantGroup("/api/dead-letters").WithTags("Notifications").RequireAuthorization(Permissions.ManageDeadLetters)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.OwnerRoleRequired);
        dead.MapGet("", DeadLetterList.Handle).WithName("ListDeadLetters").WithSummary("Lists messages that were given up, newest first.").Fails(Problems.InvalidQuery);
        dead.MapGet("/causes", DeadLetterList.Causes).WithName("ListDeadLetterCauses").WithSummary("Counts messages that were given up by kind, channel and cause.");
        dead.MapPost("/requeue", MoveDeadLetters.Requeue).WithName("RequeueDeadLetters").WithSummary("Tries chosen messages again.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.UnsupportedMediaType);
        dead.MapPost("/requeue-all", MoveDeadLetters.RequeueAll).WithName("RequeueAllDeadLetters")
            .WithSummary("Tries the next of all messages again, oldest first; called until none is left.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.UnsupportedMediaType);
        dead.MapPost("/discard", MoveDeadLetters.Discard).WithName("DiscardDeadLetters").WithSummary("Gives chosen messages up for good.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.UnsupportedMediaType);
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Panorama.ServiceDefaults.Management;

using Panorama.Worker.Management;

namespace Panorama.Worker.Notifications;

/// <summary>The mails of a system without a relay, on the management port: a list, and each as it is.</summary>
internal static class MailFolderPage
{
    private const int Shown = 200;

    public static void MapMailFolder(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<IOptions<MailOptions>>().Value.HasFolder)
        {
            return;
        }

        routes.MapGet("/mail", (HttpContext context, IOptions<MailOptions> options) =>
            {
                context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
                context.Response.Headers.CacheControl = "no-store";
                return Results.Content(List(options.Value.Folder!), "text/html; charset=utf-8");
            })
            .WithName("ListMail").WithSummary("Lists the mails that were written to the folder.").AllowAnonymous().RequireManagementPort().ReadByPrivateNames();
        routes.MapGet("/mail/{name}", (string name, HttpContext context, IOptions<MailOptions> options) =>
            {
                context.Response.Headers.CacheControl = "no-store";
                context.Response.Headers.XContentTypeOptions = "nosniff";
                var file = Path.Combine(options.Value.Folder!, Path.GetFileName(name));
                return name.EndsWith(".eml", StringComparison.Ordinal) && File.Exists(file) ? Results.File(file, "message/rfc822", name) : Results.NotFound();
            })
            .WithName("ReadMail").WithSummary("One mail, for a mail program.").AllowAnonymous().RequireManagementPort().ReadByPrivateNames();
    }

    private static string List(string folder)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Mail</title></head>\n<body>\n<h1>Mail</h1>\n<p>Written to the folder; nothing left this machine.</p>\n<ul>\n");
        foreach (var file in Newest(folder))
        {
            var message = MimeKit.MimeMessage.Load(file.FullName);
            html.Append(CultureInfo.InvariantCulture, $"<li>{file.LastWriteTimeUtc:yyyy-MM-dd HH:mm:ss} {H(message.To.ToString())}: <a href=\"/mail/{H(file.Name)}\">{H(message.Subject ?? "")}</a></li>\n");
        }

        return html.Append("</ul>\n</body>\n</html>\n").ToString();
    }

    private static IEnumerable<FileInfo> Newest(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*.eml").OrderByDescending(f => f.LastWriteTimeUtc).Take(Shown) : [];

    private static string H(string text) => WebUtility.HtmlEncode(text);
}

using System.Net;
using System.Text;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Photos;

/// <summary>How Web treats the forms of a gallery, request by request.</summary>
public sealed class PassingPhotosOn(StandIn standIn)
{
    private const string Gallery = $"/assets/{StandInApi.VanId}/photos";

    [Fact]
    public async Task A_photo_is_on_its_way_to_Api_before_the_browser_has_sent_the_end_of_it()
    {
        using var browser = standIn.Web.Browser(StandInApi.Cookie("gallery-stream"));
        using var body = new SlowForm(async () =>
        {
            while (!standIn.Api.Calls.Any(c => c.Path == $"/api{Gallery}" && c.Method == "POST" && c.Headers.GetValueOrDefault("Cookie")?.EndsWith("gallery-stream", StringComparison.Ordinal) == true))
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        });

        using var answer = await browser.PostAsync(Gallery + "/upload", body, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.SeeOther, Gallery + "?done=photos.sent"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        var (name, key, bytes) = Assert.Single(StandInPhotos.Of("gallery-stream").Sent);
        Assert.Equal(("slow.jpg", StandInPhotos.IdOf(5), SlowForm.Bytes), (name, key, bytes));
    }

    [Fact]
    public async Task Another_site_cannot_send_delete_or_restore()
    {
        using var browser = standIn.Web.Browser(StandInApi.Cookie("gallery-hostile"));
        browser.DefaultRequestHeaders.Remove("Origin");
        browser.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        foreach (var path in (string[])["/upload", $"/{StandInPhotos.IdOf(1)}/delete", $"/{StandInPhotos.IdOf(1)}/restore"])
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "file", "good.jpg" } };
            using var answer = await browser.PostAsync(Gallery + path, form, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Empty(StandInPhotos.Of("gallery-hostile").Sent);
        Assert.DoesNotContain(StandInPhotos.Of("gallery-hostile").Photos, p => p.IsDeleted);
    }

    [Fact]
    public async Task A_refused_photo_leads_back_with_its_reason_and_its_key()
    {
        using var browser = standIn.Web.Browser(StandInApi.Cookie("gallery-back"));
        using var form = new MultipartFormDataContent { { new StringContent(StandInPhotos.IdOf(5)), "clientUploadKey" }, { new ByteArrayContent(new byte[300_000]), "file", "too-many.jpg" } };

        using var answer = await browser.PostAsync($"{Gallery}/upload?key={StandInPhotos.IdOf(5)}", form, TestContext.Current.CancellationToken);
        var page = await browser.GetStringAsync(answer.Headers.Location, TestContext.Current.CancellationToken);

        Assert.Equal($"{Gallery}?error=rate_limited&of=photos&wait=900&key={StandInPhotos.IdOf(5)}", answer.Headers.Location?.ToString());
        Assert.Contains($"name=\"clientUploadKey\" value=\"{StandInPhotos.IdOf(5)}\"", page, StringComparison.Ordinal);
        Assert.Matches(@"id=""photo-file-error"".*That was a lot at once\. Try again from \d\d:\d\d", page);
    }

    [Fact]
    public async Task A_driver_sees_everything_and_can_change_nothing()
    {
        using var browser = standIn.Web.Browser(StandInApi.Cookie("driver"));
        foreach (var path in (string[])[$"/assets/{StandInApi.VanId}", Gallery, $"{Gallery}/{StandInPhotos.IdOf(3)}"])
        {
            var page = await browser.GetStringAsync(path, TestContext.Current.CancellationToken);
            var main = page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)];

            Assert.Contains("/api/photos/", main, StringComparison.Ordinal);
            Assert.DoesNotContain("<form", main, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_reason_that_nobody_knows_is_not_printed()
    {
        using var browser = standIn.Web.Browser(StandInApi.Cookie());

        var page = await browser.GetStringAsync(Gallery + "?error=Call+555-0100&done=Call+555-0100&of=photos", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("555-0100", page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    /// <summary>A form whose second half is sent when its first half has had its effect.</summary>
    private sealed class SlowForm : HttpContent
    {
        public const long Bytes = 2_000_000;
        private const string Boundary = "------a-boundary-of-the-test";
        private readonly Func<Task> _half;

        public SlowForm(Func<Task> half)
        {
            _half = half;
            Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=" + Boundary);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"--{Boundary}\r\nContent-Disposition: form-data; name=\"clientUploadKey\"\r\n\r\n{StandInPhotos.IdOf(5)}\r\n"
                + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"slow.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"));
            await stream.WriteAsync(new byte[Bytes / 2]);
            await stream.FlushAsync();
            await _half();
            await stream.WriteAsync(new byte[Bytes / 2]);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n"));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

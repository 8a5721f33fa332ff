using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Panorama.Web.Tests.Running;

/// <summary>
/// The photos and documents of the stand-in. What is sent, deleted and captioned stays within the mood of the session, so each test has a gallery of its own.
/// What a file is called decides what becomes of it.
/// </summary>
internal static class StandInPhotos
{
    private static readonly ConcurrentDictionary<string, Gallery> Galleries = new(StringComparer.Ordinal);

    public static Gallery Of(string mood) => Galleries.GetOrAdd(mood, m => new Gallery(m is not "empty"));

    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"d1000000-0000-7000-8000-{number:000000000000}");

    public static void Map(
        WebApplication app, Func<HttpContext, Func<object>, Task> signed, Func<HttpContext, int, string, object?, Task> problem, Func<HttpContext, string> mood)
    {
        app.MapGet("/api/assets/{id}/photos", (HttpContext context, string id) => signed(context, () => new
        {
            items = id == StandInApi.VanId ? Of(mood(context)).Photos.Where(p => !p.IsDeleted).Select(p => p.Wire()).ToArray() : [],
            limit = 50,
            retentionDays = 425,
        }));
        app.MapGet("/api/assets/{id}/documents", (HttpContext context, string id) => signed(context, () => new
        {
            items = id == StandInApi.VanId ? Of(mood(context)).Documents.Where(d => !d.IsDeleted).Select(d => d.Wire()).ToArray() : [],
            limit = 50,
        }));
        app.MapGet("/api/photos/{id}/{size}", async (HttpContext context, string id, string size) =>
        {
            context.Response.ContentType = "image/png";
            await context.Response.Body.WriteAsync(Picture.Of(int.Parse(id[^4..], CultureInfo.InvariantCulture), size == "full" ? 4 : 1));
        });
        app.MapGet("/api/documents/{id}/content", async (HttpContext context) =>
        {
            (context.Response.ContentType, context.Response.Headers.ContentDisposition) = ("application/pdf", "attachment; filename=\"registration.pdf\"");
            await context.Response.WriteAsync("%PDF-1.7\n");
        });
        app.MapPatch("/api/photos/{id}", async (HttpContext context, string id) =>
        {
            var caption = (await context.Request.ReadFromJsonAsync<Dictionary<string, string?>>())!["caption"];
            var photo = Of(mood(context)).Photos.Single(p => p.Id == id);
            if (context.Request.Headers.IfMatch != $"\"{photo.Version}\"")
            {
                await problem(context, 412, "version_mismatch", new { version = photo.Version });
                return;
            }

            (photo.Caption, photo.Version) = (caption, photo.Version + 1);
            await signed(context, photo.Wire);
        });
        foreach (var kind in (string[])["photos", "documents"])
        {
            app.MapPost($"/api/assets/{{id}}/{kind}", (HttpContext context) => TakeAsync(context, kind, Of(mood(context)), problem));
            app.MapDelete($"/api/{kind}/{{id}}", (HttpContext context, string id) => Move(context, kind, id, true));
            app.MapPost($"/api/{kind}/{{id}}/restore", (HttpContext context, string id) => Move(context, kind, id, false));
        }

        Task Move(HttpContext context, string kind, string id, bool isDeleted)
        {
            if (Of(mood(context)).All(kind).FirstOrDefault(i => i.Id == id && i.IsDeleted != isDeleted) is not { } item)
            {
                return problem(context, 404, kind == "photos" ? "photo_not_found" : "document_not_found", null);
            }

            item.IsDeleted = isDeleted;
            context.Response.StatusCode = isDeleted ? 204 : 200;
            return isDeleted ? Task.CompletedTask : signed(context, item.Wire);
        }
    }

    private static async Task TakeAsync(HttpContext context, string kind, Gallery gallery, Func<HttpContext, int, string, object?, Task> problem)
    {
        var form = await context.Request.ReadFormAsync();
        if (form.Files.Count != 1)
        {
            await problem(context, 400, "photo_part_required", null);
            return;
        }

        var (name, key) = (form.Files[0].FileName, form["clientUploadKey"].ToString());
        gallery.Sent.Enqueue((name, key, form.Files[0].Length));
        var refusal = name.Split('.')[0] switch
        {
            "not-a-photo" => (415, "unsupported_media_type"),
            "too-large" => (413, "photo_too_large"),
            "too-many" => (429, "rate_limited"),
            "full" => (507, "storage_full"),
            "cap" => (409, "asset_photo_cap_reached"),
            "fails-once" when gallery.Sent.Count(s => s.Name == name) == 1 => (503, "storage_write_failed"),
            _ => default((int, string)?),
        };
        if (refusal is var (status, code))
        {
            context.Response.Headers.RetryAfter = "900";
            await problem(context, status, code, status == 429 ? new { scope = "photos", retryAfterSeconds = 900 } : null);
            return;
        }

        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(gallery.Add(kind, name).Wire());
    }

    internal sealed class Gallery
    {
        public Gallery(bool isFilled)
        {
            if (!isFilled)
            {
                return;
            }

            string?[] captions = ["Scratch on the rear left door", null, "Front, after the wash in November", null, null, "Odometer: 48,312 km", null];
            for (var i = 0; i < captions.Length; i++)
            {
                Photos.Add(new Item(IdOf(i + 1), "") { Caption = captions[i], IsTaken = i % 3 != 1, IsTall = i == 3, IsHeld = i == 5 });
            }

            Documents.Add(new Item("d2000000-0000-7000-8000-000000000001", "registration-231-D-4417.pdf"));
            Documents.Add(new Item("d2000000-0000-7000-8000-000000000002", "insurance certificate 2026 with all the small print of the company.pdf") { IsHeld = true });
        }

        public List<Item> Photos { get; } = [];

        public List<Item> Documents { get; } = [];

        /// <summary>What was sent, in order, refused or not.</summary>
        public ConcurrentQueue<(string Name, string Key, long Bytes)> Sent { get; } = new();

        public List<Item> All(string kind) => kind == "photos" ? Photos : Documents;

        public Item Add(string kind, string name)
        {
            var item = new Item(IdOf(100 + Sent.Count), name) { IsDocument = kind == "documents" };
            All(kind).Insert(0, item);
            return item;
        }
    }

    internal sealed class Item(string id, string name)
    {
        public string Id => id;

        public string? Caption { get; set; }

        public bool IsTaken { get; init; }

        public bool IsTall { get; init; }

        public bool IsDocument { get; init; } = name.EndsWith(".pdf", StringComparison.Ordinal);

        public bool IsHeld { get; init; }

        public bool IsDeleted { get; set; }

        public int Version { get; set; } = 1;

        public object Wire() => IsDocument
            ? new { id, name, bytes = 1_834_211, sha256 = new string('0', 64), uploadedAt = "2026-11-20T08:00:00.000Z", uploadedById = "60000000-0000-7000-8000-000000000001", uploadedByName = "Priya Nair", isHeld = IsHeld, version = Version }
            : new
            {
                id,
                caption = Caption,
                width = IsTall ? 1536 : 2048,
                height = IsTall ? 2048 : 1536,
                bytes = 742_318,
                sha256 = new string('0', 64),
                capturedAt = IsTaken ? "2026-11-19T07:42:00.000Z" : null,
                captureTrust = IsTaken ? "camera" : null,
                uploadedAt = "2026-11-20T08:00:00.000Z",
                uploadedById = "60000000-0000-7000-8000-000000000001",
                uploadedByName = "Priya Nair",
                isHeld = IsHeld,
                version = Version,
            };
    }

    /// <summary>A van in a yard, drawn as a PNG: the colour and the light tell one from another.</summary>
    internal static class Picture
    {
        private static readonly ConcurrentDictionary<(int, int), byte[]> Drawn = new();
        private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1))];

        public static byte[] Of(int number, int scale) => Drawn.GetOrAdd((number, scale), key => Draw(key.Item1, key.Item2));

        private static byte[] Draw(int number, int scale)
        {
            var (width, height) = number == 4 ? (240 * scale, 320 * scale) : (320 * scale, 240 * scale);
            var rows = new byte[height * (1 + (3 * width))];
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var (r, g, b) = Colour(number, (double)x / width, (double)y / height);
                    var at = (y * (1 + (3 * width))) + 1 + (3 * x);
                    (rows[at], rows[at + 1], rows[at + 2]) = (r, g, b);
                }
            }

            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                zlib.Write(rows);
            }

            byte[] head = [0, 0, (byte)(width >> 8), (byte)width, 0, 0, (byte)(height >> 8), (byte)height, 8, 2, 0, 0, 0];
            return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, head), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
        }

        private static (byte R, byte G, byte B) Colour(int number, double x, double y)
        {
            (byte, byte, byte)[] paints = [(196, 60, 48), (236, 236, 232), (44, 92, 150), (240, 190, 60), (70, 120, 84), (120, 124, 130), (210, 120, 60)];
            var shade = (number * 37 % 60) - 30;
            bool In(double left, double top, double right, double bottom) => x >= left && x < right && y >= top && y < bottom;
            bool Wheel(double at) => Math.Pow((x - at) * 4 / 3, 2) + Math.Pow(y - 0.76, 2) < 0.0095;
            return Wheel(0.3) || Wheel(0.72) ? ((byte)28, (byte)28, (byte)30)
                : In(0.62, 0.4, 0.8, 0.53) || In(0.2, 0.4, 0.34, 0.53) || In(0.4, 0.4, 0.56, 0.53) ? ((byte)90, (byte)120, (byte)140)
                : In(0.12, 0.34, 0.84, 0.76) || In(0.8, 0.54, 0.92, 0.76) ? paints[number % paints.Length]
                : y > 0.7 ? ((byte)(104 + shade / 2), (byte)(102 + shade / 2), (byte)(98 + shade / 2))
                : ((byte)(150 + shade + (60 * y)), (byte)(180 + shade + (40 * y)), (byte)(205 + (shade / 2) + (20 * y)));
        }

        private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
        {
            byte[] body = [.. type, .. data];
            var crc = ~body.Aggregate(0xFFFFFFFFu, (c, b) => Table[(c ^ b) & 255] ^ (c >> 8));
            return [.. Big((uint)data.Length), .. body, .. Big(crc)];
        }

        private static byte[] Big(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
    }
}

using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Panorama.Core.Identity;
using Panorama.Testing;

namespace Panorama.Api.Tests.Photos;

/// <summary>The Api over a folder of objects.</summary>
public sealed class PhotoApi(ApiApp app) : IAsyncLifetime
{
    private RunningApi? _api;

    public string Folder { get; } = Directory.CreateTempSubdirectory("panorama-test-objects-").FullName;

    public ApiApp App => app;

    public RunningApi Api => _api ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _api = await StartAsync();

    public Task<RunningApi> StartAsync(params (string Key, string? Value)[] changes) => StartAsync(null, changes);

    public Task<RunningApi> StartAsync(Action<WebApplicationBuilder>? configure, params (string Key, string? Value)[] changes) =>
        RunningApi.StartAsync(app.Settings([("STORAGE_DIRECTORY", Folder), .. changes]), configure);

    public HttpClient Client(TestPerson person) => Api.Client(person.Token);

    /// <summary>As many rows again of each photo of an asset, over the same objects: uploading them would take a minute.</summary>
    public Task RepeatAsync(Guid asset, int times) => app.RunAsync(
        """
        insert into photos (id, tenant_id, asset_id, client_upload_key, storage_key, thumbnail_key, source_sha256, source_type, size_bytes, sha256, thumbnail_size_bytes,
          thumbnail_sha256, width, height, stripped_blocks, uploaded_by_user_id, inspection_id)
        select gen_random_uuid(), p.tenant_id, p.asset_id, gen_random_uuid(), p.storage_key, p.thumbnail_key, p.source_sha256, p.source_type, p.size_bytes, p.sha256,
          p.thumbnail_size_bytes, p.thumbnail_sha256, p.width, p.height, p.stripped_blocks, p.uploaded_by_user_id, p.inspection_id
        from photos p, generate_series(1, $2) where p.asset_id = $1
        """, asset, times);

    /// <summary>Names of the objects of an owner, once the store rests at so many.</summary>
    public async Task<string[]> ObjectsAsync(Guid tenant, int expected)
    {
        for (var i = 0; ; i++)
        {
            var found = Objects(tenant);
            if (found.Length == expected || i == 100)
            {
                return found;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until exactly so many uploads are past everything that is asked before their file is read, and not at their end.</summary>
    public async Task ReceivingAsync(int uploads)
    {
        var unfinished = Path.Combine(Folder, ".unfinished");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (Directory.GetFiles(unfinished, "upload", SearchOption.AllDirectories).Length != uploads)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private string[] Objects(Guid tenant)
    {
        var folder = Path.Combine(Folder, "tenants", tenant.ToString());
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }
}

/// <summary>The photo routes as the Web calls them.</summary>
internal static class PhotoCalls
{
    public static byte[] Pdf { get; } = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"u8.ToArray();

    public static byte[] Field(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "field", name));

    public static string NewKey() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    public static MultipartFormDataContent Form(byte[] file, string? key = null, string? caption = null, string fileName = "IMG_1.jpg")
    {
        var form = new MultipartFormDataContent { { new StringContent(key ?? NewKey()), "clientUploadKey" } };
        if (caption is not null)
        {
            form.Add(new StringContent(caption), "caption");
        }

        form.Add(new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, "file", fileName);
        return form;
    }

    public static Task<HttpResponseMessage> UploadAsync(this HttpClient client, Guid asset, HttpContent form, string kind = "photos") =>
        client.PostAsync(new Uri($"/api/assets/{asset}/{kind}", UriKind.Relative), form, TestContext.Current.CancellationToken);

    public static async Task<string> UploadOutcomeAsync(this HttpClient client, Guid asset, HttpContent form, string kind = "photos")
    {
        using (form)
        using (var response = await client.UploadAsync(asset, form, kind))
        {
            return await response.OutcomeAsync();
        }
    }

    /// <summary>The item of an upload that must succeed.</summary>
    public static async Task<JsonElement> TakeAsync(this HttpClient client, Guid asset, string field = "pho-01-orient6.jpg", string? caption = null, string? key = null)
    {
        using var form = Form(Field(field), key, caption);
        using var response = await client.UploadAsync(asset, form);
        Assert.Equal("201", await response.OutcomeAsync());
        return await response.ReadJsonAsync();
    }

    public static async Task<HttpResponseMessage> GetAsync(this HttpClient client, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<byte[]> BytesAsync(this HttpResponseMessage response) => response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    /// <summary>An upload of which the first thousand bytes of the file were sent.</summary>
    public static async Task<TcpClient> HalfSentAsync(RunningApi running, string path, byte[] token)
    {
        var photo = Field("pho-01-orient6.jpg");
        var head = Encoding.ASCII.GetBytes(
            $"--x\r\nContent-Disposition: form-data; name=\"clientUploadKey\"\r\n\r\n{NewKey()}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n");
        var length = head.Length + photo.Length + "\r\n--x--\r\n".Length;
        var client = new TcpClient();
        await client.ConnectAsync(running.Address.Host, running.Address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(
            (byte[])[
                .. Encoding.ASCII.GetBytes(
                    $"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: panorama_session={SecretToken.Format(token)}\r\n"
                    + $"X-Forwarded-For: {RunningApi.RandomAddress()}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"),
                .. head, .. photo[..1_000],
            ],
            TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Sends what <see cref="HalfSentAsync"/> left.</summary>
    /// <returns>The answer as it came.</returns>
    public static async Task<string> SendRestAsync(this TcpClient sender)
    {
        var stream = sender.GetStream();
        await stream.WriteAsync(Field("pho-01-orient6.jpg").AsMemory(1_000), TestContext.Current.CancellationToken);
        await stream.WriteAsync("\r\n--x--\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Of the answer, that comes without a byte more.</summary>
    public static async Task<string?> FirstLineAsync(this TcpClient sender)
    {
        using var reader = new StreamReader(sender.GetStream());
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken);
    }
}

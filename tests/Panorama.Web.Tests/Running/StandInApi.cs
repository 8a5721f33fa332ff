using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Panorama.Web.Tests.Running;

/// <summary>
/// A stand-in for Api that answers by the wire contract from a fixed organisation. It exists for states that the real one cannot be put
/// into at will: silent, slow, malformed, limited, an empty organisation, a session without any. What pages do with real data is tested
/// against the real Api.
/// </summary>
public sealed class StandInApi : IAsyncDisposable
{
    public const string Token = "stand-in-session";
    public const string Password = "correct horse battery";
    public const string Tenant = "10000000-0000-7000-8000-000000000001";
    public const string OtherTenant = "10000000-0000-7000-8000-000000000002";
    public const string VanId = "20000000-0000-7000-8000-000000000001";
    public const string LaptopId = "20000000-0000-7000-8000-000000000002";

    public const string LoanId = "b0000000-0000-7000-8000-000000000001";
    public const string ModelId = "70000000-0000-7000-8000-000000000001";

    public const string RunningId = "80000000-0000-7000-8000-000000000001";
    public const string DoneId = "80000000-0000-7000-8000-000000000002";

    private readonly WebApplication _app;

    private StandInApi(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>Headers and path of every call, in order.</summary>
    public ConcurrentQueue<(string Method, string Path, Dictionary<string, string> Headers)> Calls { get; } = new();

    public static async Task<StandInApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var api = new StandInApi(app);
        app.Use(api.RecordAsync);
        Map(app);
        await app.StartAsync();
        api.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return api;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>A mood is asked for by the session cookie's value, so tests that run side by side do not disturb each other.</summary>
    public static string Cookie(string mood = "") => mood.Length == 0 ? Token : $"{Token}.{mood}";

    private static string Mood(HttpContext context) =>
        (context.Request.Cookies["panorama_session"] ?? "").Split('.', 2) is [Token, var mood] ? mood : "";

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        Calls.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        switch (Mood(context))
        {
            case "broken" when context.Request.Path != "/api/auth/me":
            case "broken-me":
                context.Response.StatusCode = 500;
                await context.Response.WriteAsync("<html>a proxy's own page</html>");
                return;
            case "malformed" when context.Request.Path != "/api/auth/me":
                await context.Response.WriteAsJsonAsync(new { items = "not a list" });
                return;
            case "forbidden" when context.Request.Path != "/api/auth/me":
                await ProblemAsync(context, 403, "forbidden");
                return;
            case "limited":
                context.Response.Headers.RetryAfter = "37";
                await ProblemAsync(context, 429, "rate_limited", new { scope = "global", retryAfterSeconds = 37 });
                return;
            case "database" when context.Request.Path != "/api/auth/me":
                await ProblemAsync(context, 503, "database_unavailable");
                return;
        }

        await next(context);
    }

    private static void Map(WebApplication app)
    {
        app.MapPost("/api/auth/login", async context =>
        {
            var body = await context.Request.ReadFromJsonAsync<Dictionary<string, string>>();
            if (body!["email"] == "limited@example.org")
            {
                await ProblemAsync(context, 429, "rate_limited", new { scope = "auth", retryAfterSeconds = 37 });
            }
            else if (body["password"] == Password)
            {
                SetCookie(context, Cookie());
                await context.Response.WriteAsJsonAsync(Me());
            }
            else
            {
                await ProblemAsync(context, 401, "invalid_credentials");
            }
        });
        app.MapPost("/api/auth/logout", context => NoContent(context));
        app.MapPost("/api/auth/logout-all", context => NoContent(context));
        app.MapPost("/api/auth/setup-link", async context =>
        {
            var body = await context.Request.ReadFromJsonAsync<Dictionary<string, string>>();
            if (body!["token"].StartsWith("used", StringComparison.Ordinal))
            {
                await ProblemAsync(context, 410, "link_used_or_expired");
                return;
            }

            SetCookie(context, Cookie());
            await context.Response.WriteAsJsonAsync(Me());
        });
        app.MapPost("/api/setup", async context =>
        {
            var body = await context.Request.ReadFromJsonAsync<Dictionary<string, string>>();
            if (body!["slug"] == "taken")
            {
                await ProblemAsync(context, 409, "slug_taken");
                return;
            }

            if (body["slug"] == "late")
            {
                await ProblemAsync(context, 409, "already_set_up");
                return;
            }

            SetCookie(context, Cookie());
            context.Response.StatusCode = 201;
            await context.Response.WriteAsJsonAsync(Me());
        });
        app.MapGet("/api/auth/me", context => Signed(context, () => Me(Mood(context))));
        app.MapPost("/api/auth/tenants/switch", async context =>
        {
            var body = await context.Request.ReadFromJsonAsync<Dictionary<string, string>>();
            if (body!["tenantId"] is not (Tenant or OtherTenant))
            {
                await ProblemAsync(context, 403, "not_a_member_of_this_tenant");
                return;
            }

            SetCookie(context, Cookie());
            await context.Response.WriteAsJsonAsync(Me());
        });
        app.MapGet("/api/auth/sessions", context => Signed(context, () => new
        {
            items = new[]
            {
                Session("30000000-0000-7000-8000-000000000001", true, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"),
                Session("30000000-0000-7000-8000-000000000002", false, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"),
            },
        }));
        app.MapDelete("/api/auth/sessions/{id}", (HttpContext context, string id) =>
            id.EndsWith('2') ? NoContent(context) : ProblemAsync(context, 404, "session_not_found"));
        app.MapGet("/api/imports", context => Signed(context, () => StandInImports.List(Mood(context) == "empty")));
        app.MapGet("/api/imports/{id}", (HttpContext context, string id) =>
            StandInImports.Find(id) is { } import ? Signed(context, () => import) : ProblemAsync(context, 404, "import_not_found"));
        app.MapGet("/api/imports/{id}/inspection", context => Signed(context, StandInImports.Inspection));
        app.MapGet("/api/imports/{id}/findings", context => Signed(context, () => StandInImports.Findings(context.Request.Query["severity"] == "reject")));
        app.MapGet("/api/assets", context => Signed(context, () => List(context)));
        app.MapGet("/api/assets/choices", context => Signed(context, () => new
        {
            categories = new[] { new { id = "40000000-0000-7000-8000-000000000001", name = "Vans" }, new { id = "40000000-0000-7000-8000-000000000002", name = "Laptops" } },
            locations = new[] { new { id = "50000000-0000-7000-8000-000000000001", name = "Depot North" } },
            statusLabels = new[] { new { id = "90000000-0000-7000-8000-000000000001", name = "Awaiting parts" } },
        }));
        app.MapGet("/api/assets/{id}", (HttpContext context, string id) =>
            id == VanId ? Signed(context, Van) : id == LaptopId ? Signed(context, Laptop) : ProblemAsync(context, 404, "asset_not_found"));
        app.MapGet("/api/assets/{id}/history", (HttpContext context, string id) => Signed(context, () => History(context.Request.Query["cursor"])));
        MapWrites(app);
        StandInCatalogue.Map(app, Signed, ProblemAsync, Mood);
        MapLists(app);
        StandInNotices.Map(app, Signed, ProblemAsync, Mood);
        StandInPhotos.Map(app, Signed, ProblemAsync, Mood);
        StandInInspections.Map(app, Signed, ProblemAsync, Mood);
        StandInTemplates.Map(app, Signed, ProblemAsync, Mood);
        app.MapGet("/api/labels/{code}", (HttpContext context, string code) => code switch
        {
            "0123456789" => Signed(context, () => Label(false)),
            "1123456789" => Signed(context, () => Label(true)),
            "ABCDEFGHJK" => ProblemAsync(context, 409, "other_tenant", new { tenantId = OtherTenant }),
            _ => ProblemAsync(context, 404, "label_not_found"),
        });
        app.MapGet("/api/labels/scan", context => context.Request.Query["text"] == "ABCDEFGHJK"
            ? ProblemAsync(context, 409, "other_tenant", new { tenantId = OtherTenant }) : ProblemAsync(context, 404, "label_not_found"));
        app.MapGet("/api/labels/templates", context => Mood(context) == "driver" ? ProblemAsync(context, 403, "forbidden") : Signed(context, () => new
        {
            items = new[] { new { id = "l7160", name = "Avery L7160 (A4)", columns = 3, rows = 7, labelsPerPage = 21, labelWidthMm = 63.5, labelHeightMm = 38.1 } },
        }));
        app.MapGet("/api/version", () => new { version = "0.1.0", commit = "abc", source = "https://example.org", licence = "AGPL-3.0-or-later" });
        app.MapPost("/api/echo", async context => await context.Response.WriteAsJsonAsync(new { body = await new StreamReader(context.Request.Body).ReadToEndAsync() }));
    }

    private static void MapWrites(WebApplication app)
    {
        app.MapPost("/api/assets", async context => await SavedAsync(context, 201));
        app.MapPatch("/api/assets/{id}", async (HttpContext context, string id) => await SavedAsync(context, 200));
        app.MapPost("/api/assets/{id}/{action}", async (HttpContext context, string id, string action) => await SavedAsync(context, 200));
        app.MapGet("/api/assets/{id}/meter-readings", context => Signed(context, () => new
        {
            items = new[]
            {
                new { id = "e0000000-0000-7000-8000-000000000001", value = 48312.0m, unit = "km", readAt = "2026-11-25T07:55:00.000Z", source = "manual", readByUserId = (string?)null, readByName = "Tom Okafor", voidedAt = (string?)null, voidReason = (string?)null, createdAt = "2026-11-25T07:55:00.000Z" },
                new { id = "e0000000-0000-7000-8000-000000000002", value = 483120.0m, unit = "km", readAt = "2026-11-20T07:55:00.000Z", source = "manual", readByUserId = (string?)null, readByName = "Tom Okafor", voidedAt = (string?)"2026-11-21T07:55:00.000Z", voidReason = (string?)"One digit too many.", createdAt = "2026-11-20T07:55:00.000Z" },
            }.Where(r => context.Request.Query["until"].FirstOrDefault() is not { } until || string.CompareOrdinal(r.readAt, until) <= 0),
            nextCursor = (string?)null,
        }));
        app.MapGet("/api/assignments", context => Signed(context, () => new
        {
            items = Mood(context) == "empty" ? [] : context.Request.Query["holder"] == "me" || Mood(context) == "driver" ? new[] { Loan(true) } : [Loan(false), Loan(true)],
            nextCursor = context.Request.Query["cursor"].Count == 0 && Mood(context) is not ("empty" or "driver") ? "older+loans" : null,
        }));
        app.MapGet("/api/assignments/{id}", (HttpContext context, string id) =>
            id == LoanId ? Signed(context, () => Loan(Mood(context) != "plain")) : ProblemAsync(context, 404, "assignment_not_found"));
        app.MapPost("/api/assignments/{id}/{answer}", async (HttpContext context, string id, string answer) =>
        {
            await (Mood(context) == "late" ? ProblemAsync(context, 409, "already_declined") : Signed(context, () => Loan(false)));
        });
        app.MapPost("/api/tenants/{tenant}/people", async (HttpContext context, string tenant) =>
        {
            context.Response.StatusCode = 201;
            await Signed(context, () => new { userId = "60000000-0000-7000-8000-000000000009", displayName = "Nobody Online", outcome = "created" });
        });
        app.MapGet("/api/tenants/{tenant}/memberships", (HttpContext context, string tenant) => Signed(context, () => new
        {
            items = context.Request.Query["q"] == "zzz" ? [] : new object[]
            {
                new { userId = "60000000-0000-7000-8000-000000000001", displayName = "Priya Nair", email = "priya.nair@example.org", username = (string?)null },
                new { userId = "60000000-0000-7000-8000-000000000002", displayName = "Aoife Byrne-Fitzgerald", email = (string?)null, username = "aoife" },
            },
            nextCursor = (string?)null,
        }));
    }

    private static object Field(int number, string name, string type, params string[] choices) => new
    {
        id = "a0000000-0000-7000-8000-00000000000" + number.ToString(CultureInfo.InvariantCulture),
        name,
        type,
        choices,
        required = false,
        encrypted = false,
    };

    /// <summary>Takes what is sent, or refuses it as the mood has it.</summary>
    private static async Task SavedAsync(HttpContext context, int status)
    {
        switch (Mood(context))
        {
            case "stale":
                await ProblemAsync(context, 412, "version_mismatch", new { version = 4 });
                return;
            case "taken":
                await ProblemAsync(context, 409, "asset_tag_taken");
                return;
            default:
                context.Response.StatusCode = status;
                await Signed(context, context.Request.Path.Value!.EndsWith("/checkout", StringComparison.Ordinal) || context.Request.Path.Value.EndsWith("/checkin", StringComparison.Ordinal)
                    ? () => Loan(false) : Van);
                return;
        }
    }

    private static object Loan(bool isMine) => new
    {
        id = LoanId,
        assetId = LaptopId,
        assetTag = "LAP-2207",
        assetName = "ThinkPad T14 Gen 5",
        modelName = "ThinkPad T14 Gen 5",
        categoryKind = "HARDWARE",
        targetType = "user",
        targetId = isMine ? "60000000-0000-7000-8000-000000000001" : "60000000-0000-7000-8000-000000000002",
        targetName = isMine ? "Priya Nair" : "Aoife Byrne-Fitzgerald",
        checkedOutAt = "2026-11-20T08:00:00.000Z",
        checkedOutByName = "Inês Carvalho",
        expectedCheckinAt = isMine ? null : "2026-11-24T17:00:00.000Z",
        isOverdue = !isMine,
        requiresAcceptance = true,
        acceptanceText = "Keep it locked away at night.\nReport a loss within an hour.",
        acceptedAt = isMine ? null : "2026-11-20T09:00:00.000Z",
        acceptedName = isMine ? null : "A. Byrne-Fitzgerald",
        declinedAt = (string?)null,
        declineReason = (string?)null,
        checkinRequestedAt = (string?)null,
        checkinRequestNote = (string?)null,
        checkedInAt = (string?)null,
        checkedInByName = (string?)null,
        note = "With charger and dock.",
        checkinNote = (string?)null,
        condition = (string?)null,
        isDamaged = false,
        damageNote = (string?)null,
        canAccept = isMine,
    };

    private static void MapLists(WebApplication app)
    {
        app.MapGet("/api/saved-views", context => Signed(context, () => new
        {
            items = new[]
            {
                new { id = "71000000-0000-7000-8000-000000000001", name = "Vans in the shop", query = new { search = "?status=MAINTENANCE&columns=serial,location&density=compact" }, isShared = false, isOwn = true, version = 1 },
                new { id = "71000000-0000-7000-8000-000000000002", name = "All by name", query = new { search = "?sort=name" }, isShared = true, isOwn = false, version = 3 },
            },
            nextCursor = (string?)null,
        }));
        app.MapGet("/api/bulk-runs", context => Signed(context, () => new
        {
            items = Mood(context) == "empty" ? [] : new[] { Run(RunningId), Run(DoneId) },
            nextCursor = (string?)null,
        }));
        app.MapGet("/api/bulk-runs/{id}", (HttpContext context, string id) =>
            id is RunningId or DoneId ? Signed(context, () => Run(id)) : ProblemAsync(context, 404, "bulk_run_not_found"));
        app.MapGet("/api/bulk-runs/{id}/items", context => Signed(context, () => new
        {
            items = new[]
            {
                new { assetId = VanId, tag = "VAN-014", name = "Ford Transit Custom", state = "CHANGED", code = (string?)null },
                new { assetId = LaptopId, tag = "LAP-2207", name = "ThinkPad T14", state = "SKIPPED", code = (string?)"version_mismatch" },
                new { assetId = LaptopId, tag = "LAP-2208", name = "ThinkPad T14", state = "SKIPPED", code = (string?)"asset_in_custody" },
            },
            nextCursor = "more",
        }));
    }

    private static object Run(string id) => new
    {
        id,
        kind = id == RunningId ? "assets.edit" : "assets.archive",
        values = new { },
        state = id == RunningId ? "RUNNING" : "DONE",
        total = 10_214,
        done = id == RunningId ? 4_200 : 10_214,
        changed = id == RunningId ? 4_100 : 10_000,
        skipped = id == RunningId ? 100 : 214,
        failed = 0,
        undoOf = (string?)null,
        undoneBy = (string?)null,
        startedByName = "Priya Nair",
        cancelRequestedAt = (string?)null,
        createdAt = "2026-11-26T07:11:00.000Z",
        startedAt = "2026-11-26T07:11:01.000Z",
        finishedAt = id == RunningId ? null : "2026-11-26T07:12:00.000Z",
    };

    private static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static Task Signed(HttpContext context, Func<object> answer) =>
        (context.Request.Cookies["panorama_session"] ?? "").Split('.')[0] == Token
            ? context.Response.WriteAsJsonAsync(answer())
            : ProblemAsync(context, 401, "authentication_required");

    private static void SetCookie(HttpContext context, string value) =>
        context.Response.Headers.SetCookie = $"panorama_session={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800";

    private static async Task ProblemAsync(HttpContext context, int status, string code, object? args = null)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(
            new { type = "urn:panorama:problem:" + code, title = code, status, code, args, message = code, traceId = "4bf92f3577b34da6a3ce929d0e0e4736" },
            options: null, contentType: "application/problem+json");
    }

    private static object Me(string mood = "")
    {
        var tenant = mood == "pending" ? null : Tenant;
        var role = mood switch { "pending" => null, "driver" => "driver", _ => "owner" };
        object Membership(string id, string name, string roleHere, string locale) => new
        {
            tenantId = id,
            tenantSlug = "slug",
            tenantDisplayName = name,
            tenantLocale = locale,
            role = roleHere,
            isVip = false,
        };
        return new
        {
            userId = mood == "other-person" ? "60000000-0000-7000-8000-000000000009" : "60000000-0000-7000-8000-000000000001",
            email = "priya.nair@example.org",
            displayName = mood == "other-person" ? "Tom Okafor" : "Priya Nair",
            currentTenantId = tenant,
            currentRole = role,
            isVip = false,
            memberships = mood switch
            {
                "pending" => Array.Empty<object>(),
                "driver" => [Membership(Tenant, "Alder Valley Water", "driver", "en")],
                _ => [Membership(Tenant, "Alder Valley Water", "owner", "en"), Membership(OtherTenant, "Alder Valley Pensions and Life Assurance", "fleet_staff", "en")],
            },
            provider = "password",
            timeZone = mood == "pending" ? null : "Europe/Dublin",
            locale = mood == "pt" ? "pt-br" : mood == "pending" ? null : "en",
            features = new { inspections = mood is not ("pending" or "plain" or "without-inspections"), maintenance = false },
            waiting = new { unread = mood switch { "empty" or "pending" => 0, "pt" => 101, "driver" => 1, _ => 4 }, deadLetters = mood is "" ? 101 : 0 },
        };
    }

    private static object Session(string id, bool current, string userAgent) => new
    {
        id,
        provider = "password",
        ip = current ? "203.0.113.7" : "2001:db8::17",
        userAgent,
        createdAt = "2026-11-25T07:55:00.000Z",
        lastSeenAt = "2026-11-26T07:10:00.000Z",
        idleExpiresAt = "2026-11-26T19:10:00.000Z",
        absoluteExpiresAt = "2026-12-02T07:55:00.000Z",
        current,
    };

    private static object Row(string id, string tag, string? name, string status, string model, string category, string? location, string? serial, string? holder) => new
    {
        id,
        tag,
        name,
        status,
        bookable = category == "Vans",
        modelName = model,
        categoryName = category,
        categoryKind = category == "Vans" ? "VEHICLE" : "HARDWARE",
        locationId = location is null ? null : "50000000-0000-7000-8000-000000000001",
        locationName = location,
        serial,
        holderName = holder,
        purchaseDate = "2023-01-23",
        archivedAt = (string?)null,
    };

    private static object List(HttpContext context)
    {
        var query = context.Request.Query;
        if (Mood(context) == "empty" || query["q"] == "zzz")
        {
            return new { items = Array.Empty<object>(), total = 0, totalCount = 0, totalAtLeast = (int?)null, nextCursor = (string?)null };
        }

        object[] rows =
        [
            Row(VanId, "VAN-014", "Ford Transit Custom 280", "MAINTENANCE", "Transit Custom 280 L2", "Vans", "North depot", "231-D-4417", null),
            Row(LaptopId, "LAP-2207", null, "IN_USE", "ThinkPad T14 Gen 5", "Laptops", "Headquarters, second floor, store room behind the archive", "PF-4X9K21", "Aoife Byrne-Fitzgerald"),
            .. Enumerable.Range(31, 8).Select(i => Row(
                $"20000000-0000-7000-8000-0000000000{i}", $"PKP-{i:000}", "Toyota Hilux Extra Cab", i % 3 == 0 ? "RESERVED" : i % 3 == 1 ? "READY" : "RETIRED",
                "Hilux", "Vans", "North depot", $"221-D-{i:0000}", i % 2 == 0 ? "Lukas Brandt" : null)),
        ];
        return new { items = rows.Take(int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var limit) ? limit : 50), total = 10214, totalCount = 10214, totalAtLeast = (int?)null, nextCursor = query["cursor"].Count == 0 ? "next+page/of=list" : null };
    }

    private static object Detail(string id, string tag, string? name, string status, object? holder, object[] fields) => new
    {
        id,
        tag,
        name,
        serial = "WF0YXXTTGYPK41702",
        status,
        bookable = true,
        modelId = "70000000-0000-7000-8000-000000000001",
        modelName = "Transit Custom 280 L2",
        modelNumber = "TC280",
        modelNotes = "Needs AdBlue.",
        categoryId = "40000000-0000-7000-8000-000000000001",
        categoryName = "Vans",
        categoryKind = "VEHICLE",
        manufacturerId = "80000000-0000-7000-8000-000000000001",
        manufacturerName = "Ford",
        locationId = "50000000-0000-7000-8000-000000000001",
        locationName = "North depot",
        companyId = (string?)null,
        companyName = "Alder Valley Fleet Ltd",
        supplierId = (string?)null,
        supplierName = "Murphy Motors",
        statusLabel = new { id = "90000000-0000-7000-8000-000000000001", name = "Deployable", type = "DEPLOYABLE", color = "#00aa00" },
        orderNumber = "PO-2023-118",
        purchaseDate = "2023-01-23",
        purchaseCost = "2266.1300",
        currency = "USD",
        bookValue = "963.1000",
        warrantyMonths = 36,
        eolDate = "2029-01-23",
        notes = "Spare key with the depot.\nBay 7.",
        lastReadMileage = 48312.0m,
        mileageUnit = "km",
        customFields = fields,
        holder,
        version = 4,
        createdAt = "2023-02-01T09:00:00.000Z",
        updatedAt = "2026-11-26T06:48:00.000Z",
        archivedAt = (string?)null,
    };

    private static object Label(bool isMine) => new
    {
        code = "0123456789",
        assetId = isMine ? LaptopId : VanId,
        tag = isMine ? "LAP-2207" : "VAN-014",
        name = isMine ? "ThinkPad T14 Gen 5" : "Ford Transit Custom 280",
        status = isMine ? "IN_USE" : "READY",
        modelName = "Transit Custom 280 L2",
        categoryName = "Vans",
        locationName = "North depot",
        archivedAt = (string?)null,
        holder = isMine ? new { assignmentId = "b0000000-0000-7000-8000-000000000001", targetType = "user", name = "Priya Nair", isMe = true, checkedOutAt = "2026-11-20T08:00:00.000Z" } : null,
        actions = isMine ? new[] { "ACCEPT", "REQUEST_CHECKIN" } : ["CHECK_OUT"],
    };

    private static object Van() => Detail(VanId, "VAN-014", "Ford Transit Custom 280", "MAINTENANCE", null,
    [
        new { fieldId = "a0000000-0000-7000-8000-000000000001", name = "Insurance until", type = "DATE", value = (object)"2026-12-31" },
        new { fieldId = "a0000000-0000-7000-8000-000000000002", name = "Payload (kg)", type = "NUMBER", value = (object)1050 },
        new { fieldId = "a0000000-0000-7000-8000-000000000003", name = "Tow bar", type = "BOOLEAN", value = (object)false },
    ]);

    private static object Laptop() => Detail(LaptopId, "LAP-2207", null, "IN_USE", new
    {
        assignmentId = LoanId,
        targetType = "USER",
        userId = "60000000-0000-7000-8000-000000000002",
        locationId = (string?)null,
        name = "Aoife Byrne-Fitzgerald",
        checkedOutAt = "2026-11-20T08:00:00.000Z",
        expectedCheckinAt = "2026-12-04T17:00:00.000Z",
        acceptedAt = (string?)null,
        declinedAt = (string?)null,
        requiresAcceptance = true,
    }, []);

    private static object History(string? cursor) => new
    {
        items = cursor is null
            ? new object[]
            {
                Event(1, "panorama.asset.checked_in", "Inês Carvalho", new { targetName = "Inês Carvalho" }),
                Event(2, "panorama.asset.checked_out", "Priya Nair", new { targetName = "Inês Carvalho", expectedCheckinAt = "2026-12-04T17:00:00.000Z" }),
                Event(3, "panorama.asset.updated", "Priya Nair", new
                {
                    changed = new object[]
                    {
                        new { key = "locationId", before = (string?)"West yard", after = "North depot", label = (string?)null },
                        new { key = "purchaseCost", before = (string?)null, after = "2266.1300", label = (string?)null },
                        new { key = "customFields.a0000000-0000-7000-8000-000000000003", before = "true", after = "false", label = (string?)"Tow bar" },
                    },
                }),
                Event(4, "panorama.asset.meter_read", "Tom Okafor", new { value = "48312.0", unit = "km" }),
                Event(5, "panorama.import.completed", null, new { }),
                Event(6, "panorama.asset.created", null, new { }),
                Event(7, "panorama.asset.repainted", "Tom **Bold** <b>Okafor</b>", new { }),
            }
            :
            [
                Event(1, "panorama.asset.declined", "Tom Okafor", new { reason = "Not mine." }),
                Event(2, "panorama.asset.status_changed", "Priya Nair", new { before = "READY", after = "MAINTENANCE", beforeLabel = (string?)null, afterLabel = "Waiting for a part", reason = (string?)null }),
                Event(3, "panorama.asset.meter_corrected", "Priya Nair", new { before = 483120m, after = 48312m, unit = "km", reason = "One digit too many." }),
                Event(8, "panorama.asset.created", "Priya Nair", new { }),
            ],
        nextCursor = cursor is null ? "older+events" : null,
    };

    private static object Event(int number, string action, string? actor, object data) => new
    {
        id = "c0000000-0000-7000-8000-00000000000" + number.ToString(CultureInfo.InvariantCulture),
        at = $"2026-11-2{number % 7}T07:55:00.000Z",
        action,
        actorUserId = actor is null ? null : "60000000-0000-7000-8000-000000000003",
        actorName = actor,
        resourceType = "asset",
        resourceId = VanId,
        data,
    };
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Panorama.Core.Labels;

namespace Panorama.Web.Tests.Running;

/// <summary>
/// The inspections of the stand-in: one that goes on, one that failed, one that was reviewed, one that was given up, all of one checklist. What is answered stays
/// within the mood of the session.
/// </summary>
internal static class StandInInspections
{
    public const string OpenId = "f1000000-0000-7000-8000-000000000001";
    public const string FailedId = "f1000000-0000-7000-8000-000000000002";
    public const string ReviewedId = "f1000000-0000-7000-8000-000000000003";
    public const string CancelledId = "f1000000-0000-7000-8000-000000000004";
    public const string EarlierId = "f1000000-0000-7000-8000-000000000005";
    public const string WaitingId = "f1000000-0000-7000-8000-000000000006";
    public const string SeenAgainId = "f6000000-0000-7000-8000-000000000003";
    public const string DefectId = "f6000000-0000-7000-8000-000000000001";
    public const string SignatureId = "f7000000-0000-7000-8000-000000000001";
    public const string RepairedId = "f6000000-0000-7000-8000-000000000002";
    public const string Person = "60000000-0000-7000-8000-000000000001";

    private static readonly ConcurrentDictionary<string, Book> Books = new(StringComparer.Ordinal);

    private static readonly (string Label, string Type, bool Required, bool Photo, double? Min, double? Max, string? Help, string? Severity)[] Items =
    [
        ("Walk around the vehicle: damage, leaks, lights", "BOOLEAN", true, false, null, null, "Look under it, too: fresh oil or coolant on the ground is a leak.", "MAJOR"),
        ("Tyre, rear left", "BOOLEAN", true, true, null, null, "Tread at least 1.6 mm, no cuts or bulges, no object in the tread.", "OUT_OF_SERVICE"),
        ("Odometer", "NUMBER", true, false, 0, 999_999, null, null),
        ("Front of the vehicle, with the plate", "PHOTO", true, false, null, null, null, null),
        ("Load and securing", "TEXT", false, false, null, null, "What is on board, and how it is held.", null),
        ("First-aid kit is sealed", "BOOLEAN", false, false, null, null, null, "MINOR"),
    ];

    public static string ItemId(int number) => $"f2000000-0000-7000-8000-00000000000{number}";

    public static string PhotoId(int number) => $"f3000000-0000-7000-8000-00000000000{number}";

    /// <summary>What a session of this mood has sent.</summary>
    public static Book Of(string mood) => Books.GetOrAdd(mood, _ => new Book());

    public static void Map(
        WebApplication app, Func<HttpContext, Func<object>, Task> signed, Func<HttpContext, int, string, object?, Task> problem, Func<HttpContext, string> mood)
    {
        var runs = app.MapGroup("/api/inspections").AddEndpointFilter(async (invocation, next) =>
        {
            var (context, name) = (invocation.HttpContext, mood(invocation.HttpContext));
            if (name != "without-inspections" && !Of(name).IsDown(context.Request))
            {
                return await next(invocation);
            }

            await (name == "without-inspections" ? problem(context, 404, "feature_disabled", null) : problem(context, 503, "database_unavailable", null));
            return Results.Empty;
        });
        runs.MapGet("", (HttpContext context) => signed(context, () => List(context, mood(context))));
        runs.MapPost("", (HttpContext context) =>
        {
            context.Response.StatusCode = 201;
            return mood(context) == "archived" ? problem(context, 409, "template_archived", null) : signed(context, () => With(Run(OpenId), ("resumed", false)));
        });
        runs.MapGet("/{id}", (HttpContext context, string id) =>
            id is OpenId or FailedId or ReviewedId or CancelledId ? signed(context, () => Detail(id, Of(mood(context)), mood(context))) : problem(context, 404, "inspection_not_found", null));
        runs.MapGet("/{id}/previous", (HttpContext context, string id) =>
            mood(context) == "half-read" ? problem(context, 503, "database_unavailable", null) : signed(context, () => Previous(id)));
        runs.MapGet("/{id}/defects", (HttpContext context, string id) =>
            mood(context) == "half-read" ? problem(context, 503, "database_unavailable", null) : signed(context, () => new { items = id == CancelledId ? [] : Met(Of(mood(context))) }));
        runs.MapGet("/{id}/queue", (HttpContext context, string id) => mood(context) is "driver" or "staff" ? problem(context, 403, "admin_role_required", null) : signed(context, () => new
        {
            inspectionId = id,
            isWaiting = id == FailedId && !Of(mood(context)).Actions.Contains("review"),
            newer = 0,
            older = 2,
            previous = (object?)null,
            next = new { id = WaitingId, templateName = "Pre-trip van", assetTag = "VAN-018" },
        }));
        runs.MapGet("/{id}/qr.svg", (string id) => Results.Text(QrImage.Of($"http://localhost:5080/inspections/{id}").ToSvg(), "image/svg+xml"));
        runs.MapPost("/{id}/responses", async (HttpContext context) =>
        {
            var sent = (await context.Request.ReadFromJsonAsync<JsonObject>())!["responses"]!.AsArray();
            var book = Of(mood(context));
            book.Tries.Enqueue(Stopwatch.GetTimestamp());
            if (mood(context).StartsWith("run-limited", StringComparison.Ordinal) && book.Refusals++ == 0)
            {
                context.Response.Headers.RetryAfter = "5";
                await problem(context, 429, "rate_limited", new { scope = "global", retryAfterSeconds = 5 });
                return;
            }

            foreach (var answer in sent)
            {
                book.Answers[(string)answer!["snapshotItemId"]!] = answer.ToJsonString();
                book.Sent.Enqueue((string)answer["snapshotItemId"]!);
            }

            await signed(context, () => new { count = sent.Count, responses = Array.Empty<object>() });
        });
        runs.MapPost("/{id}/photos", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            if (form.Files[0].Length < 20)
            {
                await problem(context, 415, "unsupported_media_type", null);
                return;
            }

            var book = Of(mood(context));
            var (key, item) = (form["clientUploadKey"].ToString(), form["snapshotItemId"].ToString());
            if (!book.Photos.Any(p => p.Key == key))
            {
                book.Photos.Enqueue((key, item));
            }

            book.Uploads++;
            context.Response.StatusCode = 201;
            await signed(context, () => Photo(5 + book.Photos.TakeWhile(p => p.Key != key).Count() + 1, item));
        });
        runs.MapGet("/{id}/photos/{photo}", async (HttpContext context, string photo) =>
        {
            context.Response.ContentType = "image/png";
            await context.Response.Body.WriteAsync(StandInPhotos.Picture.Of(photo[^1] - '0', context.Request.Query["view"] == "detail" ? 4 : 1));
        });
        runs.MapPut("/{id}/photos/{photo}/marks", async (HttpContext context, string photo) =>
        {
            var book = Of(mood(context));
            var marks = (await context.Request.ReadFromJsonAsync<JsonObject>())!["marks"]!.AsArray();
            var version = book.Marks.TryGetValue(photo, out var before) ? before.Version : 1;
            if (mood(context) == "marked-late")
            {
                await problem(context, 409, "inspection_already_reviewed", null);
            }
            else if (context.Request.Headers.IfMatch != $"\"{version}\"")
            {
                await problem(context, 412, "version_mismatch", new { version });
            }
            else
            {
                book.Marks[photo] = (version + 1, marks.ToJsonString());
                await signed(context, () => new { id = photo, version = version + 1, marks = Array.Empty<object>() });
            }
        });
        runs.MapDelete("/{id}/photos/{photo}", (HttpContext context, string photo) =>
        {
            if (mood(context) == "photo-held")
            {
                return problem(context, 409, "legal_hold", null);
            }

            Of(mood(context)).Removed.Enqueue(photo);
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        runs.MapGet("/{id}/signatures/{signature}", async (HttpContext context) =>
        {
            context.Response.ContentType = "image/svg+xml";
            await context.Response.WriteAsync(
                """<svg xmlns="http://www.w3.org/2000/svg" width="600" height="200" viewBox="0 0 600 200"><path fill="#fff" d="M0 0h600v200H0z"/><path fill="none" stroke="#111" stroke-width="4" stroke-linecap="round" d="M70 60L180 40M124 44L96 160M196 112L180 140L194 158L222 140L226 112L200 108M244 156L256 112L262 150L288 112L296 156M300 156L312 112L322 148L344 116L352 154M380 110L420 152M422 108L378 156M440 60L436 156M438 126L486 104M446 126L500 158L560 120"/></svg>""");
        });
        runs.MapPost("/{id}/{action}", async (HttpContext context, string action) =>
        {
            var sent = await context.Request.ReadFromJsonAsync<JsonObject>();
            Of(mood(context)).Actions.Enqueue(action);
            Of(mood(context)).Bodies.Enqueue(sent!.ToJsonString());
            await Act(context, action);
        });
        Task Act(HttpContext context, string action) => (mood(context), action) switch
        {
            ("run-unsigned", "complete") => problem(context, 400, "signature_invalid", new { reason = "TOO_SHORT" }),
            ("missing", "complete") => problem(context, 400, "required_items_missing", new { missing = Array.Empty<object>() }),
            ("late", "review") => problem(context, 409, "inspection_already_reviewed", null),
            _ => signed(context, () => Run(FailedId)),
        };
        runs.MapPatch("/{id}/review-note", (HttpContext context) => signed(context, () => Run(ReviewedId)));
        app.MapGet("/api/defects", (HttpContext context) => mood(context) == "without-inspections" ? problem(context, 404, "feature_disabled", null) : signed(context, () => new
        {
            items = mood(context) == "empty" ? [] : context.Request.Query["status"] == "OPEN" ? new[] { Defect(DefectId), Defect(SeenAgainId) } : [Defect(RepairedId)],
            nextCursor = context.Request.Query["cursor"].Count == 0 && context.Request.Query["status"] == "OPEN" ? "older+defects" : null,
        }));
        app.MapGet("/api/defects/{id}", (HttpContext context, string id) =>
            id is DefectId or RepairedId ? signed(context, () => Defect(id)) : problem(context, 404, "defect_not_found", null));
        app.MapPost("/api/defects/{id}/certify", async (HttpContext context, string id) =>
        {
            var sent = (await context.Request.ReadFromJsonAsync<JsonObject>())!;
            if (mood(context) == "late" || (mood(context) == "half-decided" && id == SeenAgainId))
            {
                await problem(context, 409, "defect_already_resolved", null);
                return;
            }

            Of(mood(context)).Certified[id] = $"{sent["outcome"]}: {sent["note"]}";
            await signed(context, () => Now(Of(mood(context)), id));
        });
        app.MapGet("/api/inspection-templates", (HttpContext context) => signed(context, () => new
        {
            items = context.Request.Query["assetId"] == StandInApi.LaptopId ? [] : new[]
            {
                new { id = "f4000000-0000-7000-8000-000000000001", name = "Any vehicle, weekly", description = (string?)null, categoryId = (string?)null, items = Questions() },
                new { id = "f4000000-0000-7000-8000-000000000002", name = "Pre-trip van", description = (string?)"Before the first trip of the day; about five minutes.", categoryId = (string?)"40000000-0000-7000-8000-000000000001", items = Questions() },
            },
        })).WithOrder(1); // the list of checklists itself, where there is one, answers first
    }

    private static object Defect(string id) => new
    {
        id,
        assetId = StandInApi.VanId,
        assetTag = "VAN-014",
        assetName = "Ford Transit Custom 280",
        inspectionId = FailedId,
        snapshotItemId = ItemId(2),
        label = id == DefectId ? "Tyre, rear left" : id == RepairedId ? "Horn" : "Windscreen, wipers and washer are in order",
        severity = id == DefectId ? "OUT_OF_SERVICE" : id == RepairedId ? "MINOR" : "MAJOR",
        note = id == DefectId ? "Cut in the sidewall, cord visible." : null,
        status = id == RepairedId ? "CERTIFIED" : "OPEN",
        openedAt = "2026-11-26T06:48:00.000Z",
        openedByUserId = Person,
        openedByName = "Tom Okafor",
        lastSeenInspectionId = id == DefectId ? ReviewedId : FailedId,
        lastSeenAt = id == DefectId ? "2026-11-27T06:40:00.000Z" : "2026-11-26T06:48:00.000Z",
        resolvedAt = id == RepairedId ? "2026-11-27T09:15:00.000Z" : null,
        resolvedByUserId = id == RepairedId ? Person : null,
        resolvedByName = id == RepairedId ? "Priya Nair" : null,
        resolutionNote = id == RepairedId ? "Fuse replaced." : null,
    };

    // The time before the tyre was good, the reading lower, one ladder on board, and nobody asked for the first-aid kit.
    private static object Previous(string id)
    {
        object[] scratch = [new { number = 1, shape = "CIRCLE", x = 6100, y = 4800, radius = 900, text = "Scratch on the rim" }];
        object?[] then =
        [
            Said(1, yes: true), Said(2, yes: true, note: "Wear is even.", photos: [With(Photo(4, null), ("capturedAt", "2026-11-25T07:58:00.000Z"), ("marks", scratch))]), Said(3, number: 47_900), Said(4, photos: [Photo(2, null)]), Said(5, text: "One ladder."), null,
        ];
        var hasOne = id is FailedId or ReviewedId;
        return new
        {
            inspectionId = id,
            previous = hasOne ? new { id = EarlierId, startedAt = "2026-11-25T07:50:00.000Z", completedAt = "2026-11-25T08:02:00.000Z", startedByUserId = Person, startedByName = "Inês Carvalho", outcome = "PASS" } : null,
            items = Items.Select((_, i) => new { snapshotItemId = ItemId(i + 1), previous = hasOne ? then[i] : null, difference = hasOne && i == 2 ? 412.5 : (double?)null, isChanged = hasOne && i is 1 or 2 or 4 }),
        };

        static object Said(int item, bool? yes = null, string? text = null, double? number = null, string? note = null, JsonObject[]? photos = null) => new
        {
            snapshotItemId = ItemId(item),
            booleanValue = yes,
            textValue = text,
            numberValue = number,
            note,
            isFailed = yes == false,
            photos = photos ?? [],
        };
    }

    private static object[] Met(Book book)
    {
        return
        [
            new { defect = Now(book, DefectId), isFound = true, isKnown = false, isAcknowledged = false },
            new { defect = Now(book, SeenAgainId), isFound = true, isKnown = true, isAcknowledged = true },
            new { defect = Now(book, RepairedId), isFound = false, isKnown = true, isAcknowledged = true },
        ];
    }

    private static JsonObject Now(Book book, string id) => book.Certified.ContainsKey(id)
        ? With(JsonSerializer.SerializeToNode(Defect(id))!.AsObject(), ("status", "CERTIFIED"), ("resolvedAt", "2026-11-27T09:30:00.000Z"), ("resolvedByName", "Priya Nair"))
        : JsonSerializer.SerializeToNode(Defect(id))!.AsObject();

    private static object List(HttpContext context, string mood)
    {
        string[] ids = mood == "empty" ? []
            : context.Request.Query["status"] == "IN_PROGRESS" ? [OpenId]
            : context.Request.Query["status"] == "CANCELLED" && context.Request.Query["outcome"].Count > 0 ? []
            : context.Request.Query["needsReview"] == "true" ? [FailedId]
            : [OpenId, FailedId, ReviewedId, CancelledId];
        return new { items = ids.Select(Run), nextCursor = ids.Length > 1 && context.Request.Query["cursor"].Count == 0 ? "older+runs" : null };
    }

    private static JsonObject Run(string id) => JsonSerializer.SerializeToNode(new
    {
        id,
        tenantId = StandInApi.Tenant,
        templateId = "f4000000-0000-7000-8000-000000000002",
        assetId = StandInApi.VanId,
        reservationId = (string?)null,
        startedByUserId = Person,
        status = id == OpenId ? "IN_PROGRESS" : id == CancelledId ? "CANCELLED" : "COMPLETED",
        outcome = id == FailedId ? "FAIL" : id == ReviewedId ? "NEEDS_MAINTENANCE" : null,
        summaryNote = id == FailedId ? "Called the depot at 06:50.\nThey send another van." : null,
        startedAt = "2026-11-26T06:31:00.000Z",
        completedAt = id is FailedId or ReviewedId ? "2026-11-26T06:48:00.000Z" : null,
        completedByUserId = id is FailedId or ReviewedId ? Person : null,
        reviewedAt = id == ReviewedId ? "2026-11-26T08:10:00.000Z" : null,
        reviewedByUserId = id == ReviewedId ? Person : null,
        reviewNote = id == ReviewedId ? "Murphy Tyres collect it at 09:00." : null,
        createdAt = "2026-11-26T06:31:00.000Z",
        templateName = "Pre-trip van",
        assetTag = "VAN-014",
        assetName = "Ford Transit Custom 280",
        startedByName = "Tom Okafor",
        completedByName = id is FailedId or ReviewedId ? "Tom Okafor" : null,
        reviewedByName = id == ReviewedId ? "Priya Nair" : null,
        cancelledAt = id == CancelledId ? "2026-11-26T07:00:00.000Z" : null,
        cancelReason = id == CancelledId ? "Wrong van." : null,
    })!.AsObject();

    private static object Signature(string role) => new
    {
        id = role == "DRIVER" ? SignatureId : "f7000000-0000-7000-8000-000000000002",
        role,
        signedByUserId = Person,
        signedByName = role == "DRIVER" ? "Tom Okafor" : "Priya Nair",
        typedName = role == "DRIVER" ? "Thomas E. Okafor" : "Priya Nair",
        isDrawn = role == "DRIVER",
        sha256 = role == "DRIVER" ? new string('1', 64) : null,
        contentHash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        isIntact = role == "DRIVER",
        isNoteChanged = role != "DRIVER",
        signedAt = role == "DRIVER" ? "2026-11-26T06:48:00.000Z" : "2026-11-26T08:10:00.000Z",
    };

    private static JsonObject Detail(string id, Book book, string mood)
    {
        var isOpen = id == OpenId;
        JsonObject[] answers = isOpen
            ? [Answer(1, new { booleanValue = true }), .. book.Answers.Select(a => Kept(a.Key, a.Value))]
            :
            [
                Answer(1, new { booleanValue = true }), Answer(2, new { booleanValue = false, note = "Cut in the sidewall, cord visible." }), Answer(3, new { numberValue = 48_312.5 }),
                Answer(4, new { }), Answer(5, new { textValue = "Two ladders on the roof,\nstrapped at three points." }),
            ];
        JsonObject[] photos = isOpen ? [.. new[] { Photo(1, ItemId(2)) }.Concat(book.Photos.Select((p, i) => Photo(6 + i, p.Item))).Where(p => !book.Removed.Contains((string?)p["id"]))] : [Photo(1, ItemId(2)), Photo(2, ItemId(2)), Photo(3, ItemId(4)), Photo(5, null)];
        foreach (var photo in photos)
        {
            if (book.Marks.TryGetValue((string)photo["id"]!, out var marked))
            {
                photo["version"] = marked.Version;
                photo["marks"] = new JsonArray([.. JsonNode.Parse(marked.Json)!.AsArray().Select((m, i) => { var mark = m!.DeepClone().AsObject(); mark["number"] = i + 1; return mark; })]);
            }
        }

        return With(
            Run(id), ("templateSnapshot", new { name = "Pre-trip van", description = (string?)null, templateVersionAt = "2026-11-01T08:00:00.000Z", contentVersion = 1, items = Questions() }),
            ("isOutdated", id == ReviewedId), ("responses", answers.GroupBy(a => (string)a["snapshotItemId"]!).Select(g => g.Last())), ("photos", photos),
            ("signatures", isOpen || id == CancelledId ? [] : id == FailedId ? [Signature("DRIVER")] : new[] { Signature("DRIVER"), Signature("REVIEWER") }),
            ("isSignatureRequired", isOpen && mood.StartsWith("signed", StringComparison.Ordinal)),
            ("openDefects", isOpen ? [Defect(SeenAgainId)] : Array.Empty<object>()));
    }

    private static JsonObject Answer(int number, object answer) => Kept(ItemId(number), JsonSerializer.Serialize(answer));

    private static JsonObject Kept(string item, string json)
    {
        var given = JsonNode.Parse(json)!;
        return JsonSerializer.SerializeToNode(new
        {
            id = "f5" + item[2..],
            snapshotItemId = item,
            booleanValue = (bool?)given["booleanValue"],
            textValue = (string?)given["textValue"],
            numberValue = (double?)given["numberValue"],
            note = (string?)given["note"],
            updatedAt = "2026-11-26T06:40:00.000Z",
            respondedByUserId = Person,
        })!.AsObject();
    }

    private static JsonObject Photo(int number, string? item) => JsonSerializer.SerializeToNode(new
    {
        id = PhotoId(number),
        inspectionId = FailedId,
        responseId = item is null ? null : "f5" + item[2..],
        snapshotItemId = item,
        width = 1280,
        height = 960,
        sizeBytes = 742_318,
        sha256 = new string('0', 64),
        capturedAt = number == 2 ? null : "2026-11-26T06:44:00.000Z",
        uploadedAt = "2026-11-26T06:45:00.000Z",
        uploadedByUserId = Person,
        deduped = false,
        version = 1,
        marks = number is 2 or 3
            ? new object[]
            {
                new { number = 1, shape = "CIRCLE", x = 2900, y = 7600, radius = 1100, text = (string?)"Cut in the sidewall, cord visible" },
                new { number = 2, shape = "ARROW", x = 5200, y = 2600, toX = 3700, toY = 6500, text = (string?)null },
            }
            : [],
    })!.AsObject();

    private static object[] Questions() => [.. Items.Select((item, i) => new
    {
        id = ItemId(i + 1),
        position = i,
        label = item.Label,
        itemType = item.Type,
        required = item.Required,
        photoRequired = item.Photo,
        minValue = item.Min,
        maxValue = item.Max,
        helpText = item.Help,
        severity = item.Severity,
    })];

    private static JsonObject With(JsonObject run, params (string Name, object Value)[] more)
    {
        foreach (var (name, value) in more)
        {
            run[name] = JsonSerializer.SerializeToNode(value);
        }

        return run;
    }

    internal sealed class Book
    {
        /// <summary>By item, as the last one was sent.</summary>
        public ConcurrentDictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

        /// <summary>Key and item of each, in order.</summary>
        public ConcurrentQueue<(string Key, string Item)> Photos { get; } = new();

        /// <summary>Item of each answer that came, in order, the same again included.</summary>
        public ConcurrentQueue<string> Sent { get; } = new();

        /// <summary>By defect: outcome and note.</summary>
        public ConcurrentDictionary<string, string> Certified { get; } = new(StringComparer.Ordinal);

        /// <summary>complete, cancel or review, in order.</summary>
        public ConcurrentQueue<string> Actions { get; } = new();

        /// <summary>What came with each of them.</summary>
        public ConcurrentQueue<string> Bodies { get; } = new();

        /// <summary>Of each photo that was marked here, as they came last.</summary>
        public ConcurrentDictionary<string, (int Version, string Json)> Marks { get; } = new(StringComparer.Ordinal);

        /// <summary>Ids of the photos that were taken out, in order.</summary>
        public ConcurrentQueue<string?> Removed { get; } = new();

        /// <summary>Photos that came, the same again included.</summary>
        public int Uploads { get; set; }

        public int Refusals { get; set; }

        /// <summary>When answers came, by the stopwatch, the refused ones included.</summary>
        public ConcurrentQueue<long> Tries { get; } = new();

        /// <summary>By method and what follows the id of an inspection: how many calls still go through before the database is away, and for how many.</summary>
        public ConcurrentDictionary<string, (int Before, int Times)> Outages { get; } = new(StringComparer.Ordinal);

        public bool IsDown(HttpRequest request)
        {
            var call = $"{request.Method} {string.Join('/', request.Path.Value!.Split('/').Skip(4))}".TrimEnd();
            if (!Outages.TryGetValue(call, out var outage))
            {
                return false;
            }

            Outages[call] = outage.Before > 0 ? (outage.Before - 1, outage.Times) : (0, outage.Times - 1);
            return outage is { Before: 0, Times: > 0 };
        }
    }
}

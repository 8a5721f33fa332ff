using System.Security.Cryptography;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

/// <summary>Whatever is done with an inspection in whichever order, it is answered and ends as a model of a few lines says.</summary>
public sealed class FollowingTheModel(ApiApp app)
{
    private const string Route = "/api/inspections";

    private enum Deed
    {
        Start,
        AnswerWhatIsNeeded,
        AnswerTheRest,
        Complete,
        Cancel,
        Review,
        ChangeNote,
    }

    private enum Who
    {
        Driver,
        Staff,
        Admin,
        Peer,
    }

    /// <param name="Outcome">Of a completion.</param>
    private sealed record Step(Deed Deed, Who Who, string Outcome);

    [Fact]
    public async Task Every_sequence_of_deeds_does()
    {
        var world = await World.CreateAsync(app);
        var step = Gen.Elements(Enum.GetValues<Deed>()).SelectMany(deed => Gen.Elements(Enum.GetValues<Who>())
            .SelectMany(who => Gen.Elements("PASS", "FAIL", "NEEDS_MAINTENANCE").Select(outcome => new Step(deed, who, outcome))));
        // A driver's start first: what comes before one is a matter of the tests of each route.
        var sequence = Gen.Choose(1, 15).SelectMany(n => step.ArrayOf(n)).ToArbitrary();

        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true), Prop.ForAll(sequence, steps => Follows(world, steps))), TestContext.Current.CancellationToken);
    }

    // FsCheck runs a property on a thread of its own and knows no asynchronous one.
#pragma warning disable VSTHRD002, RS0030, MA0045
    private static bool Follows(World world, Step[] steps)
    {
        var difference = world.DifferenceAsync(steps).GetAwaiter().GetResult();
        return difference is null ? true : throw new InvalidOperationException(difference);
    }
#pragma warning restore VSTHRD002, RS0030, MA0045

    /// <summary>An inspection as it should be.</summary>
    private sealed class Model
    {
        public string Status { get; private set; } = "IN_PROGRESS";
        public string? Outcome { get; private set; }
        public string? Note { get; private set; }
        public bool IsReviewed { get; private set; }
        public int Completions { get; private set; }

        private bool _isAnswered;

        /// <summary>What the deed is answered with, done here as well.</summary>
        public string Do(Step step)
        {
            if (step.Deed is Deed.Review or Deed.ChangeNote)
            {
                return step.Who != Who.Admin ? "403 admin_role_required" : step.Deed == Deed.Review ? Review() : ChangeNote();
            }

            if (step.Who == Who.Peer)
            {
                return "404 inspection_not_found";
            }

            switch (step.Deed)
            {
                case Deed.AnswerWhatIsNeeded or Deed.AnswerTheRest when Status != "IN_PROGRESS":
                case Deed.Complete when Status != "IN_PROGRESS":
                    return "409 inspection_not_in_progress";
                case Deed.AnswerWhatIsNeeded:
                    _isAnswered = true;
                    return "200";
                case Deed.Complete when !_isAnswered:
                    return "400 required_items_missing";
                case Deed.Complete:
                    (Status, Outcome) = ("COMPLETED", step.Outcome);
                    Completions++;
                    return "200";
                case Deed.Cancel when Status == "COMPLETED":
                    return "409 inspection_already_completed";
                case Deed.Cancel:
                    Status = "CANCELLED";
                    return "200";
                default:
                    return "200";
            }
        }

        private string Review()
        {
            if (Status != "COMPLETED" || IsReviewed)
            {
                return IsReviewed ? "409 inspection_already_reviewed" : "409 inspection_not_completed";
            }

            (IsReviewed, Note) = (true, "seen");
            return "200";
        }

        private string ChangeNote()
        {
            if (!IsReviewed)
            {
                return "409 inspection_not_yet_reviewed";
            }

            Note = "changed";
            return "200";
        }
    }

    private sealed record World(ApiApp App, TestTenant Tenant, IReadOnlyDictionary<Who, TestPerson> People)
    {
        public static async Task<World> CreateAsync(ApiApp app)
        {
            var tenant = await app.CreateInspectingTenantAsync();
            using var admin = app.Client(tenant.FleetAdmin);
            await admin.MakeTemplateAsync(Checklists.Body(items: """[{"label":"Tyres","itemType":"BOOLEAN","required":true},{"label":"Remarks","itemType":"TEXT"}]"""));
            return new World(app, tenant, new Dictionary<Who, TestPerson>
            {
                [Who.Driver] = tenant.Driver,
                [Who.Staff] = tenant.Staff,
                [Who.Admin] = tenant.FleetAdmin,
                [Who.Peer] = await tenant.AddPersonAsync("driver", TestContext.Current.CancellationToken),
            });
        }

        /// <summary>A session of its own for each sequence: one takes 300 requests a minute.</summary>
        private async Task<HttpClient> SignInAsync(TestPerson person)
        {
            var token = RandomNumberGenerator.GetBytes(32);
            await App.RunAsync(
                """
                insert into sessions (id, token_hash, user_id, tenant_id, provider, auth_level, idle_seconds, created_at, last_seen_at, idle_expires_at, absolute_expires_at)
                values (gen_random_uuid(), $1, $2, $3, 'password', 1, 43200, now(), now(), now() + interval '12 hours', now() + interval '7 days')
                """, ApiApp.Hash(token), person.UserId, Tenant.Id);
            return App.Api.Client(token);
        }

        /// <summary>Where the Api and the model part; null where they do not.</summary>
        public async Task<string?> DifferenceAsync(Step[] steps)
        {
            var asset = await Tenant.AssetAsync();
            var clients = new Dictionary<Who, HttpClient>();
            foreach (var (who, person) in People)
            {
                clients[who] = await SignInAsync(person);
            }

            try
            {
                return await DifferenceAsync(steps, asset, clients);
            }
            finally
            {
                foreach (var client in clients.Values)
                {
                    client.Dispose();
                }
            }
        }

        private async Task<string?> DifferenceAsync(Step[] steps, Guid asset, Dictionary<Who, HttpClient> clients)
        {
            var driver = clients[Who.Driver];
            var run = await StartAsync(driver, asset);
            var items = (await driver.GetJsonAsync($"{Route}/{run}")).GetProperty("templateSnapshot").ItemIds().ToList();
            var models = new Dictionary<string, Model>(StringComparer.Ordinal) { [run] = new() };
            foreach (var step in steps)
            {
                var model = models[run];
                if (step.Deed == Deed.Start)
                {
                    // Going on with what one has, and only when that has ended a new one; others have their own.
                    var started = await StartAsync(clients[step.Who], asset);
                    var goesOn = step.Who == Who.Driver && model.Status == "IN_PROGRESS";
                    if (goesOn != (started == run) && step.Who == Who.Driver)
                    {
                        return $"{Text(steps)}: {step} began {started} beside {run}";
                    }

                    if (step.Who == Who.Driver && !goesOn)
                    {
                        models[run = started] = new Model();
                    }

                    continue;
                }

                var (method, path, body) = step.Deed switch
                {
                    Deed.AnswerWhatIsNeeded => (HttpMethod.Post, "responses", $$"""{"responses":[{"snapshotItemId":"{{items[0]}}","booleanValue":true}]}"""),
                    Deed.AnswerTheRest => (HttpMethod.Post, "responses", $$"""{"responses":[{"snapshotItemId":"{{items[1]}}","textValue":"clean"}]}"""),
                    Deed.Complete => (HttpMethod.Post, "complete", $$"""{"outcome":"{{step.Outcome}}"}"""),
                    Deed.Cancel => (HttpMethod.Post, "cancel", "{}"),
                    Deed.Review => (HttpMethod.Post, "review", """{"reviewNote":"seen"}"""),
                    _ => (HttpMethod.Patch, "review-note", """{"reviewNote":"changed"}"""),
                };
                var (expected, outcome) = (model.Do(step), await clients[step.Who].SendOutcomeAsync(method, $"{Route}/{run}/{path}", null, body));
                if (outcome != expected)
                {
                    return $"{Text(steps)}: {step} was answered {outcome}, not {expected}";
                }
            }

            foreach (var (id, model) in models)
            {
                var shown = await driver.GetJsonAsync($"{Route}/{id}");
                var (there, wanted) = (
                    (shown.Text("status"), shown.Text("outcome"), shown.Text("reviewNote"), shown.GetProperty("reviewedAt").ValueKind != JsonValueKind.Null),
                    (model.Status, model.Outcome, model.Note, model.IsReviewed));
                if (there != wanted)
                {
                    return $"{Text(steps)}: is {there}, not {wanted}";
                }

                var told = (long)(await App.RunAsync(
                    "select count(*) from notification_events where tenant_id = $1 and resource_id = $2 and event_type = 'panorama.inspection.completed'", Tenant.Id, Guid.Parse(id)))!;
                if (told != model.Completions)
                {
                    return $"{Text(steps)}: {told} messages of {model.Completions} completions";
                }
            }

            return null;
        }

        private static async Task<string> StartAsync(HttpClient client, Guid asset) => (await client.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = asset })).Text("id")!;

        private static string Text(Step[] steps) => string.Join(", ", steps.Select(s => $"{s.Who} {s.Deed}"));
    }
}

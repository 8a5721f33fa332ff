namespace Panorama.Api.Tests.Inspections;

/// <summary>Whoever answers, ends or gives up at the same time: the inspection's row is taken in turn.</summary>
public sealed class EndingAtOnce(ApiApp app)
{
    private const string Route = InspectionWorld.Route;
    private const int Answers = 16;

    [Fact]
    public async Task Of_sixteen_answers_and_an_end_none_comes_after_it_and_none_is_lost_without_a_word()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var questions = string.Join(',', Enumerable.Range(0, Answers).Select(i => $$"""{"label":"Question {{i}}","itemType":"TEXT"}"""));
        await world.Admin.SendJsonAsync(HttpMethod.Patch, world.Template, 1, $$"""{"items":[{{questions}}]}""");
        for (var round = 0; round < 3; round++)
        {
            var run = await world.StartAsync();
            var items = (await world.Driver.GetJsonAsync($"{Route}/{run}")).GetProperty("templateSnapshot").ItemIds().ToList();

            var early = items.Take(Answers / 2).Select(AnswerAsync).ToList();
            var end = world.CompleteAsync(run);
            var outcomes = await Task.WhenAll(early.Concat(items.Skip(Answers / 2).Select(AnswerAsync)));

            Assert.Equal("200", await end);
            Assert.All(outcomes, o => Assert.True(o.Outcome is "200" or "409 inspection_not_in_progress", o.Outcome));
            var taken = outcomes.Where(o => o.Outcome == "200").Select(o => o.Item).Order(StringComparer.Ordinal).ToList();
            var kept = (await world.Driver.GetJsonAsync($"{Route}/{run}")).GetProperty("responses").EnumerateArray();
            Assert.Equal(taken, kept.Select(r => r.Text("snapshotItemId")!).Order(StringComparer.Ordinal));
            Assert.Equal(
                $"0 {taken.Count} {taken.Count}",
                await app.RunAsync(
                    """
                    select concat_ws(' ', (select count(*) from inspection_responses r where r.inspection_id = i.id and r.responded_at > i.completed_at),
                             (select metadata ->> 'responseCount' from audit_events where action = 'panorama.inspection.completed' and resource_id = i.id::text),
                             (select payload ->> 'responseCount' from notification_events where event_type = 'panorama.inspection.completed' and resource_id = i.id))
                      from inspections i where i.id = $1
                    """, run));

            async Task<(string? Item, string Outcome)> AnswerAsync(string? item) => (item, await world.Driver.SendOutcomeAsync(
                HttpMethod.Post, $"{Route}/{run}/responses", null, $$"""{"responses":[{"snapshotItemId":"{{item}}","textValue":"seen"}]}"""));
        }
    }

    [Fact]
    public async Task Of_giving_up_and_completing_one_wins_and_the_other_is_told()
    {
        var world = await InspectionWorld.CreateAsync(app);
        for (var round = 0; round < 4; round++)
        {
            var run = await world.StartAsync();
            await world.AnswerAllAsync(run);

            var ends = Enumerable.Range(0, 8).Select(i => (i + round) % 2 == 0 ? CompleteAsync() : CancelAsync()).ToList();
            var outcomes = await Task.WhenAll(ends);

            var completed = outcomes.Where(o => o.IsEnd).Select(o => o.Outcome).Order(StringComparer.Ordinal).ToList();
            var cancelled = outcomes.Where(o => !o.IsEnd).Select(o => o.Outcome).ToList();
            var isCompleted = completed.Contains("200");
            Assert.Equal([isCompleted ? "200" : "409 inspection_not_in_progress", .. Enumerable.Repeat("409 inspection_not_in_progress", 3)], completed);
            Assert.Equal(Enumerable.Repeat(isCompleted ? "409 inspection_already_completed" : "200", 4), cancelled);
            var (status, told) = isCompleted ? ("COMPLETED", 1) : ("CANCELLED", 0);
            Assert.Equal(
                $"{status} panorama.inspection.{(isCompleted ? "completed" : "cancelled")} {told}",
                await app.RunAsync(
                    """
                    select concat_ws(' ', i.status,
                             (select string_agg(action, ',') from audit_events where resource_id = i.id::text and action ~ 'inspection.(completed|cancelled)$'),
                             (select count(*) from notification_events where event_type = 'panorama.inspection.completed' and resource_id = i.id))
                      from inspections i where i.id = $1
                    """, run));

            async Task<(bool IsEnd, string Outcome)> CompleteAsync() => (true, await world.CompleteAsync(run));

            async Task<(bool IsEnd, string Outcome)> CancelAsync() => (false, await world.Admin.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/cancel", null));
        }
    }
}

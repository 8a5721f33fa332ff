namespace Panorama.Api.Tests.Inspections;

public sealed class ListingInspections(ApiApp app)
{
    [Fact]
    public async Task A_list_is_of_the_asset_that_it_names()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var second = await world.Tenant.AssetAsync("VAN-2");
        var ofFirst = (await world.StartAsync()).ToString();
        var ofSecond = (await world.Driver.SendJsonAsync(HttpMethod.Post, InspectionWorld.Route, null, new { assetId = second })).Text("id");

        foreach (var (client, scope) in new[] { (world.Driver, "mine"), (world.Admin, "tenant") })
        {
            Assert.Equal([ofFirst], await InspectionWorld.IdsAsync(client, $"?scope={scope}&assetId={world.Asset}"));
            Assert.Equal([ofSecond], await InspectionWorld.IdsAsync(client, $"?scope={scope}&assetId={second}"));
            Assert.Equal([ofSecond, ofFirst], await InspectionWorld.IdsAsync(client, $"?scope={scope}"));
        }

        Assert.Empty(await InspectionWorld.IdsAsync(world.Driver, $"?assetId={second}&status=COMPLETED"));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    [InlineData("", false)]
    public async Task What_needs_a_review_is_asked_for_by_true_or_one_alone(string value, bool isAsked)
    {
        var world = await InspectionWorld.CreateAsync(app);
        var failed = await EndAsync("FAIL");
        var wanting = await EndAsync("NEEDS_MAINTENANCE");
        var passed = await EndAsync("PASS");
        var seen = await EndAsync("FAIL");
        Assert.Equal("200", await world.Admin.SendOutcomeAsync(HttpMethod.Post, $"{InspectionWorld.Route}/{seen}/review", null));
        var open = (await world.StartAsync()).ToString();

        var listed = await InspectionWorld.IdsAsync(world.Admin, $"?scope=tenant&needsReview={value}&status=IN_PROGRESS");
        var all = await InspectionWorld.IdsAsync(world.Admin, $"?scope=tenant&needsReview={value}");

        // It stands above the status.
        Assert.Equal(isAsked ? [wanting, failed] : [open], listed);
        Assert.Equal(isAsked ? [wanting, failed] : [open, seen, passed, wanting, failed], all);

        async Task<string> EndAsync(string outcome)
        {
            var run = await world.StartAsync();
            await world.AnswerAllAsync(run);
            Assert.Equal("200", await world.CompleteAsync(run, outcome));
            return run.ToString();
        }
    }
}

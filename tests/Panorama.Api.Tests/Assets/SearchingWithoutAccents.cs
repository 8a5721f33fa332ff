namespace Panorama.Api.Tests.Assets;

/// <summary>People type without accents, files of a Mac hold letters in two parts, and % and _ mean themselves.</summary>
[Trait("FieldCase", "L10N-03")]
public sealed class SearchingWithoutAccents(ApiApp app)
{
    private static readonly string[] Names =
        ["São José", "Sao Jose 2", "Furgão", "Furga\u0303o 2", "İzmir", "100% cotton", "1000 cotton", "a_b", "axb", "O'Brien"];

    private static readonly (string Typed, string Found)[] Searches =
    [
        ("sao jose", "Sao Jose 2|São José"), ("SÃO JOSÉ", "Sao Jose 2|São José"), ("furgao", "Furgão|Furgão 2"), ("furgão", "Furgão|Furgão 2"),
        ("furga\u0303o", "Furgão|Furgão 2"), ("izmir", "İzmir"), ("100%", "100% cotton"), ("a_b", "a_b"), ("o'brien", "O'Brien"), ("O\u2019Brien", "O'Brien"),
    ];

    [Fact]
    public async Task Lists_and_pickers_find_what_was_meant()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        foreach (var (name, n) in Names.Select((name, n) => (name, n)))
        {
            Assert.Equal("201", await client.PostOutcomeAsync("/api/assets", new { tag = $"S-{n}", name, modelId = tenant.ModelId }));
            Assert.Equal("201", await client.PostOutcomeAsync("/api/locations", new { name }));
            Assert.Equal("201", await client.PostOutcomeAsync($"/api/tenants/{tenant.Id}/people", new { displayName = name }));
        }

        foreach (var (list, member) in new[] { ("/api/assets?sort=name&", "name"), ("/api/locations?", "name"), ($"/api/tenants/{tenant.Id}/memberships?", "displayName") })
        {
            foreach (var (typed, found) in Searches)
            {
                var items = (await client.GetJsonAsync($"{list}q={Uri.EscapeDataString(typed)}")).GetProperty("items").EnumerateArray();
                var names = items.Select(i => i.GetProperty(member).GetString()!.Normalize()).Order(StringComparer.Ordinal);
                Assert.Equal((list, typed, found), (list, typed, string.Join('|', names)));
            }
        }
    }

    [Fact]
    public async Task A_tag_is_one_however_its_letters_are_composed()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        Assert.Equal("201", await client.PostOutcomeAsync("/api/assets", new { tag = "FURGÃO-1", name = "one", modelId = tenant.ModelId }));

        Assert.Equal("409 asset_tag_taken", await client.PostOutcomeAsync("/api/assets", new { tag = "FURGA\u0303O-1", name = "two", modelId = tenant.ModelId }));
        Assert.Equal("409 asset_tag_taken", await client.PostOutcomeAsync("/api/assets", new { tag = "furga\u0303o-1", name = "two", modelId = tenant.ModelId }));
    }
}

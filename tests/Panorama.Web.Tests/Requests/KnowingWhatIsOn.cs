using System.Text.Json;

namespace Panorama.Web.Tests.Requests;

public sealed class KnowingWhatIsOn
{
    [Theory]
    [InlineData(""","features":{"inspections":true,"maintenance":false}""", true)]
    [InlineData(""","features":{"inspections":false,"maintenance":true}""", false)]
    [InlineData("", false)] // an Api from before there were any
    public void Inspections_are_there_where_the_organisation_has_them_on(string features, bool isOn)
    {
        var json = $$"""{"userId":"60000000-0000-7000-8000-000000000001","email":null,"displayName":"Priya Nair","currentTenantId":null,"currentRole":null,"memberships":[]{{features}}}""";

        Assert.Equal(isOn, JsonSerializer.Deserialize(json, WebJson.Default.Viewer)!.HasInspections);
    }
}

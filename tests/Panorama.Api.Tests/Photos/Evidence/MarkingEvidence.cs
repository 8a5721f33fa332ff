using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Photos.Evidence;

/// <summary>Circles and arrows over a photo of an inspection: who draws them, until when, and that nobody's are lost.</summary>
public sealed class MarkingEvidence(PhotoApi api) : IClassFixture<PhotoApi>
{
    private const string Circle = """{"shape":"CIRCLE","x":4200,"y":5100,"radius":900,"text":" Cut in the sidewall "}""";
    private const string Arrow = """{"shape":"ARROW","x":1000,"y":9000,"toX":4000,"toY":6000}""";

    [Fact]
    public async Task A_photo_shows_its_marks_wherever_it_is_read_and_stays_as_it_was()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        var before = await van.Driver.GetJsonAsync(van.Path);
        Assert.Equal(0, before.GetProperty("photos")[0].GetProperty("marks").GetArrayLength());

        using var response = await van.Driver.SendAsync(HttpMethod.Put, Path(van, photo), 1, Body(Circle, Arrow));
        var marked = await response.ReadJsonAsync();
        var run = (await van.Driver.GetJsonAsync(van.Path)).GetProperty("photos")[0];
        var listed = (await van.Admin.GetJsonAsync($"{van.Path}/photos")).GetProperty("items")[0];

        Assert.Equal(("200", "\"2\""), (await response.OutcomeAsync(), response.Headers.ETag?.ToString()));
        Assert.Equal(["id", "version", "marks"], marked.EnumerateObject().Select(m => m.Name));
        var marks = marked.GetProperty("marks");
        Assert.Equal(
            (1, "CIRCLE", 4200, 5100, 900, "Cut in the sidewall", van.Tenant.Driver.UserId.ToString()),
            (marks[0].Number("number"), marks[0].Text("shape"), marks[0].Number("x"), marks[0].Number("y"), marks[0].Number("radius"), marks[0].Text("text"), marks[0].Text("createdByUserId")));
        Assert.Equal((2, "ARROW", 4000, 6000, JsonValueKind.Null), (marks[1].Number("number"), marks[1].Text("shape"), marks[1].Number("toX"), marks[1].Number("toY"), marks[1].GetProperty("text").ValueKind));
        foreach (var read in (JsonElement[])[run, listed])
        {
            Assert.Equal((2, photo.Text("sha256"), marks.GetRawText()), (read.Number("version"), read.Text("sha256"), read.GetProperty("marks").GetRawText()));
        }

        Assert.Equal(
            $$"""{"marksAfter": 2, "marksBefore": 0, "inspectionId": "{{van.Run}}"}""", await van.AuditAsync("marked"));
    }

    [Fact]
    public async Task The_whole_set_is_replaced_and_what_stays_keeps_whoever_made_it()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        var first = await MarkAsync(van.Driver, van, photo, 1, Circle);
        var second = await MarkAsync(van.Staff, van, photo, 2, Arrow, Circle);
        var same = await MarkAsync(van.Admin, van, photo, 3, Arrow, Circle);
        var none = await MarkAsync(van.Driver, van, photo, 3);

        var marks = second.GetProperty("marks");
        Assert.Equal((van.Tenant.Staff.UserId.ToString(), van.Tenant.Driver.UserId.ToString()), (marks[0].Text("createdByUserId"), marks[1].Text("createdByUserId")));
        Assert.Equal(first.GetProperty("marks")[0].Text("createdAt"), marks[1].Text("createdAt"));
        Assert.Equal((3, 4, 0), (same.Number("version"), none.Number("version"), none.GetProperty("marks").GetArrayLength()));
        Assert.Equal(3, (await van.AuditAsync("marked"))!.Split('\n').Length); // what is the same is no edit
    }

    [Fact]
    public async Task An_older_set_drops_nobodys_marks()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        await MarkAsync(van.Driver, van, photo, 1, Circle);

        Assert.Equal("412 version_mismatch", await OutcomeAsync(van.Admin, van, photo, 1, Arrow));
        Assert.Equal("428 version_required", await OutcomeAsync(van.Admin, van, photo, null, Arrow));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => OutcomeAsync(i % 2 == 0 ? van.Admin : van.Driver, van, photo, 2, Circle, $$"""{"shape":"CIRCLE","x":{{i}},"y":0,"radius":500}""")));

        Assert.Equal((1, 7), (outcomes.Count(o => o == "200"), outcomes.Count(o => o == "412 version_mismatch")));
        Assert.Equal(2L, await CountAsync(photo));
    }

    [Fact]
    public async Task Who_began_it_marks_while_it_goes_on_and_the_desk_until_it_is_reviewed()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver, null, ("snapshotItemId", van.Dashboard));
        await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}""");
        Assert.Equal("200", await van.CompleteAsync(van.Driver));

        Assert.Equal("409 inspection_not_in_progress", await OutcomeAsync(van.Driver, van, photo, 1, Circle));
        Assert.Equal("200", await OutcomeAsync(van.Staff, van, photo, 1, Circle));
        Assert.Equal("200", await van.Admin.SendOutcomeAsync(HttpMethod.Post, $"{van.Path}/review", null, "{}"));
        Assert.Equal("409 inspection_already_reviewed", await OutcomeAsync(van.Staff, van, photo, 2, Arrow));
        Assert.Equal("409 inspection_already_reviewed", await OutcomeAsync(van.Admin, van, photo, 2, Arrow));
        Assert.Equal(1L, await CountAsync(photo));
    }

    [Fact]
    public async Task Another_driver_and_another_organisation_find_no_such_photo()
    {
        using var van = await InspectedVan.CreateAsync(api);
        using var other = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        var ofDesk = await InspectedVan.StartAsync(van.Staff, await van.Tenant.AssetAsync());

        Assert.Equal("404 photo_not_found", await OutcomeAsync(other.Admin, van, photo, 1, Circle));
        Assert.Equal("404 photo_not_found", await van.Driver.SendOutcomeAsync(HttpMethod.Put, $"/api/inspections/{ofDesk}/photos/{photo.Text("id")}/marks", 1, Body(Circle)));
        Assert.Equal("404 photo_not_found", await van.Driver.SendOutcomeAsync(HttpMethod.Put, $"{van.Path}/photos/{TestTenant.NewId()}/marks", 1, Body(Circle)));
        Assert.Equal("404 photo_not_found", await van.Driver.SendOutcomeAsync(HttpMethod.Put, $"{van.Path}/photos/none/marks", 1, Body(Circle)));
        Assert.Equal("204", await van.DeleteAsync(van.Driver, photo));
        Assert.Equal("404 photo_not_found", await OutcomeAsync(van.Driver, van, photo, 2, Circle));
    }

    [Theory]
    [InlineData("""{"shape":"CIRCLE","x":10001,"y":0,"radius":500}""")]
    [InlineData("""{"shape":"CIRCLE","x":0,"y":-1,"radius":500}""")]
    [InlineData("""{"shape":"CIRCLE","x":0,"y":0,"radius":99}""")]
    [InlineData("""{"shape":"CIRCLE","x":0,"y":0,"radius":10001}""")]
    [InlineData("""{"shape":"CIRCLE","x":0,"y":0}""")]
    [InlineData("""{"shape":"CIRCLE","x":0,"y":0,"radius":500,"toX":1,"toY":1}""")]
    [InlineData("""{"shape":"ARROW","x":0,"y":0,"toX":1}""")]
    [InlineData("""{"shape":"ARROW","x":0,"y":0,"toX":10001,"toY":1}""")]
    [InlineData("""{"shape":"ARROW","x":7,"y":7,"toX":7,"toY":7}""")]
    [InlineData("""{"shape":"ARROW","x":0,"y":0,"toX":1,"toY":1,"radius":500}""")]
    [InlineData("""{"shape":"SQUARE","x":0,"y":0,"radius":500}""")]
    [InlineData("""{"shape":"CIRCLE","x":0.5,"y":0,"radius":500}""")]
    [InlineData("""{"shape":"CIRCLE","y":0,"radius":500}""")]
    [InlineData("""{"shape":"CIRCLE","x":0,"y":0,"radius":500,"colour":"red"}""")]
    [InlineData("""{"shape":"CIRCLE","x":0,"y":0,"radius":500,"text":"two\nlines"}""")]
    [InlineData("null")]
    public async Task What_is_no_mark_inside_the_picture_is_refused(string mark)
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);

        Assert.Equal("400 invalid_body", await OutcomeAsync(van.Driver, van, photo, 1, mark));
        Assert.Equal(0L, await CountAsync(photo));
    }

    [Fact]
    public async Task Ten_are_enough_and_a_text_is_short()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        var ten = Enumerable.Range(0, 10).Select(i => $$"""{"shape":"CIRCLE","x":{{i * 1000}},"y":0,"radius":500,"text":"{{new string('ä', 200)}}"}""").ToArray();

        Assert.Equal("400 invalid_body", await OutcomeAsync(van.Driver, van, photo, 1, [.. ten, Circle]));
        Assert.Equal("400 invalid_body", await OutcomeAsync(van.Driver, van, photo, 1, $$"""{"shape":"CIRCLE","x":0,"y":0,"radius":500,"text":"{{new string('ä', 201)}}"}"""));
        Assert.Equal("400 invalid_body", await van.Driver.SendOutcomeAsync(HttpMethod.Put, Path(van, photo), 1, """{"marks":null}"""));
        Assert.Equal("400 invalid_body", await van.Driver.SendOutcomeAsync(HttpMethod.Put, Path(van, photo), 1, "{}"));
        Assert.Equal("200", await OutcomeAsync(van.Driver, van, photo, 1, ten));
        Assert.Equal(10L, await CountAsync(photo));
    }

    [Fact]
    public async Task They_go_with_the_row_of_the_photo()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        await MarkAsync(van.Driver, van, photo, 1, Circle, Arrow);
        await api.App.RunAsync("delete from photos where id = $1", photo.GetProperty("id").GetGuid());

        Assert.Equal(0L, await CountAsync(photo));
    }

    private static string Path(InspectedVan van, JsonElement photo) => $"{van.Path}/photos/{photo.Text("id")}/marks";

    private static string Body(params string[] marks) => $$"""{"marks":[{{string.Join(',', marks)}}]}""";

    private static Task<string> OutcomeAsync(HttpClient client, InspectedVan van, JsonElement photo, int? version, params string[] marks) =>
        client.SendOutcomeAsync(HttpMethod.Put, Path(van, photo), version, Body(marks));

    private static Task<JsonElement> MarkAsync(HttpClient client, InspectedVan van, JsonElement photo, int version, params string[] marks) =>
        client.SendJsonAsync(HttpMethod.Put, Path(van, photo), version, Body(marks));

    private Task<object?> CountAsync(JsonElement photo) => api.App.RunAsync("select count(*) from photo_marks where photo_id = $1", photo.GetProperty("id").GetGuid());
}

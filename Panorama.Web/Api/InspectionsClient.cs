using System.Globalization;
using System.Text.Json.Nodes;

namespace Panorama.Web.Api;

internal sealed record InspectionList(IReadOnlyList<InspectionRow> Items, string? NextCursor);

public sealed record InspectionRow(
    Guid Id, Guid AssetId, Guid StartedByUserId, string Status, string? Outcome, string? SummaryNote, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt,
    DateTimeOffset? ReviewedAt, string TemplateName, string AssetTag, string AssetName, string StartedByName);

/// <param name="IsOutdated">The checklist asks something else since it was begun.</param>
/// <param name="OpenDefects">Of the asset, newest first.</param>
/// <param name="Signatures">Who completed it first.</param>
/// <param name="IsSignatureRequired">Whoever completes it has to sign.</param>
public sealed record InspectionDetail(
    Guid Id, Guid AssetId, Guid StartedByUserId, string Status, string? Outcome, string? SummaryNote, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt,
    string? CompletedByName, DateTimeOffset? ReviewedAt, string? ReviewedByName, string? ReviewNote, DateTimeOffset? CancelledAt, string? CancelReason,
    string TemplateName, string AssetTag, string AssetName, string StartedByName, InspectionChecklist TemplateSnapshot, bool IsOutdated, IReadOnlyList<InspectionAnswer> Responses, IReadOnlyList<InspectionPhoto> Photos,
    IReadOnlyList<DefectRow>? OpenDefects, IReadOnlyList<InspectionSignature>? Signatures = null, bool IsSignatureRequired = false);

/// <param name="Role">DRIVER or REVIEWER.</param>
/// <param name="IsIntact">What is stored now is what was signed.</param>
public sealed record InspectionSignature(
    Guid Id, string Role, string SignedByName, string TypedName, bool IsDrawn, string ContentHash, bool IsIntact, bool IsNoteChanged, DateTimeOffset SignedAt);

public sealed record InspectionChecklist(string Name, string? Description, IReadOnlyList<InspectionQuestion> Items, int ContentVersion = 1);

/// <param name="ItemType">BOOLEAN, TEXT, NUMBER or PHOTO.</param>
/// <param name="Severity">MINOR, MAJOR or OUT_OF_SERVICE: what a no means; null where it means nothing.</param>
public sealed record InspectionQuestion(
    Guid Id, string Label, string ItemType, bool Required, bool PhotoRequired, double? MinValue, double? MaxValue, string? HelpText, string? Severity);

public sealed record InspectionAnswer(Guid Id, Guid SnapshotItemId, bool? BooleanValue, string? TextValue, double? NumberValue, string? Note, DateTimeOffset UpdatedAt);

public sealed record InspectionPhoto(
    Guid Id, Guid? ResponseId, Guid? SnapshotItemId, int Width, int Height, int SizeBytes, DateTimeOffset? CapturedAt, DateTimeOffset UploadedAt, int Version = 0,
    IReadOnlyList<InspectionMark>? Marks = null, string? Sha256 = null);

/// <summary>A mark over a photo; places are ten-thousandths of the picture's width and height.</summary>
/// <param name="Shape">CIRCLE or ARROW.</param>
/// <param name="Radius">Of a circle, as a part of the width.</param>
public sealed record InspectionMark(int Number, string Shape, int X, int Y, int? Radius, int? ToX, int? ToY, string? Text);

internal sealed record StartedInspection(Guid Id, bool Resumed);

internal sealed record ChecklistChoices(IReadOnlyList<ChecklistChoice> Items);

/// <param name="CategoryId">Null where it is for a whole kind; those for one category come first.</param>
public sealed record ChecklistChoice(Guid Id, string Name, string? Description, Guid? CategoryId, IReadOnlyList<InspectionQuestion> Items);

/// <summary>Inspections: those that one may see, begun, answered, ended and reviewed.</summary>
internal sealed class InspectionsClient(ApiClient api)
{
    /// <param name="query">Query string with its question mark, or empty.</param>
    public Task<ApiResult<InspectionList>> ListAsync(string query, CancellationToken cancellationToken) =>
        api.GetAsync("/api/inspections" + query, WebJson.Default.InspectionList, cancellationToken);

    public Task<ApiResult<InspectionDetail>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/inspections/{id}", WebJson.Default.InspectionDetail, cancellationToken);

    /// <summary>The checklists for an asset.</summary>
    public Task<ApiResult<ChecklistChoices>> ChecklistsAsync(Guid asset, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/inspection-templates?assetId={asset}", WebJson.Default.ChecklistChoices, cancellationToken);

    public Task<ApiResult<StartedInspection>> StartAsync(Guid asset, Guid? template, string? key, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["assetId"] = asset.ToString() };
        if (template is not null)
        {
            body["templateId"] = template.ToString();
        }

        return api.ChangeAsync(HttpMethod.Post, "/api/inspections", body, WebJson.Default.JsonObject, WebJson.Default.StartedInspection, null, key, cancellationToken);
    }

    /// <summary>One answer, which replaces the one before.</summary>
    public Task<ApiResult<Done>> AnswerAsync(Guid id, JsonObject answer, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, id, "responses", new JsonObject { ["responses"] = new JsonArray(answer) }, cancellationToken);

    /// <param name="seen">Defects that the page showed as known.</param>
    /// <param name="signature">Null without one.</param>
    public Task<ApiResult<Done>> CompleteAsync(Guid id, string outcome, string? note, IEnumerable<Guid> seen, JsonObject? signature, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, id, "complete",
        new JsonObject
        {
            ["outcome"] = outcome,
            ["summaryNote"] = note,
            ["acknowledgedDefects"] = new JsonArray([.. seen.Select(d => JsonValue.Create(d.ToString()))]),
            ["signature"] = signature,
        },
        cancellationToken);

    public Task<ApiResult<Done>> CancelAsync(Guid id, string? reason, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, id, "cancel", new JsonObject { ["reason"] = reason }, cancellationToken);

    /// <param name="signature">Null without one.</param>
    public Task<ApiResult<Done>> ReviewAsync(Guid id, string? note, JsonObject? signature, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, id, "review", new JsonObject { ["reviewNote"] = note, ["signature"] = signature }, cancellationToken);

    public Task<ApiResult<Done>> ChangeReviewNoteAsync(Guid id, string note, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, id, "review-note", new JsonObject { ["reviewNote"] = note }, cancellationToken);

    /// <param name="key">Of the photo: the same again is kept once.</param>
    public async Task<ApiResult<Done>> AddPhotoAsync(Guid id, Guid item, Guid key, Stream photo, CancellationToken cancellationToken)
    {
        using var body = new MultipartFormDataContent("panorama-" + key.ToString("N", CultureInfo.InvariantCulture));
        body.Add(new StringContent(key.ToString()), "clientUploadKey");
        body.Add(new StringContent(item.ToString()), "snapshotItemId");
        body.Add(new StreamContent(photo), "photo", "photo");
        return await api.UploadAsync($"/api/inspections/{id}/photos", body, cancellationToken);
    }

    public Task<ApiResult<Done>> DeletePhotoAsync(Guid id, Guid photo, string reason, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, id, $"photos/{photo}", new JsonObject { ["reason"] = reason }, cancellationToken);

    /// <summary>All that the photo is to have.</summary>
    /// <param name="version">Of the photo whose marks were seen.</param>
    public Task<ApiResult<Done>> MarkPhotoAsync(Guid id, Guid photo, JsonArray marks, int version, CancellationToken cancellationToken) => api.ChangeAsync<JsonObject, Done>(
        HttpMethod.Put, $"/api/inspections/{id}/photos/{photo}/marks", new JsonObject { ["marks"] = marks }, WebJson.Default.JsonObject, null, version, null, cancellationToken);

    private Task<ApiResult<Done>> SendAsync(HttpMethod method, Guid id, string what, JsonObject body, CancellationToken cancellationToken) =>
        api.ChangeAsync<JsonObject, Done>(method, $"/api/inspections/{id}/{what}", body, WebJson.Default.JsonObject, null, null, null, cancellationToken);
}

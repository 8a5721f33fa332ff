using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Panorama.Web.Api;
using Panorama.Web.Http;

namespace Panorama.Web;

/// <summary>Every shape Web reads or writes; generated, so nothing is reflected over at run time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WireProblem))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(Viewer))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(SetupLinkRequest))]
[JsonSerializable(typeof(SwitchRequest))]
[JsonSerializable(typeof(SetupRequest))]
[JsonSerializable(typeof(AssetPage))]
[JsonSerializable(typeof(AssetDetail))]
[JsonSerializable(typeof(AssetHistory))]
[JsonSerializable(typeof(Choices))]
[JsonSerializable(typeof(ModelPage))]
[JsonSerializable(typeof(LabelChoices))]
[JsonSerializable(typeof(CustomFieldPage))]
[JsonSerializable(typeof(Fieldset))]
[JsonSerializable(typeof(ReadingPage))]
[JsonSerializable(typeof(AssignmentPage))]
[JsonSerializable(typeof(PeoplePage))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(CataloguePage))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(OrganisationSettings))]
[JsonSerializable(typeof(OrganisationChange))]
[JsonSerializable(typeof(FilterChoices))]
[JsonSerializable(typeof(BulkRuns))]
[JsonSerializable(typeof(BulkRun))]
[JsonSerializable(typeof(BulkItems))]
[JsonSerializable(typeof(BulkStart))]
[JsonSerializable(typeof(SavedViews))]
[JsonSerializable(typeof(SavedView))]
[JsonSerializable(typeof(NewView))]
[JsonSerializable(typeof(ViewName))]
[JsonSerializable(typeof(ImportList))]
[JsonSerializable(typeof(ImportItem))]
[JsonSerializable(typeof(ImportInspection))]
[JsonSerializable(typeof(ImportFindingPage))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(LabelledAsset))]
[JsonSerializable(typeof(ScannedAsset))]
[JsonSerializable(typeof(LabelStockList))]
[JsonSerializable(typeof(PrintRequest))]
[JsonSerializable(typeof(LabelSheets))]
[JsonSerializable(typeof(NewLabel))]
[JsonSerializable(typeof(NoBody))]
[JsonSerializable(typeof(NoticePage))]
[JsonSerializable(typeof(ReadAllUntil))]
[JsonSerializable(typeof(OwnPreferences))]
[JsonSerializable(typeof(OwnPreferencesChange))]
[JsonSerializable(typeof(DefaultPreferences))]
[JsonSerializable(typeof(DefaultPreferencesChange))]
[JsonSerializable(typeof(SuppressionPage))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(DeadCauses))]
[JsonSerializable(typeof(MoveLetters))]
[JsonSerializable(typeof(RequeueAll))]
[JsonSerializable(typeof(ChosenLanguage))]
[JsonSerializable(typeof(MovedLetters))]
internal sealed partial class WebJson : JsonSerializerContext;

internal sealed record WireProblem(
    string? Code, IReadOnlyDictionary<string, JsonElement>? Args, IReadOnlyDictionary<string, string[]>? Errors,
    IReadOnlyDictionary<string, string[]>? ErrorCodes, string? TraceId);

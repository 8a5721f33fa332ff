using System.Text.Json.Nodes;
using Panorama.Web.Api;
using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Assets.Custody;

/// <summary>
/// The added fields that are asked for when an asset is lent or taken back: the part of the asset's own form that stands on these pages. What nobody
/// changed is not sent, so lending an asset waits for no editor of it.
/// </summary>
public sealed class CustodyFieldForm
{
    private readonly Guid _asset;

    private CustodyFieldForm(Guid asset, AssetForm form, AssetChoices choices) => (_asset, Form, Choices) = (asset, form, choices);

    public AssetForm Form { get; private set; }

    public AssetChoices Choices { get; }

    /// <summary>Fields of which two versions exist; null when nobody came first.</summary>
    public IReadOnlyList<StaleRow>? Stale { get; private set; }

    /// <summary>Why the page cannot be shown.</summary>
    public ApiProblem? Problem { get; private set; }

    /// <param name="handler">Name of the page's form: what another form of it sends is none of this.</param>
    internal static async Task<CustodyFieldForm> ReadAsync(
        AssetsClient api, AssetDetail asset, HttpContext context, string handler, Func<CustomFieldChoice, bool> isAsked)
    {
        var isSent = HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType;
        var sent = isSent ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        var form = sent is not null && sent["_handler"] == handler ? AssetForm.Read(sent) : AssetForm.OfFields(asset);
        var choices = await AssetChoices.ReadFieldsAsync(api, asset.ModelId, isAsked, context.RequestAborted);
        return new CustodyFieldForm(asset.Id, form, choices) { Problem = choices.Problem };
    }

    /// <summary>Adds what was changed to the body of the request, and says of which version of the asset; null when nothing was changed.</summary>
    internal int? AddTo(JsonObject body, FormErrors errors, Texts texts)
    {
        if (Form.CustomBody(errors, texts, Choices.Fields) is not { } custom)
        {
            return null;
        }

        body["customFields"] = custom;
        return Form.Version;
    }

    /// <summary>Says what Api refuses about these fields. False when it is about something else.</summary>
    internal async Task<bool> ExplainAsync(AssetsClient api, ApiProblem problem, FormErrors errors, Texts texts, CancellationToken cancellationToken)
    {
        if (problem.Code == "custom_field_invalid")
        {
            AssetForm.Take(problem, errors, texts);
            return true;
        }

        if (problem.Code != "version_mismatch" || (await api.GetAsync(_asset, cancellationToken)).Value is not { } stored)
        {
            return false;
        }

        var before = Form;
        Form = before.On(AssetForm.OfFields(stored));
        Stale = StaleRow.Compare([], before, Form, stored, Choices, texts);
        return true;
    }
}

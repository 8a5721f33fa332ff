using Panorama.Web.Api;
using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Assets;

/// <summary>What an asset's form offers to choose from, and the added fields that the model asks for.</summary>
public sealed class AssetChoices
{
    private static readonly string[] Kinds = ["locations", "suppliers", "companies"];
    private readonly Dictionary<string, Choices> _lists = new(StringComparer.Ordinal);

    public ModelChoice? Model { get; private set; }

    public IReadOnlyList<LabelChoice> Labels { get; private set; } = [];

    /// <summary>Those that the form asks for, in the order of the model's set.</summary>
    public IReadOnlyList<CustomFieldChoice> Fields { get; private set; } = [];

    /// <summary>Why the form cannot be shown.</summary>
    public ApiProblem? Problem { get; private set; }

    internal static async Task<AssetChoices> ReadAsync(AssetsClient api, AssetForm form, CancellationToken cancellationToken)
    {
        var choices = new AssetChoices();
        var lists = Kinds.Select(k => api.ChoicesAsync(k, cancellationToken)).ToList();
        var labels = api.LabelsAsync(cancellationToken);
        var fields = api.FieldsAsync(cancellationToken);
        if (form.ModelId is { } model)
        {
            // A model that is not there any more is the form's fault at Model, told when it is saved; the rest can be filled in.
            (choices.Model, var problemOfModel) = await api.ModelAsync(model, cancellationToken);
            choices.Problem = problemOfModel is { Status: not 404 } ? problemOfModel : null;
        }

        foreach (var (kind, pending) in Kinds.Zip(lists))
        {
            var (list, problem) = await pending;
            choices._lists[kind] = list ?? new Choices([], null);
            choices.Problem ??= problem;
        }

        (var found, var labelProblem) = await labels;
        choices.Labels = found?.Items ?? [];
        (var all, var fieldProblem) = await fields;
        choices.Problem ??= labelProblem ?? fieldProblem;
        await choices.ChooseFieldsAsync(api, form, all, cancellationToken);
        return choices;
    }

    public IReadOnlyList<Choice> Of(string kind) => _lists[kind].Items;

    /// <summary>More than a list on a page holds: the name is typed.</summary>
    public bool IsTyped(string kind) => _lists[kind].NextCursor is not null;

    /// <summary>Resolves names that were typed instead of chosen.</summary>
    internal static async Task ResolveAsync(AssetsClient api, AssetForm form, FormErrors errors, Texts texts, CancellationToken cancellationToken)
    {
        foreach (var (member, kind) in new[] { ("locationId", "locations"), ("supplierId", "suppliers"), ("companyId", "companies") })
        {
            var typed = form[member];
            if (typed.Length == 0 || form.Id(member) is not null)
            {
                continue;
            }

            var (found, _) = await api.FindChoicesAsync(kind, typed, cancellationToken);
            var match = found?.Items.FirstOrDefault(c => c.Name.Equals(typed, StringComparison.OrdinalIgnoreCase));
            if (match is not null)
            {
                form[member] = match.Id.ToString();
            }
            else
            {
                var nearest = string.Join(", ", (found?.Items ?? []).Take(3).Select(c => c.Name));
                errors.Add(member, nearest.Length == 0
                    ? texts["errors.member.not_found", ("field", texts["asset.field." + member])]
                    : texts["asset.error.did_you_mean", ("field", texts["asset.field." + member]), ("names", nearest)]);
            }
        }
    }

    /// <summary>The added fields alone that are asked for when an asset of the model is lent, or taken back; most organisations have none, which is one call.</summary>
    internal static async Task<AssetChoices> ReadFieldsAsync(AssetsClient api, Guid? model, Func<CustomFieldChoice, bool> isAsked, CancellationToken cancellationToken)
    {
        var choices = new AssetChoices();
        (var all, choices.Problem) = await api.FieldsAsync(cancellationToken);
        var fields = Settable(all).Where(isAsked).ToList();
        if (fields.Count > 0 && model is { } id)
        {
            (choices.Model, choices.Problem) = await api.ModelAsync(id, cancellationToken);
            choices.Fields = choices.Problem is null ? await choices.OfSetAsync(api, fields, cancellationToken) ?? fields : [];
        }

        return choices;
    }

    private static List<CustomFieldChoice> Settable(CustomFieldPage? all) => [.. (all?.Items ?? []).Where(f => !f.Encrypted && f.Type != "file")];

    private async Task ChooseFieldsAsync(AssetsClient api, AssetForm form, CustomFieldPage? all, CancellationToken cancellationToken)
    {
        var settable = Settable(all);
        var asked = await OfSetAsync(api, settable, cancellationToken);
        Fields = asked is null ? settable :
        [
            .. asked,
            .. settable.Where(f => !asked.Contains(f) && form[AssetForm.CustomPrefix + f.Id].Length > 0).Select(f => f with { Required = false }),
        ];
    }

    /// <summary>Those of the model's set, in its order; null when the model has none.</summary>
    private async Task<List<CustomFieldChoice>?> OfSetAsync(AssetsClient api, List<CustomFieldChoice> fields, CancellationToken cancellationToken)
    {
        if (Model?.FieldsetId is not { } set)
        {
            return null;
        }

        var (fieldset, problem) = await api.FieldsetAsync(set, cancellationToken);
        Problem ??= problem;
        return [.. (fieldset?.Fields ?? []).Select(m => fields.Find(f => f.Id == m.FieldId)).OfType<CustomFieldChoice>()];
    }
}

using System.Text.Json.Nodes;
using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Inspections;

/// <summary>A signature as its form was sent.</summary>
/// <param name="Name">As it was typed.</param>
/// <param name="Path">What was drawn; null without it.</param>
/// <param name="IsConfirmed">The person ticked that it is theirs: without it nothing is signed.</param>
public sealed record TypedSignature(string? Name, string? Path, bool IsConfirmed)
{
    private const int LongestName = 200;

    public static TypedSignature Read(IFormCollection form) => new(
        form["typedName"].ToString().Trim() is { Length: > 0 } name ? name : null, form["signaturePath"].ToString() is { Length: > 0 } path ? path : null, form["signed"].ToString() == "true");

    /// <summary>As Api takes it; null where nobody signs, or where something is wrong, which <paramref name="errors"/> then says.</summary>
    internal JsonObject? Body(bool isRequired, Texts texts, FormErrors errors)
    {
        if (!IsConfirmed && (isRequired || Path is not null))
        {
            errors.Add("signed", texts[isRequired ? "signature.error.required" : "signature.error.confirm"]);
        }

        if (IsConfirmed && Name is null)
        {
            errors.Add("typedName", texts["signature.error.name"]);
        }

        if (Name?.Length > LongestName)
        {
            errors.Add("typedName", texts["errors.member.too_long", ("field", texts["signature.name"])]);
        }

        return IsConfirmed ? new JsonObject { ["typedName"] = Name, ["path"] = Path } : null;
    }
}

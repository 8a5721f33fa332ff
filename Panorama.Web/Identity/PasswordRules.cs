using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Identity;

/// <summary>What a page can tell about a new password before Api decides.</summary>
internal static class PasswordRules
{
    public const int MinLength = 12;

    public static void Check(FormErrors errors, Texts texts, string? password, string? repeat)
    {
        if ((password?.Length ?? 0) < MinLength)
        {
            errors.Add("password", texts["errors.password_too_short", ("min", MinLength)]);
        }
        else if (password != repeat)
        {
            errors.Add("repeat", texts["setup.error.repeat"]);
        }
    }
}

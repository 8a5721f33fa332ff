using Microsoft.Extensions.Options;

namespace Panorama.Api.Settings;

/// <summary>Options that can say in sentences what is wrong with them: keys by name, never a value.</summary>
internal interface ICheckedOptions
{
    IEnumerable<string> Problems();
}

internal sealed class CheckedOptionsValidator<T> : IValidateOptions<T>
    where T : class, ICheckedOptions
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}

internal static class CheckedOptionsRegistration
{
    /// <summary>Reads the flat environment names and refuses to start on bad values, all of them at once.</summary>
    public static void AddCheckedOptions<T>(this IServiceCollection services, IConfiguration configuration)
        where T : class, ICheckedOptions
    {
        services.AddSingleton<IValidateOptions<T>, CheckedOptionsValidator<T>>();
        services.AddOptions<T>().Bind(configuration).ValidateOnStart();
    }

    /// <summary>true, false, 1, 0, yes, no; null is a problem. Absent is the default, set but empty is an error.</summary>
    public static bool? Flag(string? text, bool otherwise) => text?.ToLowerInvariant() switch
    {
        null => otherwise,
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => null,
    };

    public static IEnumerable<string> FlagProblem(string name, string? text) =>
        Flag(text, otherwise: false) is null ? [$"{name} must be true, false, 1, 0, yes or no."] : [];
}

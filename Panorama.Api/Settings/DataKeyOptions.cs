using Panorama.Core.Identity;

namespace Panorama.Api.Settings;

/// <summary>The key that encrypts what rests in the database, and the retired ones.</summary>
internal sealed class DataKeyOptions : ICheckedOptions
{
    private const int MinDistinct = 10;

    [ConfigurationKeyName("DATA_KEY")]
    public string? Current { get; set; }

    [ConfigurationKeyName("DATA_KEY_PREVIOUS")]
    public string? Previous { get; set; }

    public DataKeys Keys() => new(Current ?? "", Previous);

    public IEnumerable<string> Problems()
    {
        if (DataKeys.Parse(Current) is not { } key)
        {
            yield return "DATA_KEY must be <id>:<base64url of 32 bytes>.";
        }
        else if (key.Bytes.Distinct().Count() < MinDistinct)
        {
            yield return "DATA_KEY is not random enough.";
        }

        foreach (var text in (Previous ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (DataKeys.Parse(text) is null)
            {
                yield return "DATA_KEY_PREVIOUS must be a comma list of <id>:<base64url of 32 bytes>.";
                yield break;
            }
        }
    }
}

namespace Panorama.Api.Settings;

/// <summary>How much may be uploaded.</summary>
internal sealed class PhotoOptions : ICheckedOptions
{
    private const int Most = 1_000_000;

    [ConfigurationKeyName("PHOTO_RATE_USER_HOUR")]
    public string UserHour { get; set; } = "120";

    [ConfigurationKeyName("PHOTO_RATE_TENANT_HOUR")]
    public string TenantHour { get; set; } = "1000";

    /// <summary>Uploads of one person in any hour.</summary>
    public int OfUser => SignInOptions.Number(UserHour, 1, Most) ?? 0;

    /// <summary>Uploads of all members of one organisation in any hour.</summary>
    public int OfTenant => SignInOptions.Number(TenantHour, 1, Most) ?? 0;

    public IEnumerable<string> Problems()
    {
        foreach (var (name, text) in new[] { ("PHOTO_RATE_USER_HOUR", UserHour), ("PHOTO_RATE_TENANT_HOUR", TenantHour) })
        {
            if (SignInOptions.Number(text, 1, Most) is null)
            {
                yield return $"{name} must be a number from 1 to 1000000.";
            }
        }
    }
}

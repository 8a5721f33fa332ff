using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panorama.Core.Inspections;

/// <summary>An organisation's own rules of inspections. One value that is not allowed makes all of them what they are without a rule.</summary>
/// <param name="MaxPhotosPerInspection">1 to 100.</param>
/// <param name="MaxPhotoBytes">1 to 25,000,000.</param>
/// <param name="MaxPhotoDimension">Of the longer edge in pixels, 512 to 4096.</param>
/// <param name="StaleInProgressHours">1 to 168: so long a run that was begun is resumed; three times as long, and it is given up.</param>
/// <param name="PreCheckoutInspectionMaxAgeMinutes">30 to 1440.</param>
/// <param name="RequireSignature">Whoever completes an inspection signs it.</param>
public sealed record InspectionPolicy(
    int MaxPhotosPerInspection = 20, int MaxPhotoBytes = 10_485_760, int MaxPhotoDimension = 2_048, int StaleInProgressHours = 24,
    int PreCheckoutInspectionMaxAgeMinutes = 240, bool RequireSignature = false)
{
    /// <summary>After so many times <see cref="StaleInProgressHours"/> a run that nobody ended is given up.</summary>
    public const int GivenUpAfter = 3;

    public const int MostPhotos = 100;
    public const int MostPhotoBytes = 25_000_000;
    public const int SmallestPhotoDimension = 512;
    public const int LargestPhotoDimension = 4_096;
    public const int MostStaleHours = 168;
    public const int ShortestCheckoutMinutes = 30;
    public const int LongestCheckoutMinutes = 1_440;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
    };

    [JsonIgnore]
    public TimeSpan ResumedFor => TimeSpan.FromHours(StaleInProgressHours);

    [JsonIgnore]
    public TimeSpan KeptOpenFor => GivenUpAfter * ResumedFor;

    /// <summary>As the organisation's row has it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <param name="json">As the organisation's row has it; null for none.</param>
    public static InspectionPolicy Read(string? json)
    {
        try
        {
            return json is not null && JsonSerializer.Deserialize<InspectionPolicy>(json, Json) is { } policy && policy.IsAllowed ? policy : new InspectionPolicy();
        }
        catch (JsonException)
        {
            return new InspectionPolicy();
        }
    }

    private bool IsAllowed => MaxPhotosPerInspection is >= 1 and <= MostPhotos && MaxPhotoBytes is >= 1 and <= MostPhotoBytes
        && MaxPhotoDimension is >= SmallestPhotoDimension and <= LargestPhotoDimension && StaleInProgressHours is >= 1 and <= MostStaleHours
        && PreCheckoutInspectionMaxAgeMinutes is >= ShortestCheckoutMinutes and <= LongestCheckoutMinutes;
}

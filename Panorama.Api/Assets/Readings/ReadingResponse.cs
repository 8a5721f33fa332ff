using Panorama.Core.Assets;

namespace Panorama.Api.Assets.Readings;

/// <summary>A reading of an odometer or hour meter.</summary>
/// <param name="Source">`manual`, `check_out`, `check_in`, `inspection`, `maintenance` or `import`.</param>
/// <param name="VoidedAt">When it was corrected; it does not count then.</param>
public sealed record ReadingResponse(
    Guid Id, decimal Value, MeterUnit Unit, DateTimeOffset ReadAt, string Source, Guid? ReadByUserId, string? ReadByName, DateTimeOffset? VoidedAt,
    string? VoidReason, DateTimeOffset CreatedAt);

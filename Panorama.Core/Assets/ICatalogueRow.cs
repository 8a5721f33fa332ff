namespace Panorama.Core.Assets;

/// <summary>What every entry of the catalogue has: an organisation names it, people choose it, and it is archived rather than lost.</summary>
public interface ICatalogueRow
{
    Guid Id { get; }

    /// <summary>1 to 200 characters.</summary>
    string Name { get; set; }

    /// <summary>Null while it may be chosen.</summary>
    DateTimeOffset? ArchivedAt { get; set; }
    DateTimeOffset CreatedAt { get; }
    DateTimeOffset UpdatedAt { get; set; }
    int Version { get; set; }
}

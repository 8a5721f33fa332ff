using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Core.Photos;

/// <summary>A mark over a photo, drawn where the photo is shown.</summary>
/// <param name="Number">From 1, in the order in which they were sent.</param>
/// <param name="X">From the left, in ten-thousandths of the width: the centre of a circle, or where an arrow begins.</param>
/// <param name="Y">From the top, in ten-thousandths of the height.</param>
/// <param name="Radius">Of a circle, in ten-thousandths of the width; null for an arrow.</param>
/// <param name="ToX">Where an arrow points, as `x`; null for a circle.</param>
/// <param name="ToY">Where an arrow points, as `y`; null for a circle.</param>
/// <param name="Text">Null when nothing is said.</param>
public sealed record PhotoMarkItem(
    int Number, PhotoMarkShape Shape, int X, int Y, int? Radius, int? ToX, int? ToY, string? Text, Guid CreatedByUserId, DateTimeOffset CreatedAt)
{
    public static PhotoMarkItem From(PhotoMark mark)
    {
        ArgumentNullException.ThrowIfNull(mark);
        return new(mark.Number, mark.Shape, mark.X, mark.Y, mark.Radius, mark.ToX, mark.ToY, mark.Text, mark.CreatedByUserId, mark.CreatedAt);
    }
}

/// <summary>The marks of all photos of an inspection, read by one statement.</summary>
public static class PhotoMarks
{
    /// <summary>$1 is the inspection.</summary>
    public const string OfInspection =
        """
        select m.photo_id, m.number, m.shape, m.x, m.y, m.radius, m.to_x, m.to_y, m.text, m.created_by_user_id, m.created_at
          from photos p join photo_marks m on m.tenant_id = p.tenant_id and m.photo_id = p.id
         where p.inspection_id = $1 and p.deleted_at is null order by m.photo_id, m.number
        """;

    /// <summary>One row of <see cref="OfInspection"/>.</summary>
    public static (Guid Photo, PhotoMarkItem Mark) Read(NpgsqlDataReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return (reader.GetGuid(0), new PhotoMarkItem(
            reader.GetInt32(1), WireNames.Parse<PhotoMarkShape>(reader.GetString(2)), reader.GetInt32(3), reader.GetInt32(4), reader.ValueOrNull<int>(5), reader.ValueOrNull<int>(6),
            reader.ValueOrNull<int>(7), reader.TextOrNull(8), reader.GetGuid(9), reader.GetFieldValue<DateTimeOffset>(10)));
    }

    /// <returns>In the order of their numbers.</returns>
    public static ILookup<Guid, PhotoMarkItem> ByPhoto(IReadOnlyList<(Guid Photo, PhotoMarkItem Mark)> marks)
    {
        ArgumentNullException.ThrowIfNull(marks);
        return marks.ToLookup(m => m.Photo, m => m.Mark);
    }
}

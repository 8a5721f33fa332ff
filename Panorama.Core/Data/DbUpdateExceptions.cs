using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Panorama.Core.Data;

/// <summary>Constraints have the last word; their names say which rule was broken.</summary>
public static class DbUpdateExceptions
{
    /// <summary>Whether the refused change broke the constraint or unique index of that name.</summary>
    public static bool Violates(this DbUpdateException exception, string constraint) =>
        exception.InnerException is PostgresException postgres && postgres.ConstraintName == constraint;
}

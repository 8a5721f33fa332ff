using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Notifications;

/// <param name="Locale">`en`, `pt-br` or `es`.</param>
public sealed record ChooseLanguageRequest([property: RegularExpression("^(en|pt-br|es)$")] string Locale);

internal static class ChooseLanguage
{
    /// <summary>Mails and notices are written in it from now on, in every organisation of the person.</summary>
    public static async Task<NoContent> Handle(ChooseLanguageRequest request, TenantSession session, Actor actor, CancellationToken cancellationToken)
    {
        await session.Connection.ExecuteAsync(
            "update users set locale = $2 where id = $1 and locale is distinct from $2", cancellationToken, Statement.Uuid(actor.UserId), Statement.Text(request.Locale));
        return TypedResults.NoContent();
    }
}

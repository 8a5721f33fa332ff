using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;
using Panorama.Core.Input;

namespace Panorama.Api.Identity;

/// <param name="S">The 43 characters behind `?s=` of the link.</param>
/// <param name="Organisation">Name of the first organisation.</param>
/// <param name="Slug">Its short name: lower-case letters, digits and hyphens.</param>
/// <param name="DisplayName">Name of its owner.</param>
/// <param name="Email">The owner signs in with it.</param>
/// <param name="Password">12 to 128 characters.</param>
/// <param name="Locale">`en`, `pt-br` or `es`.</param>
/// <param name="TimeZone">IANA name, such as `America/Sao_Paulo`.</param>
public sealed record SetUpRequest(
    [property: MaxLength(200)] string S,
    [property: Required, MaxLength(NameRules.MaxLength)] string Organisation,
    [property: MaxLength(SlugRules.MaxLength), RegularExpression(SlugRules.Pattern)] string Slug,
    [property: Required, MaxLength(NameRules.MaxLength)] string DisplayName,
    [property: MaxLength(EmailRules.MaxLength)] string Email,
    [property: MinLength(1), MaxLength(1000)] string Password,
    [property: RegularExpression("^(en|pt-br|es)$")] string Locale,
    [property: MaxLength(64)] string TimeZone) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!EmailRules.IsValid(Email))
        {
            yield return new ValidationResult("This is not an e-mail address.", [nameof(Email)]);
        }

        if (!TimeZoneRules.IsValid(TimeZone))
        {
            yield return new ValidationResult("This is not an IANA time zone.", [nameof(TimeZone)]);
        }

        if (PlainText.HasControls(Organisation.Trim()) || PlainText.HasControls(DisplayName.Trim()))
        {
            yield return new ValidationResult("A name may not hold control characters.", [nameof(Organisation), nameof(DisplayName)]);
        }
    }
}

internal static class SetUp
{
    public static async Task<Results<Created<MeResponse>, ProblemHttpResult>> Handle(
        SetUpRequest request, HttpContext context, SignIn signIn, AuthDatabase auth, PasswordGate passwords, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var lease = await signIn.LimitSetupAsync(context);
        if (lease.RetryAfter is not null)
        {
            return SignIn.TooMany(context, lease);
        }

        if (SignIn.Refuse(request.Password) is { } refusal)
        {
            return refusal;
        }

        if (await passwords.HashAsync(request.Password, cancellationToken) is not { } hash)
        {
            return Problems.Unavailable(context, Problems.TryAgain);
        }

        // A malformed link asks as well: it is the database that knows whether there is a tenant already.
        var link = SecretToken.HashOfLink(SecretToken.Parse(request.S) ?? SecretToken.Create());
        var user = Guid.CreateVersion7(clock.GetUtcNow());
        var outcome = await auth.FinishSetupAsync(
            new NewInstallation(
                link, Guid.CreateVersion7(clock.GetUtcNow()), request.Slug, request.Organisation.Trim(), user, request.DisplayName.Trim(),
                request.Email.ToLowerInvariant(), hash, request.Locale, request.TimeZone),
            cancellationToken);
        return outcome switch
        {
            "ok" when await signIn.StartAsync(context, user, cancellationToken) is { } me => TypedResults.Created("/api/auth/me", me),
            "already_set_up" => Problems.Of(Problems.AlreadySetUp),
            "link_used_or_expired" => Problems.Of(Problems.LinkUsedOrExpired),
            "slug_taken" => Problems.Of(Problems.SlugTaken),
            "email_taken" => Problems.Of(Problems.EmailTaken),
            _ => throw new InvalidOperationException($"setup_finish answered '{outcome}'."),
        };
    }
}

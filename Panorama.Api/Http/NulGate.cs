namespace Panorama.Api.Http;

/// <summary>Refuses the character NUL in a query before anything reads it: PostgreSQL stores it in no text, so it can be part of no value.</summary>
internal sealed class NulGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) != true)
        {
            return next(context);
        }

        var name = context.Request.Query.FirstOrDefault(q => q.Key.Contains('\0', StringComparison.Ordinal) || q.Value.Any(HoldsNul)).Key ?? "";
        return Problems.Query(name.Replace("\0", "", StringComparison.Ordinal)).ExecuteAsync(context);
    }

    private static bool HoldsNul(string? value) => value?.Contains('\0', StringComparison.Ordinal) == true;
}

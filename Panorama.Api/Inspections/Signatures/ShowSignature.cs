using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Signatures;

internal static class ShowSignature
{
    public const string PngType = "image/png";
    private const string SvgType = "image/svg+xml";
    private const string TextType = "text/plain; charset=utf-8";

    /// <summary>As a picture, as the lines that were drawn, or as the text that was signed.</summary>
    public static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Handle(
        string id, string signatureId, string? format, Actor actor, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var kind = values.Choice("format", format, "png", ("png", "png"), ("svg", "svg"), ("text", "text"));
        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (!Guid.TryParseExact(id, "D", out var runId) || !Guid.TryParseExact(signatureId, "D", out var wanted)
            || await db.Inspections.AsNoTracking().Where(i => i.Id == runId).Where(InspectionRows.IsVisibleTo(actor))
                .Join(db.InspectionSignatures.Where(s => s.Id == wanted), i => i.Id, s => s.InspectionId, (run, signature) => new { run, signature })
                .FirstOrDefaultAsync(cancellationToken) is not { } found
            || (kind != "text" && found.signature.Path is null))
        {
            return Problems.Of(Problems.SignatureNotFound);
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "private, no-cache"; // the right to see it is asked for each time
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        return kind switch
        {
            "svg" => File(Encoding.UTF8.GetBytes(SignaturePicture.Write(SignaturePath.Read(found.signature.Path!, out _)!)), SvgType),
            "text" => File(Encoding.UTF8.GetBytes(await WriteAsync(db, found.run, found.signature, cancellationToken)), TextType),
            _ => File(found.signature.Image!, PngType),
        };
    }

    private static async Task<string> WriteAsync(PanoramaDbContext db, Inspection run, InspectionSignature signature, CancellationToken cancellationToken)
    {
        var answers = await SignatureRows.ReadAnswersAsync((NpgsqlConnection)db.Database.GetDbConnection(), run.Id, cancellationToken);
        return SignedContent.Write(new SignedRun(run.Id, run.Outcome, run.SummaryNote, InspectionSnapshot.FromJson(run.TemplateSnapshot), answers), signature);
    }

    private static FileContentHttpResult File(byte[] content, string type) => TypedResults.File(
        content, type, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\""));
}

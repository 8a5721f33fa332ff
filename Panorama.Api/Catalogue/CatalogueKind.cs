using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Catalogue;

#pragma warning disable CA1304, CA1311, CA1862, MA0011 // these become lower() in SQL

/// <param name="Q">Part of the name, without case. Empty is as absent.</param>
/// <param name="IncludeArchived">`false` when absent.</param>
/// <param name="WithUses">`false` when absent: `uses` is null then.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record CatalogueQuery(
    [FromQuery(Name = "q")] string? Q, [FromQuery(Name = "includeArchived")] string? IncludeArchived, [FromQuery(Name = "withUses")] string? WithUses,
    [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

/// <summary>What the wire shows of every kind.</summary>
internal interface ICatalogueItem
{
    Guid Id { get; }
    string Name { get; }
    int Version { get; }
}

/// <summary>What every kind takes when one is made or changed.</summary>
internal interface ICatalogueBody
{
    string? Name { get; }
}

/// <summary>
/// One kind of entry of the catalogue and its seven operations. A kind says what an entry looks like, how a body is taken over and what refers to it;
/// lists, versions, archiving, audit and refusals are the same for all.
/// </summary>
/// <param name="one">Such as <c>AssetModel</c>: names the operations and, in the audit log, the kind.</param>
/// <param name="many">Such as <c>AssetModels</c>: names the list and its address.</param>
internal abstract class CatalogueKind<TRow, TBody, TItem>(string one, string many)
    where TRow : class, ICatalogueRow
    where TBody : class, ICatalogueBody
    where TItem : class, ICatalogueItem
{
    /// <summary>References are counted up to here: more are a thousand as far as anybody is concerned, and a million would cost a second.</summary>
    protected const int CountedUpTo = 1_001;

    private const int MaxQuery = 200;

    public string One => one;
    public string Many => many;
    public string Route => "/" + JsonNamingPolicy.KebabCaseLower.ConvertName(many);

    private string AuditName => JsonNamingPolicy.SnakeCaseLower.ConvertName(one);

    /// <summary>Members that a new entry cannot do without, by their name on the wire.</summary>
    protected virtual IReadOnlyList<string> Needed => ["name"];

    /// <summary>The entry as the wire shows it.</summary>
    /// <param name="withUses">Whether to count what refers to it.</param>
    protected abstract Expression<Func<TRow, TItem>> Show(PanoramaDbContext db, bool withUses);

    /// <summary>A row with what the entity cannot be made without; <see cref="Apply"/> adds the rest.</summary>
    protected abstract TRow Make(Guid id, Guid tenantId, TBody body);

    protected abstract void Apply(TRow row, Patch<TBody> patch);

    /// <summary>What the database has to be asked about a change; null when it may be saved.</summary>
    protected virtual Task<ProblemHttpResult?> CheckAsync(CatalogueEdit<TRow, TBody> edit, CancellationToken cancellationToken) =>
        Task.FromResult<ProblemHttpResult?>(null);

    /// <summary>The rows that keep an entry from being deleted, by the name that a refusal gives them.</summary>
    protected abstract IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id);

    public async Task<Results<Ok<Page<TItem>>, ProblemHttpResult>> ListAsync(
        [AsParameters] CatalogueQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var limit = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(query.Cursor, many);
        var q = SearchText.Fold(values.Text("q", query.Q, MaxQuery)).TrimStart();
        var withArchived = values.Flag("includeArchived", query.IncludeArchived) ?? false;
        var withUses = values.Flag("withUses", query.WithUses) ?? false;
        if (values.Problem is { } problem)
        {
            return problem;
        }

        var rows = db.Set<TRow>().AsNoTracking();
        rows = withArchived ? rows : rows.Where(r => r.ArchivedAt == null);
        rows = string.IsNullOrEmpty(q) ? rows : rows.Where(r => FoldedText.Of(r.Name).Contains(q));
        rows = after is null
            ? rows
            : rows.Where(r => EF.Functions.GreaterThan(ValueTuple.Create(r.Name, r.Id), ValueTuple.Create(after.Key, after.Id)));
        var found = await rows.OrderBy(r => r.Name).ThenBy(r => r.Id).Take(limit + 1).Select(Show(db, withUses)).ToListAsync(cancellationToken);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? new Cursor(many, page[^1].Name, page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<TItem>(page, next));
    }

    public async Task<Results<Ok<TItem>, ProblemHttpResult>> GetAsync(string id, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var itemId) || await ReadAsync(db, itemId, cancellationToken) is not { } item)
        {
            return Problems.Of(Problems.CatalogueItemNotFound);
        }

        IfMatch.WriteTag(context, item.Version);
        return TypedResults.Ok(item);
    }

    public async Task<Results<Created<TItem>, ProblemHttpResult>> CreateAsync(
        Patch<TBody> body, HttpContext context, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (Needed.Where(member => !body.Has(member)).Select(member => (member, FieldError.Required)).ToArray() is [_, ..] missing)
        {
            return Problems.Members(missing);
        }

        var now = clock.Now();
        var row = Make(Guid.CreateVersion7(now), actor.TenantId!.Value, body.Body);
        row.Name = body.Body.Name!.Trim();
        Apply(row, body);
        db.Add(row);
        var edit = new CatalogueEdit<TRow, TBody>(db, row, body, IsNew: true);
        if (await SaveAsync(edit, AuditActions.CatalogueCreated, now, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        IfMatch.WriteTag(context, row.Version);
        return TypedResults.Created($"/api{Route}/{row.Id}", await ReadAsync(db, row.Id, cancellationToken));
    }

    public Task<Results<Ok<TItem>, ProblemHttpResult>> ChangeAsync(
        string id, Patch<TBody> body, [FromHeader(Name = IfMatch.Header)] string? version, HttpContext context, PanoramaDbContext db, TimeProvider clock,
        CancellationToken cancellationToken) =>
        EditAsync(new Target(id, version, context, db, clock.Now()), body, AuditActions.CatalogueUpdated, row =>
        {
            row.Name = body.Has(nameof(body.Body.Name)) ? body.Body.Name!.Trim() : row.Name;
            Apply(row, body);
        }, cancellationToken);

    public Task<Results<Ok<TItem>, ProblemHttpResult>> ArchiveAsync(
        string id, [FromHeader(Name = IfMatch.Header)] string? version, HttpContext context, PanoramaDbContext db, TimeProvider clock,
        CancellationToken cancellationToken) =>
        EditAsync(new Target(id, version, context, db, clock.Now()), null, AuditActions.CatalogueArchived, row => row.ArchivedAt ??= clock.Now(), cancellationToken);

    public Task<Results<Ok<TItem>, ProblemHttpResult>> RestoreAsync(
        string id, [FromHeader(Name = IfMatch.Header)] string? version, HttpContext context, PanoramaDbContext db, TimeProvider clock,
        CancellationToken cancellationToken) =>
        EditAsync(new Target(id, version, context, db, clock.Now()), null, AuditActions.CatalogueRestored, row => row.ArchivedAt = null, cancellationToken);

    public async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string id, [FromHeader(Name = IfMatch.Header)] string? version, HttpContext context, PanoramaDbContext db, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (row, refusal) = await FindAsync(new Target(id, version, context, db, clock.Now()), cancellationToken);
        if (row is null)
        {
            return refusal!;
        }

        var counts = new List<(string, object?)>();
        foreach (var (what, rows) in References(db, row.Id))
        {
            if (await rows.Take(CountedUpTo).CountAsync(cancellationToken) is var count and > 0)
            {
                counts.Add((what, count));
            }
        }

        if (counts.Count > 0)
        {
            return Problems.Of(Problems.InUse, Problems.Args([.. counts]));
        }

        db.Remove(row);
        db.Add(Audit(AuditActions.CatalogueDeleted, row, clock.Now(), []));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation })
        {
            // Somebody referred to it after it was counted: the key has the last word.
            return Problems.Of(Problems.InUse);
        }

        return TypedResults.NoContent();
    }

    private async Task<Results<Ok<TItem>, ProblemHttpResult>> EditAsync(
        Target target, Patch<TBody>? body, string action, Action<TRow> change, CancellationToken cancellationToken)
    {
        var (row, refusal) = await FindAsync(target, cancellationToken);
        if (row is null)
        {
            return refusal!;
        }

        change(row);
        if (await SaveAsync(new CatalogueEdit<TRow, TBody>(target.Db, row, body, IsNew: false), action, target.Now, cancellationToken) is { } problem)
        {
            return problem;
        }

        IfMatch.WriteTag(target.Context, row.Version);
        return TypedResults.Ok(await ReadAsync(target.Db, row.Id, cancellationToken));
    }

    private async Task<ProblemHttpResult?> SaveAsync(CatalogueEdit<TRow, TBody> edit, string action, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (edit.Patch is not null && await CheckAsync(edit, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var changes = edit.IsNew ? [] : edit.Changes();
        if (!edit.IsNew && changes.Count == 0)
        {
            return null; // nothing changed: no version, no line in the log
        }

        if (!edit.IsNew)
        {
            edit.Row.Version++;
            edit.Row.UpdatedAt = now;
        }

        edit.Db.Add(Audit(action, edit.Row, now, changes));
        try
        {
            await edit.Db.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Problems.Of(Problems.NameTaken, Problems.Args(("name", edit.Row.Name)));
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation })
        {
            // What it refers to was deleted after it was looked for.
            return Problems.Of(Problems.ConcurrencyConflict);
        }
    }

    private AuditEvent Audit(string action, TRow row, DateTimeOffset now, IReadOnlyList<AuditChange> changed) => AuditEvent.About(
        action, "catalogue", row.Id, now,
        changed.Count == 0 ? new { kind = AuditName, id = row.Id, name = row.Name } : new { kind = AuditName, id = row.Id, name = row.Name, changed });

    private static async Task<(TRow? Row, ProblemHttpResult? Refusal)> FindAsync(Target target, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(target.Id, "D", out var id) || await target.Db.Set<TRow>().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } row)
        {
            return (null, Problems.Of(Problems.CatalogueItemNotFound));
        }

        return IfMatch.Refuse(target.Version, row.Version) is { } refusal ? (null, refusal) : (row, null);
    }

    private Task<TItem?> ReadAsync(PanoramaDbContext db, Guid id, CancellationToken cancellationToken) =>
        db.Set<TRow>().AsNoTracking().Where(r => r.Id == id).Select(Show(db, withUses: true)).FirstOrDefaultAsync(cancellationToken);

    /// <summary>The entry that an edit names, and the version it was made from.</summary>
    private sealed record Target(string Id, string? Version, HttpContext Context, PanoramaDbContext Db, DateTimeOffset Now);
}

namespace Panorama.Web.Api;

internal sealed record NoticePage(IReadOnlyList<NoticeItem> Items, string? NextCursor);

internal sealed record NoticeItem(Guid Id, string EventType, string Title, string Text, string? Link, DateTimeOffset OccurredAt, DateTimeOffset CreatedAt, DateTimeOffset? ReadAt);

internal sealed record ReadAllUntil(DateTimeOffset Until);

public sealed record EventChoice(string Type, string Area, string Name, bool IsMandatory, ChannelChoice Email, ChannelChoice InApp);

public sealed record ChannelChoice(string Mode, string Default, bool IsChosen);

internal sealed record OwnPreferences(
    IReadOnlyList<EventChoice> Events, string? QuietFrom, string? QuietUntil, string DigestAt, string TimeZone, string Locale, int Version);

internal sealed record DefaultPreferences(IReadOnlyList<EventChoice> Events, int Version);

public sealed record ModeChoice(string Type, string Channel, string Mode);

internal sealed record OwnPreferencesChange(IReadOnlyList<ModeChoice> Modes, string? QuietFrom, string? QuietUntil, string? DigestAt);

internal sealed record DefaultPreferencesChange(IReadOnlyList<ModeChoice> Modes);

internal sealed record SuppressionPage(IReadOnlyList<SuppressionItem> Items, string? NextCursor);

internal sealed record SuppressionItem(Guid Id, string Email, string Reason, string? Detail, DateTimeOffset CreatedAt, DateTimeOffset? ReleasedAt, string? ReleasedByName);

internal sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, string? NextCursor);

internal sealed record DeadLetter(
    DateTimeOffset EventAt, Guid Id, string EventName, string Channel, string? RecipientName, int Attempts, string? Cause, string? LastError, DateTimeOffset? DiedAt,
    IReadOnlyList<DeadAttempt> History);

internal sealed record DeadAttempt(int? Attempt, DateTimeOffset? At, string? Error, string? Channel);

internal sealed record DeadCauses(IReadOnlyList<DeadCause> Items, long Total);

internal sealed record DeadCause(string EventName, string Channel, string? Cause, long Count);

internal sealed record DeadKey(DateTimeOffset EventAt, Guid Id);

internal sealed record MoveLetters(IReadOnlyList<DeadKey> Letters, string Reason);

internal sealed record RequeueAll(string Reason);

internal sealed record ChosenLanguage(string Locale);

internal sealed record MovedLetters(int Moved, long Left);

/// <summary>What people are told, and what could not be told.</summary>
internal sealed class NotificationsClient(ApiClient api)
{
    public Task<ApiResult<NoticePage>> ListAsync(bool unread, string? cursor, CancellationToken cancellationToken) =>
        api.GetAsync("/api/notifications" + Query(("unread", unread ? "true" : null), ("limit", "50"), ("cursor", cursor)), WebJson.Default.NoticePage, cancellationToken);

    public Task<ApiResult<Done>> ReadAsync(Guid id, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, $"/api/notifications/{id}/read", cancellationToken);

    public Task<ApiResult<Done>> ReadAllAsync(DateTimeOffset until, CancellationToken cancellationToken) => api.ChangeAsync<ReadAllUntil, Done>(
        HttpMethod.Post, "/api/notifications/read-all", new ReadAllUntil(until), WebJson.Default.ReadAllUntil, null, null, null, cancellationToken);

    /// <summary>In which language mails and notices are written to the person.</summary>
    public Task<ApiResult<Done>> ChooseLanguageAsync(string locale, CancellationToken cancellationToken) => api.ChangeAsync<ChosenLanguage, Done>(
        HttpMethod.Put, "/api/me/language", new ChosenLanguage(locale), WebJson.Default.ChosenLanguage, null, null, null, cancellationToken);

    public Task<ApiResult<OwnPreferences>> PreferencesAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/me/notification-preferences", WebJson.Default.OwnPreferences, cancellationToken);

    public Task<ApiResult<OwnPreferences>> ChangePreferencesAsync(OwnPreferencesChange change, int version, CancellationToken cancellationToken) => api.ChangeAsync(
        HttpMethod.Put, "/api/me/notification-preferences", change, WebJson.Default.OwnPreferencesChange, WebJson.Default.OwnPreferences, version, null, cancellationToken);

    public Task<ApiResult<DefaultPreferences>> DefaultsAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/notification-defaults", WebJson.Default.DefaultPreferences, cancellationToken);

    public Task<ApiResult<DefaultPreferences>> ChangeDefaultsAsync(DefaultPreferencesChange change, int version, CancellationToken cancellationToken) => api.ChangeAsync(
        HttpMethod.Put, "/api/notification-defaults", change, WebJson.Default.DefaultPreferencesChange, WebJson.Default.DefaultPreferences, version, null, cancellationToken);

    public Task<ApiResult<SuppressionPage>> SuppressionsAsync(bool released, string? cursor, CancellationToken cancellationToken) =>
        api.GetAsync("/api/mail-suppressions" + Query(("released", released ? "true" : "false"), ("cursor", cursor)), WebJson.Default.SuppressionPage, cancellationToken);

    public Task<ApiResult<Done>> ReleaseAsync(Guid id, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, $"/api/mail-suppressions/{id}/release", cancellationToken);

    public Task<ApiResult<DeadLetterPage>> DeadLettersAsync(string? cursor, CancellationToken cancellationToken) =>
        api.GetAsync("/api/dead-letters" + Query(("limit", "50"), ("cursor", cursor)), WebJson.Default.DeadLetterPage, cancellationToken);

    public Task<ApiResult<DeadCauses>> DeadCausesAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/dead-letters/causes", WebJson.Default.DeadCauses, cancellationToken);

    /// <param name="verb"><c>requeue</c> or <c>discard</c>.</param>
    public Task<ApiResult<MovedLetters>> MoveAsync(string verb, IReadOnlyList<DeadKey> letters, string reason, CancellationToken cancellationToken) => api.ChangeAsync(
        HttpMethod.Post, $"/api/dead-letters/{verb}", new MoveLetters(letters, reason), WebJson.Default.MoveLetters, WebJson.Default.MovedLetters, null, null, cancellationToken);

    public Task<ApiResult<MovedLetters>> RequeueAllAsync(string reason, CancellationToken cancellationToken) => api.ChangeAsync(
        HttpMethod.Post, "/api/dead-letters/requeue-all", new RequeueAll(reason), WebJson.Default.RequeueAll, WebJson.Default.MovedLetters, null, null, cancellationToken);

    private static QueryString Query(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var query = QueryString.Empty;
        foreach (var (name, value) in values)
        {
            query = value is null ? query : query.Add(name, value);
        }

        return query;
    }
}

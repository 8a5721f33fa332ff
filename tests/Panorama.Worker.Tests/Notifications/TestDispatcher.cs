using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Testing;
using Panorama.Worker.Notifications;
using Panorama.Worker.Scheduling;
using Panorama.Worker.Start;
using Panorama.Worker.Work;

namespace Panorama.Worker.Tests.Notifications;

/// <summary>A clock that is set; what waits, waits by the machine's.</summary>
internal sealed class SetClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>The dispatcher on a test's clock and database. Unless it is to be woken, nobody tells it of new messages: it looks.</summary>
internal sealed class TestDispatcher : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly WorkSignal _signal;
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SmtpTransport? _smtp;
    private readonly bool _isWoken;

    public TestDispatcher(TestDatabase database, MailServer? server, TimeProvider clock, EventRegistry? registry = null, string? folder = null, string? stage = null, bool isWoken = false)
    {
        var mail = Options.Create(new MailOptions
        {
            Host = server is null ? null : "127.0.0.1",
            Port = server?.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Secure = "none",
            From = "panorama@fleet.example",
            FromName = "Fleet",
            WebBaseUrl = "https://fleet.example",
            Folder = folder,
            Stage = stage,
        });
        registry ??= EventRegistry.Shipped;
        _source = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        _isWoken = isWoken;
        _signal = new WorkSignal(Options.Create(new WorkerOptions { ConnectionString = database.ConnectionString(DatabaseRoles.SuperAdmin) }), clock, NullLogger<WorkSignal>.Instance);
        State = new DispatcherState();
        _smtp = server is null ? null : new SmtpTransport(mail, clock);
        IMailTransport? transport = folder is not null ? new FolderTransport(mail) : _smtp;
        Dispatcher = new Dispatcher(
            _source, registry, transport is null ? [] : [new EmailChannel(new MailComposer(mail, clock), transport, registry, clock)], _signal, new WorkerIdentity(), State,
            new NotificationMetrics(_metrics.GetRequiredService<IMeterFactory>(), State), new StorageWatch(clock), clock, mail, NullLogger<Dispatcher>.Instance);
    }

    public Dispatcher Dispatcher { get; }

    public DispatcherState State { get; }

    /// <summary>Works as it does in a Worker.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_isWoken)
        {
            await _signal.StartAsync(cancellationToken);
        }

        await Dispatcher.StartAsync(cancellationToken);
    }

    /// <summary>Works until nothing is due.</summary>
    public async Task DrainAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        while (await Dispatcher.PassAsync(cancellationToken))
        {
            await Dispatcher.SettleAllAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Dispatcher.StopAsync(CancellationToken.None);
        await _signal.StopAsync(CancellationToken.None);
        Dispatcher.Dispose();
        _smtp?.Dispose();
        _signal.Dispose();
        await _metrics.DisposeAsync();
        await _source.DisposeAsync();
    }
}

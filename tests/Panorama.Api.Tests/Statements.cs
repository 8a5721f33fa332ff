using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Panorama.Api.Tests;

/// <summary>What an Api sent to PostgreSQL, as Npgsql logs it: one entry a round trip, with the statements and values in it.</summary>
internal sealed class Statements : ILoggerProvider
{
    private readonly ConcurrentQueue<IReadOnlyList<Statement>> _trips = new();

    public IReadOnlyList<IReadOnlyList<Statement>> Take()
    {
        var taken = new List<IReadOnlyList<Statement>>();
        while (_trips.TryDequeue(out var trip))
        {
            taken.Add(trip);
        }

        return taken;
    }

    /// <summary>Logs the app connection's commands with their values here.</summary>
    public void Attach(IServiceCollection services, string connectionString)
    {
        services.RemoveAll<NpgsqlDataSource>();
        services.AddSingleton(_ =>
        {
            var builder = new NpgsqlDataSourceBuilder(connectionString);
            builder.UseLoggerFactory(LoggerFactory.Create(l => l.SetMinimumLevel(LogLevel.Debug).AddProvider(this)));
            builder.EnableParameterLogging();
            return builder.Build();
        });
    }

    public ILogger CreateLogger(string categoryName) => new Sink(this, categoryName);

    public void Dispose()
    {
    }

    internal sealed record Statement(string Text, IReadOnlyList<object?> Values);

    private sealed class Sink(Statements all, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => category == "Npgsql.Command";

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (category != "Npgsql.Command" || !formatter(state, exception).Contains("completed", StringComparison.Ordinal))
            {
                return;
            }

            var values = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
            if (values.TryGetValue("BatchCommands", out var batch))
            {
                var commands = new List<Statement>();
                foreach (System.Runtime.CompilerServices.ITuple command in (System.Collections.IEnumerable)batch!)
                {
                    commands.Add(new Statement((string)command[0]!, [.. ((System.Collections.IEnumerable)command[1]!).Cast<object?>()]));
                }

                all._trips.Enqueue(commands);
            }
            else if (values.TryGetValue("CommandText", out var text))
            {
                all._trips.Enqueue([new Statement((string)text!, values.TryGetValue("Parameters", out var p) && p is System.Collections.IEnumerable list ? [.. list.Cast<object?>()] : [])]);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Panorama.Api.Tests;

/// <summary>What an Api sent to PostgreSQL, as Npgsql logs it: one entry a round trip, with the statements and values in it.</summary>
internal sealed partial class Statements : ILoggerProvider
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

    /// <summary>The statement as it can be sent again. Nulls are written out: the log does not say of which type they were.</summary>
    public static (string Text, object[] Values) Replay(Statement statement)
    {
        var values = new List<object>();
        var numbers = statement.Values.Select(v =>
        {
            if (v is null or DBNull or "NULL")
            {
                return "null";
            }

            values.Add(Value(v));
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }).ToList();
        return (Parameter().Replace(statement.Text, m => numbers[int.Parse(m.Groups["n"].Value, CultureInfo.InvariantCulture) - 1]), [.. values]);
    }

    // Npgsql logs an array as [a, b, ...], the first ten of it: enough for a plan.
    private static object Value(object logged)
    {
        if (logged is not string text || !text.StartsWith('[') || !text.EndsWith(']'))
        {
            return logged;
        }

        var parts = text[1..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries).Where(p => p != "...").ToArray();
        return Array.TrueForAll(parts, p => Guid.TryParse(p, out _)) ? Array.ConvertAll(parts, Guid.Parse) : parts;
    }

    [GeneratedRegex(@"\$(?<n>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();

    internal sealed record Statement(string Text, IReadOnlyList<object?> Values);

    private sealed class Sink(Statements all, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => category == "Npgsql.Command";

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // "Command execution completed (duration=…): …", and not a statement that names a column so.
            if (category != "Npgsql.Command" || !formatter(state, exception).Split(':')[0].Contains("completed", StringComparison.Ordinal))
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

using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Panorama.ServiceDefaults.Logging;

/// <summary>
/// One record, one line of JSON: <c>{"time":"2026-11-27T01:31:25.123Z","level":"info","service":"panorama-api","version":"0.1.0",…}</c>. What is in a message or an
/// exception cannot begin another line.
/// </summary>
internal sealed class JsonLines(TimeProvider clock, AppVersion version, ServiceName service) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "panorama-json";

    private const string Template = "{OriginalFormat}";
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // Letters of every language as they are; what ends a line somewhere, and what HTML would take for a tag, escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All), SkipValidation = true };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.Formatter?.Invoke(logEntry.State, logEntry.Exception) is not { } message)
        {
            return;
        }

        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", clock.GetUtcNow().UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture));
            json.WriteString("level", Level(logEntry.LogLevel));
            json.WriteString("service", service.Value);
            json.WriteString("version", version.Version);
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("eventId", logEntry.EventId.Id);
            json.WriteString("message", message);
            var values = logEntry.State as IReadOnlyList<KeyValuePair<string, object?>>;
            WriteContext(json, values);
            WriteValues(json, values);
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    private static void WriteContext(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? values)
    {
        if (Activity.Current is { } activity)
        {
            json.WriteString("traceId", activity.TraceId.ToHexString());
            json.WriteString("spanId", activity.SpanId.ToHexString());
        }

        // A job says whose work it does in the record itself.
        Write("requestId", LogContext.Find(LogContext.Request));
        Write("tenantId", LogContext.Find(LogContext.Tenant) ?? values?.FirstOrDefault(v => v.Key == "TenantId").Value?.ToString());
        Write("userId", LogContext.Find(LogContext.User));

        void Write(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? values)
    {
        if (values is null || !values.Any(v => v.Key != Template))
        {
            return;
        }

        json.WriteStartObject("values");
        foreach (var (name, value) in values.Where(v => v.Key != Template))
        {
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case int or long or short or byte:
                    json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "critical",
    };
}

/// <summary>What the process is called in logs and traces.</summary>
internal sealed record ServiceName(string Value);

using System.CommandLine;
using System.Text.Json;
using Panorama.Cli.Shared;
using Panorama.Core.Data;

namespace Panorama.Cli.Database;

/// <summary><c>panorama doctor</c>.</summary>
internal static class DoctorVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create(CliContext context)
    {
        var json = new Option<bool>("--json") { Description = "Write the findings as JSON" };
        var command = new Command("doctor", "Compares the real database with what it must be. Reads only. Exit code 1 on any finding, warnings alone are 0; 69 when the database cannot be reached, with --json as {\"ok\": false, \"error\": …}.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<DoctorFinding> findings;
            try
            {
                findings = await ExamineAsync(context, cancellationToken);
            }
            catch (Exception exception) when (parsed.GetValue(json))
            {
                // Whoever reads JSON reads it also when there is nothing to examine; the sentence and the exit code follow as for every verb.
                var code = PanoramaCommand.ExitCodeOf(exception) == ExitCodes.Unavailable ? "database_unavailable" : "not_examined";
                await context.Output.WriteLineAsync(JsonSerializer.Serialize(
                    new { ok = false, error = new { code, message = PanoramaCommand.Explain(exception) }, findings = Array.Empty<DoctorFinding>() }, Json));
                throw;
            }

            var holes = findings.Count(finding => !finding.IsWarning);
            if (parsed.GetValue(json))
            {
                await context.Output.WriteLineAsync(JsonSerializer.Serialize(new { ok = holes == 0, findings }, Json));
            }
            else if (findings.Count == 0)
            {
                await context.Output.WriteLineAsync("Nothing found: the database is as it must be.");
            }
            else
            {
                await Table.WriteAsync(context.Output, ["Finding", "", "About"], findings.Select(f => (string[])[f.Name, f.IsWarning ? "warning" : "HOLE", f.Subject]));
            }

            return holes == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CliContext context, CancellationToken cancellationToken)
    {
        // Not the checked connection of the other verbs: what is wrong with it is what the doctor is to say.
        await using var source = Npgsql.NpgsqlDataSource.Create(context.Settings.ConnectionString("panorama_migrator"));
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await Doctor.ExamineAsync(connection, context.Clock, cancellationToken);
    }
}

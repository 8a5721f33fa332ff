using Panorama.Core.Data.Migrations;

namespace Panorama.Core.Data;

/// <summary>The migrations as one script for an SQL editor: <c>panorama migrate --script</c>.</summary>
public static class MigrationScript
{
    /// <summary>
    /// Every step is guarded by its history row and writes it in the same block, so running the script twice changes nothing and
    /// <c>migrate</c> finds nothing to do afterwards.
    /// </summary>
    /// <param name="from">Id of the first step to write; null writes all.</param>
    /// <exception cref="MigrationException">There is no step with that id.</exception>
    public static string Write(string? from = null) => Write(MigrationStep.All, from);

    internal static string Write(IReadOnlyList<MigrationStep> all, string? from)
    {
        if (from is not null && all.All(s => s.Id != from))
        {
            throw new MigrationException($"There is no step '{from}'; known are {string.Join(", ", all.Select(s => s.Id))}.");
        }

        var steps = all.SkipWhile(s => from is not null && s.Id != from).ToList();
        var script = new List<string>();
        script.Add($"""
            -- Panorama {MigrationRunner.AppVersion}: {(steps.Count == 1 ? steps[0].Id : $"{steps[0].Id} to {steps[^1].Id}")}. Safe to run again.
            do $panorama$ begin
              if not pg_has_role(current_user, '{DatabaseRoles.Migrator}', 'member') then
                raise exception '% may not become {DatabaseRoles.Migrator}', current_user
                  using errcode = '42501', hint = 'Run "panorama bootstrap-db", then: grant {DatabaseRoles.Migrator} to ' || quote_ident(current_user);
              end if;
            end $panorama$;
            set role {DatabaseRoles.Migrator};
            set search_path = public;
            set timezone = 'UTC';
            set lock_timeout = '5s';
            """);
        script.Add("\n" + MigrationSql.Read("schema_history.sql").Trim());
        foreach (var step in steps.Where(s => !s.IsResumable))
        {
            WriteStep(script, step);
        }

        script.Add($"""

            do $panorama$ begin
              perform set_config('role', '{DatabaseRoles.Definer}', true);
              {MigrationRunner.ContextKeySql.ReplaceLineEndings(" ")};
              perform set_config('role', '{DatabaseRoles.Migrator}', true);
            end $panorama$;
            select partitions_maintain({MigrationRunner.MonthsAhead});
            """);
        foreach (var step in steps.Where(s => s.IsResumable))
        {
            script.Add($"\n-- {step.Id}: outside a transaction. Run these one by one; an interrupted one may be run again.");
            foreach (var statement in step.Statements)
            {
                script.Add(statement.Trim().TrimEnd(';') + ";");
            }

            script.Add($"{History(step)} on conflict do nothing;");
        }

        script.Add("\nreset role;\n");
        return string.Join('\n', script).ReplaceLineEndings("\n");
    }

    private static void WriteStep(List<string> script, MigrationStep step)
    {
        script.Add($"""

            do $panorama_step$ begin
            if not exists (select 1 from public.schema_history where id = '{step.Id}') then
            """);
        foreach (var statement in step.Statements)
        {
            script.Add($"execute $panorama_sql$\n{statement.Trim()}\n$panorama_sql$;");
        }

        script.Add($"{History(step)};\nend if;\nend $panorama_step$;");
    }

    private static string History(MigrationStep step) =>
        $"insert into public.schema_history (id, checksum, app_version) values ('{step.Id}', '\\x{Convert.ToHexStringLower(step.Checksum)}', '{MigrationRunner.AppVersion}')";
}

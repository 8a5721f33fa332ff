using System.CommandLine;
using System.Reflection;

namespace Panorama.Cli.Installing;

/// <summary><c>panorama init</c>: what an installation by the compose file needs before its first start.</summary>
internal static class InitVerb
{
    private const string Tag = "--image-tag";

    public static Command Create(CliContext context)
    {
        var directory = new Option<string>("--directory") { Description = "Folder of docker-compose.yaml; made when it is missing", DefaultValueFactory = _ => "." };
        var stdin = new Option<bool>("--smtp-password-stdin") { Description = "Read the relay's password from standard input" };
        var command = new Command("init", "Writes .env and secrets/ with generated values beside docker-compose.yaml. What is there stays as it is. Safe to repeat.") { directory, stdin };
        var options = new Dictionary<string, Option<string?>>(StringComparer.Ordinal);
        foreach (var setting in EnvironmentExample.Settings.Where(s => s.Option is not null))
        {
            var option = new Option<string?>(setting.Option!) { Description = setting.Meaning };
            options.Add(setting.Name, option);
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = options.Select(o => (o.Key, Value: parsed.GetValue(o.Value)?.Trim())).Where(o => o.Value is not null)
                .ToDictionary(o => o.Key, o => o.Value!, StringComparer.Ordinal);
            await RunAsync(context, parsed.GetValue(directory)!, given, parsed.GetValue(stdin), cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <exception cref="CliException">A value cannot be used, or what is there does not go with it; nothing was written.</exception>
    private static async Task RunAsync(
        CliContext context, string directory, Dictionary<string, string> given, bool passwordFromInput, CancellationToken cancellationToken)
    {
        if (directory.Length == 0 || File.Exists(directory))
        {
            throw new CliException($"--directory '{directory}' is not a folder.", ExitCodes.Usage);
        }

        var environment = Path.Combine(directory, ".env");
        var hasStore = StoreProfile.IsIn(given.GetValueOrDefault(EnvironmentExample.NameOf(StoreProfile.Option)));
        var settings = EnvironmentExample.Settings.ToDictionary(
            s => s.Name, s => given.GetValueOrDefault(s.Name) ?? (hasStore ? StoreProfile.Settings.GetValueOrDefault(s.Option ?? "") : null) ?? Otherwise(s), StringComparer.Ordinal);
        Refuse([.. EnvironmentExample.Settings.Where(s => given.ContainsKey(s.Name)).Select(s => InitRules.Problem(s.Option!, given[s.Name])).OfType<string>()]);

        var password = passwordFromInput ? (await context.In.ReadLineAsync(cancellationToken))?.Trim() : null;
        if (passwordFromInput && string.IsNullOrEmpty(password))
        {
            throw new CliException("--smtp-password-stdin found no password in standard input.", ExitCodes.Usage);
        }

        var secrets = SecretFiles.Plan(Path.Combine(directory, "secrets"), password, hasStore);
        var isNew = !File.Exists(environment);
        if (isNew)
        {
            Refuse(
                [.. InitRules.Together(ValueOf, secrets.Holds(SecretFiles.SmtpPassword)), .. StoreProfile.Together(ValueOf, StoreProfile.Keys.All(secrets.Holds))]);
            foreach (var (name, file) in EnvironmentExample.OptionalFiles.Where(f => secrets.Holds(f.File)))
            {
                settings[name] = $"/run/secrets/{file}";
            }
        }

        Directory.CreateDirectory(directory);
        IEnumerable<string> lines = [.. secrets.Write(), .. isNew ? [] : News(environment)];
        if (isNew)
        {
            PrivateFile.Write(environment, EnvironmentExample.Fill(settings), PrivateFile.OwnerOnly);
        }

        foreach (var line in lines.Append(isNew ? "wrote .env" : "kept .env"))
        {
            await context.Output.WriteLineAsync(line);
        }

        if (!isNew && Unwritten(environment, given) is { Length: > 0 } unwritten)
        {
            throw new CliException($"Not written, because .env is its owner's: {string.Join(", ", unwritten)}. Change them there.", ExitCodes.Rejects);
        }

        string ValueOf(string option) => settings[EnvironmentExample.NameOf(option)];
    }

    /// <summary>Of the options, those that the file says otherwise or does not say.</summary>
    private static string[] Unwritten(string environment, Dictionary<string, string> given)
    {
        var said = File.ReadLines(environment).ToHashSet(StringComparer.Ordinal);
        return [.. given.Where(g => !said.Contains($"{g.Key}={g.Value}")).Select(g => g.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>What this release can be told and an older file does not say; the file is its owner's.</summary>
    private static IEnumerable<string> News(string environment)
    {
        var said = File.ReadLines(environment).Select(l => l.Split('=', 2)[0].TrimStart('#', ' ')).ToHashSet(StringComparer.Ordinal);
        return EnvironmentExample.Settings.Where(s => !said.Contains(s.Name)).Select(s => $"new: {s.Name}={s.Default} ({s.Meaning}); add it to .env when it shall be another");
    }

    private static string Otherwise(EnvironmentSetting setting) => setting.Option == Tag && setting.Default.Length == 0
        // The images of the release that this program is of.
        ? typeof(InitVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]
        : setting.Default;

    private static void Refuse(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new CliException(string.Join(' ', problems), ExitCodes.Usage);
        }
    }
}

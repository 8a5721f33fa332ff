using Panorama.Core.Storage;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Cli.Shared;

/// <summary>The store of photos and documents, by the settings that Api and Worker have.</summary>
internal static class CliStorage
{
    /// <exception cref="SettingsException">The settings name none, or one that cannot be used.</exception>
    public static OpenedStore Open(CliContext context)
    {
        var options = context.Settings.Storage();
        List<string> problems = [.. options.Problems(context.Settings.IsProduction)];
        if (problems.Count == 0 && !options.IsS3 && !options.IsFilesystem)
        {
            problems.Add("No storage is set: STORAGE_DIRECTORY names the folder of Api and Worker, or S3_BUCKET_PHOTOS their bucket.");
        }

        return problems.Count == 0 ? OpenedStore.Open(options, context.Clock) : throw new SettingsException(problems);
    }
}

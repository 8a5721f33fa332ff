using Panorama.Cli;

return await PanoramaCommand.RunAsync(args, CliContext.FromProcess());

using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.ServiceDefaults;
using Panorama.Worker.Management;
using Panorama.Worker.Notifications;
using Panorama.Worker.Start;

return await ServiceVerbs.RunAsync(args, ServeAsync);

static async Task<int> ServeAsync(string[] args)
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddWorker();

    await using var app = builder.Build();
    // Before anything reads one of them: all problems of the settings at once, then the database's in one sentence.
    app.Services.GetRequiredService<IStartupValidator>().Validate();
    app.MapDefaultEndpoints();
    app.MapManagement();
    app.MapMailFolder();
    var (problem, login) = await StartChecks.RunAsync(app.Services.GetRequiredService<NpgsqlDataSource>(), CancellationToken.None);
    if (problem != 0)
    {
        return problem;
    }

    app.Services.GetRequiredService<BootAudit>().Login = login;
    app.Services.GetRequiredService<BacklogMetrics>(); // from here on it is observed
    await app.Services.GetRequiredService<AcceptedRisks>().RecordAsync(CancellationToken.None);

    await app.RunToTheEndAsync();
    return 0;
}

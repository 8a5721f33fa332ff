using Panorama.Api;
using Panorama.Api.Data;
using Panorama.ServiceDefaults;
using Panorama.ServiceDefaults.Health;

return HealthVerb.IsAskedFor(args) ? await HealthVerb.RunAsync() : await ServeAsync(args);

static async Task<int> ServeAsync(string[] args)
{
    await using var app = ApiHost.Build(args);
    await app.Services.GetRequiredService<StartCheck>().RunAsync(CancellationToken.None);
    await app.RunToTheEndAsync();
    return 0;
}

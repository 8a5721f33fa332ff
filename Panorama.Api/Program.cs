using Panorama.Api;
using Panorama.ServiceDefaults;
using Panorama.ServiceDefaults.Health;

return HealthVerb.IsAskedFor(args) ? await HealthVerb.RunAsync() : await ServeAsync(args);

static async Task<int> ServeAsync(string[] args)
{
    await using var app = ApiHost.Build(args);
    await app.RunToTheEndAsync();
    return 0;
}

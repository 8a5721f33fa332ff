using Panorama.ServiceDefaults;
using Panorama.ServiceDefaults.Health;
using Panorama.Web;

return HealthVerb.IsAskedFor(args) ? await HealthVerb.RunAsync() : await ServeAsync(args);

static async Task<int> ServeAsync(string[] args)
{
    await using var app = PageHost.Build(args);
    await app.RunToTheEndAsync();
    return 0;
}

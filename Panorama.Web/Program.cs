using Panorama.ServiceDefaults;
using Panorama.Web;

return await ServiceVerbs.RunAsync(args, ServeAsync);

static async Task<int> ServeAsync(string[] args)
{
    await using var app = PageHost.Build(args);
    await app.RunToTheEndAsync();
    return 0;
}

using Panorama.Api;
using Panorama.Api.Data;
using Panorama.ServiceDefaults;

return await ServiceVerbs.RunAsync(args, ServeAsync);

static async Task<int> ServeAsync(string[] args)
{
    await using var app = ApiHost.Build(args);
    await app.Services.GetRequiredService<StartCheck>().RunAsync(CancellationToken.None);
    await app.RunToTheEndAsync();
    return 0;
}

using Panorama.Api;
using Panorama.ServiceDefaults;

await using var app = ApiHost.Build(args);
await app.RunToTheEndAsync();

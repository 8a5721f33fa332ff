using Panorama.ServiceDefaults;
using Panorama.Web;

await using var app = PageHost.Build(args);
await app.RunToTheEndAsync();

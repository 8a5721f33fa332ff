using Panorama.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
await using var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();

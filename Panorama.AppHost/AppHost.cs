var builder = DistributedApplication.CreateBuilder(args);
builder.AddProject<Projects.Panorama_Api>("api");
await builder.Build().RunAsync();

namespace Panorama.Operations.Tests.Running;

internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Panorama.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Panorama.sln is in no folder above the tests.");
        }

        return folder;
    }
}

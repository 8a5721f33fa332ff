using System.Globalization;
using System.Runtime.Versioning;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>Mounted folders of somebody else, and images without zones or languages: a process says so at its start, in one sentence with the command that mends it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OnAMachineThatLacksSomething(TestDatabase database) : IDisposable
{
    private const int BadSettings = 78;

    // The one of the images.
    private const int Somebody = 1654;

    private readonly string _folder = Directory.CreateTempSubdirectory("panorama-mounted-").FullName;

    private static bool IsRoot => Environment.UserName == "root";

    [Fact]
    [Trait("FieldCase", "DEP-02")]
    public async Task A_secret_that_belongs_to_somebody_else_is_named_with_the_command_and_then_works_without_making_anything_anew()
    {
        var secret = Path.Combine(_folder, "session-secret");
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        await File.WriteAllTextAsync(secret, "k3JmW9s0QxYbT7uVnC5eRzAh2LpGd8Fi\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(secret, IsRoot ? UnixFileMode.UserRead | UnixFileMode.UserWrite : UnixFileMode.None);
        var settings = Installation.Api(database.ConnectionString).Where(s => s.Name != "SESSION_SECRET").Append(("SESSION_SECRET_FILE", secret)).ToList();

        await using var refused = Start("Api", settings);
        Assert.Equal(
            (BadSettings, $"SESSION_SECRET_FILE names {secret}, which user {Me} may not read. It must belong to user {Me}: run 'chown {Me} PATH' outside, PATH being what is mounted at {secret}."),
            (await refused.WaitForExitAsync(), refused.Output));

        await MendAsync(secret);
        await using var api = await Start("Api", settings).WaitUntilHealthyAsync();
    }

    [Fact]
    [Trait("FieldCase", "DEP-02")]
    public async Task A_folder_for_mail_where_nothing_can_be_written_is_said_before_a_mail_is_lost()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "mail")).FullName;
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var settings = Installation.Worker(database.ConnectionString).Append(("MAIL_FOLDER", folder)).ToList();

        await using var refused = Start("Worker", settings);
        Assert.Equal(
            (BadSettings, $"MAIL_FOLDER names {folder}, where user {Me} may not write. It must belong to user {Me}: run 'chown -R {Me} PATH' outside, PATH being what is mounted at {folder}."),
            (await refused.WaitForExitAsync(), refused.Output));

        await MendAsync(folder);
        await using var worker = await Start("Worker", settings).WaitUntilHealthyAsync();
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    [Trait("FieldCase", "DEP-02")]
    public async Task A_folder_in_the_place_of_a_secret_is_called_that()
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(
            "Api", Installation.Api(database.ConnectionString).Where(s => s.Name != "DATA_KEY").Append(("DATA_KEY_FILE", _folder)));

        Assert.Equal((BadSettings, $"DATA_KEY_FILE names the folder {_folder} and needs a file; a container engine makes a folder of a mounted file that is missing."), (exitCode, output));
    }

    [Theory]
    [InlineData("Api", 78)]
    [InlineData("Worker", 78)]
    [InlineData("Web", 78)]
    [InlineData("Cli", 1)]
    [Trait("FieldCase", "L10N-04")]
    public async Task Without_data_of_zones_or_languages_no_process_starts(string process, int expected)
    {
        List<(string, string?)> settings = process switch
        {
            "Api" => [.. Installation.Api(database.ConnectionString)],
            "Worker" => [.. Installation.Worker(database.ConnectionString)],
            "Web" => [.. Installation.Web(new Uri("http://127.0.0.1:1"))],
            _ => [.. Installation.Cli(database.ConnectionString)],
        };
        string[] verb = process == "Cli" ? ["doctor"] : [];

        var zones = await ServiceProcess.RunAsync(process, [.. settings, ("TZDIR", _folder)], verb);
        var languages = await ServiceProcess.RunAsync(process, [.. settings, ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")], verb);

        Assert.Equal((expected, "This machine has no time-zone data: America/Sao_Paulo is not known. Install the package tzdata."), zones);
        Assert.Equal(
            (expected, "This machine has no data of languages: pt-BR is not known. Install ICU (libicu) and leave DOTNET_SYSTEM_GLOBALIZATION_INVARIANT out."), languages);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Me => IsRoot ? Somebody.ToString(CultureInfo.InvariantCulture) : File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];

    private static ServiceProcess Start(string name, IEnumerable<(string Name, string? Value)> settings) =>
        IsRoot ? ServiceProcess.StartAs(Somebody, name, settings) : ServiceProcess.Start(name, settings);

    // What the sentence says; who is not root owns it already and lacks the right alone.
    private static async Task MendAsync(string path)
    {
        string[] command = IsRoot ? ["chown", "-R", Me, path] : ["chmod", "-R", "u+rw", path];
        using var mend = System.Diagnostics.Process.Start(command[0], command[1..]);
        await mend.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (IsRoot && Directory.Exists(path))
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

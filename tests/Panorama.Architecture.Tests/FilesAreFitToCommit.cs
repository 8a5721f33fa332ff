using System.Text.RegularExpressions;

namespace Panorama.Architecture.Tests;

public sealed partial class FilesAreFitToCommit
{
    private static readonly string[] _binary = [".png", ".webp", ".jpg", ".woff2", ".ttf", ".ico", ".crt", ".gz"];

    [Fact]
    public void No_file_names_a_path_of_a_machine() =>
        Findings.None(Text().Where(f => f != Self).SelectMany(f => MachinePath().Matches(Repository.Read(f)).Select(m => $"{f}: {m.Value}")));

    [Fact]
    public void No_file_names_a_package_registry() =>
        Findings.None(Text().Where(f => f != Self).SelectMany(f => Registry().Matches(Repository.Read(f)).Select(m => $"{f}: {m.Value}")));

    [Fact]
    public void Nothing_generated_is_committed()
    {
        var generated = Repository.Files.Where(f => Generated().IsMatch(f));

        Findings.None(generated);
    }

    [Fact]
    public void Every_text_file_ends_its_lines_as_gitattributes_says()
    {
        var carriageReturns = Text().Where(f => !f.EndsWith(".csv", StringComparison.Ordinal) && !f.StartsWith("tests/Data/field/", StringComparison.Ordinal) && Repository.Read(f).Contains('\r', StringComparison.Ordinal));

        Findings.None(carriageReturns);
    }

    [Theory]
    [InlineData("see /home/ada/panorama/log")]
    [InlineData(@"C:\Users\ada\panorama")]
    [InlineData("\"/root/.nuget/packages\"")]
    public void A_path_of_a_machine_is_found(string text) => Assert.Matches(MachinePath(), text);

    [Theory]
    [InlineData("registry=http://packages.example:4873/npm/")]
    [InlineData("<add key=\"feed\" value=\"https://feed.example/v3/index.json\" />")]
    public void A_package_registry_is_found(string text) => Assert.Matches(Registry(), text);

    private const string Self = "tests/Panorama.Architecture.Tests/FilesAreFitToCommit.cs";

    private static IEnumerable<string> Text() => Repository.Files.Where(f => !_binary.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase));

    // The home of the user of .NET's images is no machine's.
    [GeneratedRegex(@"(?<![\w.~-])/(home(?!/app\b)|root|Users|work)/[\w.-]+|\b[A-Za-z]:\\+Users\\", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"registry\s*=\s*https?://|/v3/index\.json|""resolved"":|deb\s+https?://", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Registry();

    [GeneratedRegex(@"(^|/)(bin|obj|artifacts|\.panorama|node_modules|TestResults)/|\.(user|trx|binlog)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Generated();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Importing;

namespace Panorama.Api.Importing;

internal static partial class ImportProblems
{
    /// <summary>What a file as a whole may be refused for.</summary>
    public static IReadOnlyList<ProblemKind> File { get; } =
        [Problems.FileNotText, Problems.FileEmpty, Problems.FileWithoutRows, Problems.EncodingUnknown, Problems.QuoteNotClosed, Problems.TooManyColumns];

    /// <summary>What is still missing before a run.</summary>
    public static IReadOnlyList<ProblemKind> Start { get; } = [Problems.ColumnMissing, Problems.ColumnTwice, Problems.MappingUnknown, Problems.ChoiceMissing];

    public static ProblemHttpResult Of(ImportRefusedException refused)
    {
        var kind = File.Concat(Start).FirstOrDefault(k => k.Code == refused.Code) ?? Problems.FileNotText;
        var line = Line().Match(refused.Message);
        return Problems.Of(kind, Problems.Args(
            ("detail", refused.Message), ("line", line.Success ? int.Parse(line.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null)));
    }

    public static ProblemHttpResult Wrong(ImportState state) =>
        Problems.Of(Problems.ImportStateWrong, Problems.Args(("state", Core.Data.WireNames.Of(state))));

    [GeneratedRegex("^Line (?<line>[0-9]{1,9}):", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Line();
}

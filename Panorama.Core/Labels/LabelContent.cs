namespace Panorama.Core.Labels;

/// <summary>What one label says.</summary>
/// <param name="Address">What the QR code carries.</param>
/// <param name="Host">Where to type the code when nothing scans it.</param>
public sealed record LabelContent(string Tag, string Name, string Organisation, string Code, string Address, string Host)
{
    /// <param name="webBaseUrl">The public address of the web, scheme and host.</param>
    public static LabelContent Of(string tag, string name, string organisation, string code, string webBaseUrl)
    {
        var web = webBaseUrl.TrimEnd('/');
        return new LabelContent(Printable(tag), Printable(name), Printable(organisation), code, AddressOf(web, code), new Uri(web).Authority);
    }

    public static string AddressOf(string webBaseUrl, string code) => $"{webBaseUrl.TrimEnd('/')}/q/{code}";

    // Old imports hold tabs and worse; a document of SVG must not.
    private static string Printable(string text) => string.Concat(text.Where(c => !char.IsControl(c)));
}

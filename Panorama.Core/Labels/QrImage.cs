using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace Panorama.Core.Labels;

/// <summary>A QR code of error level M, which reads with a sixth of it scratched off.</summary>
public sealed class QrImage
{
    /// <summary>White modules around the symbol.</summary>
    public const int QuietModules = 4;

    private readonly QRCodeData _data;

    private QrImage(QRCodeData data) => _data = data;

    /// <summary>Modules of a side, without the quiet zone.</summary>
    public int Modules => _data.ModuleMatrix.Count - (2 * QuietModules);

    public static QrImage Of(string text) => new(QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M));

    /// <summary>An image by itself, its quiet zone included.</summary>
    public string ToSvg()
    {
        var side = _data.ModuleMatrix.Count;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QuietModules} {-QuietModules} {side} {side}" width="{side * 8}" height="{side * 8}" shape-rendering="crispEdges"><path d="M{-QuietModules} {-QuietModules}h{side}v{side}h-{side}z" fill="#fff"/><path d="{Path()}"/></svg>""");
    }

    /// <summary>Eight pixels a module.</summary>
    public byte[] ToPng()
    {
        using var png = new PngByteQRCode(_data);
        return png.GetGraphic(8);
    }

    /// <summary>The dark modules as the data of an SVG path, one unit a module, from 0 0 without the quiet zone.</summary>
    public string Path()
    {
        var path = new StringBuilder();
        foreach (var (x, y, length) in Runs())
        {
            path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{length}v1h-{length}z");
        }

        return path.ToString();
    }

    /// <summary>Dark modules beside each other as one: column, row and length.</summary>
    public IEnumerable<(int X, int Y, int Length)> Runs()
    {
        for (var y = 0; y < Modules; y++)
        {
            var row = _data.ModuleMatrix[y + QuietModules];
            for (var x = 0; x < Modules; x++)
            {
                var start = x;
                while (x < Modules && IsDark(row, x))
                {
                    x++;
                }

                if (x > start)
                {
                    yield return (start, y, x - start);
                }
            }
        }
    }

    private static bool IsDark(BitArray row, int x) => row[x + QuietModules];
}

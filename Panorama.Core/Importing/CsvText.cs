using System.Text;

namespace Panorama.Core.Importing;

/// <summary>A file that was given up before any row was read: the whole of it cannot be trusted.</summary>
public sealed class ImportRefusedException(string code, string message) : Exception(message)
{
    /// <summary>Stable snake_case name of the reason.</summary>
    public string Code { get; } = code;
}

/// <summary>Text of an uploaded file and the encoding it was read in.</summary>
/// <param name="Text">Decoded text without a byte order mark.</param>
/// <param name="Encoding">Name for people, such as UTF-8, UTF-16 LE or Windows-1252.</param>
/// <param name="Assumed">True when nothing in the file proves the encoding, so that the reader should be shown a sample.</param>
/// <param name="Damaged">True when the file is UTF-8 but some bytes are not; those stand as U+FFFD and their rows are refused.</param>
public sealed record CsvText(string Text, string Encoding, bool Assumed = false, bool Damaged = false)
{
    /// <summary>Encodings that may be chosen. ISO 8859-1 is read as Windows-1252, which has all its characters (as the WHATWG's Encoding Standard says).</summary>
    public static IReadOnlyList<string> Names { get; } = ["utf-8", "utf-16", "utf-16be", "windows-1252", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1251", "macintosh"];

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxBytes = Import.MaxFileBytes;

    /// <param name="bytes">The file as it is on disk.</param>
    /// <param name="encodingName">One of <see cref="Names"/> when the person chose; null to detect.</param>
    /// <exception cref="ImportRefusedException">Too large, empty, or not text of a known encoding.</exception>
    public static CsvText Decode(ReadOnlySpan<byte> bytes, string? encodingName = null)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new ImportRefusedException("file_too_large", $"The file has {bytes.Length} bytes; at most {MaxBytes} are read.");
        }

        if (KindOf(bytes) is { } kind)
        {
            throw new ImportRefusedException("file_not_text", $"The file is {kind}, not a CSV file. Save it as CSV and try again.");
        }

        var decoded = encodingName is null ? Detect(bytes) : Chosen(bytes, encodingName);
        if (decoded.Text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ImportRefusedException("file_not_text", "The file is not text: it holds zero bytes. Save it as CSV and try again.");
        }

        if (string.IsNullOrWhiteSpace(decoded.Text))
        {
            throw new ImportRefusedException("file_empty", "The file is empty.");
        }

        return decoded;
    }

    /// <summary>What a file is that people take for a CSV, by its first bytes; null for anything else.</summary>
    private static string? KindOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("PK\u0003\u0004"u8))
        {
            var head = bytes[..Math.Min(bytes.Length, 4096)];
            return head.IndexOf("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"u8) >= 0 ? "an OpenDocument spreadsheet"
                : head.IndexOf("[Content_Types].xml"u8) >= 0 || head.IndexOf("xl/"u8) >= 0 ? "an Excel workbook" : "a zip archive";
        }

        return bytes.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]) ? "an Excel workbook"
            : bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "a gzip archive"
            : bytes.StartsWith("%PDF-"u8) ? "a PDF document"
            : null;
    }

    private static CsvText Detect(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            return Utf8(bytes[3..]);
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return Utf16(bytes);
        }

        // Without a byte order mark UTF-16 shows as a zero in every second byte of its ASCII part.
        var head = bytes[..Math.Min(bytes.Length, 512)];
        var evenZeros = 0;
        var oddZeros = 0;
        for (var i = 0; i < head.Length; i++)
        {
            if (head[i] == 0 && i % 2 == 0)
            {
                evenZeros++;
            }
            else if (head[i] == 0)
            {
                oddZeros++;
            }
        }

        if (head.Length > 3 && evenZeros == 0 && oddZeros > head.Length / 4)
        {
            return new CsvText(System.Text.Encoding.Unicode.GetString(bytes), "UTF-16 LE");
        }

        if (head.Length > 3 && oddZeros == 0 && evenZeros > head.Length / 4)
        {
            return new CsvText(System.Text.Encoding.BigEndianUnicode.GetString(bytes), "UTF-16 BE");
        }

        try
        {
            return new CsvText(StrictUtf8.GetString(bytes), "UTF-8");
        }
        catch (DecoderFallbackException)
        {
            // A damaged UTF-8 file still has well-formed characters beyond ASCII; a Windows-1252 file has none, but by freak.
            return HasWellFormedMultibyte(bytes) ? Utf8(bytes) : Windows1252(bytes, assumed: true);
        }
    }

    private static CsvText Chosen(ReadOnlySpan<byte> bytes, string name) => name.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" => Utf8(bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes),
        "utf-16" or "utf16" => Utf16(bytes),
        "utf-16be" => new CsvText(System.Text.Encoding.BigEndianUnicode.GetString(bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? bytes[2..] : bytes), "UTF-16 BE"),
        "windows-1252" or "cp1252" or "latin1" => Windows1252(bytes, assumed: false),
        "iso-8859-1" => Windows1252(bytes, assumed: false) with { Encoding = "ISO 8859-1" },
        "iso-8859-15" => CodePage(bytes, 28605, "ISO 8859-15"),
        "windows-1250" => CodePage(bytes, 1250, "Windows-1250"),
        "windows-1251" => CodePage(bytes, 1251, "Windows-1251"),
        "macintosh" => CodePage(bytes, 10000, "Mac OS Roman"),
        _ => throw new ImportRefusedException("encoding_unknown", $"The encoding '{name}' is not one of {string.Join(", ", Names)}."),
    };

    private static CsvText Utf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new CsvText(StrictUtf8.GetString(bytes), "UTF-8");
        }
        catch (DecoderFallbackException)
        {
            return new CsvText(System.Text.Encoding.UTF8.GetString(bytes), "UTF-8", Damaged: true);
        }
    }

    private static CsvText Utf16(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
        ? new CsvText(System.Text.Encoding.BigEndianUnicode.GetString(bytes[2..]), "UTF-16 BE")
        : new CsvText(System.Text.Encoding.Unicode.GetString(bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? bytes[2..] : bytes), "UTF-16 LE");

    private static CsvText Windows1252(ReadOnlySpan<byte> bytes, bool assumed)
    {
        if (bytes.IndexOfAny((ReadOnlySpan<byte>)[0x81, 0x8D, 0x8F, 0x90, 0x9D]) is var at and >= 0)
        {
            var line = 1 + bytes[..at].Count((byte)'\n');
            throw new ImportRefusedException("encoding_unknown",
                $"Line {line}: the file is neither UTF-8, UTF-16 nor Windows-1252 (byte {bytes[at]:X2}). Save it as UTF-8 and try again.");
        }

        return new CsvText(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(bytes), "Windows-1252", assumed);
    }

    private static CsvText CodePage(ReadOnlySpan<byte> bytes, int codePage, string name) =>
        new(CodePagesEncodingProvider.Instance.GetEncoding(codePage)!.GetString(bytes), name);

    private static bool HasWellFormedMultibyte(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out _, out var consumed);
            if (status == System.Buffers.OperationStatus.Done && consumed > 1)
            {
                return true;
            }

            bytes = bytes[Math.Max(consumed, 1)..];
        }

        return false;
    }
}

using System.Text;

namespace Panorama.AppHost.Running;

/// <summary>Hands on the lines that a program appends to a file.</summary>
internal static class LogTail
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static async Task FollowAsync(string file, long from, Action<string> line, CancellationToken cancellationToken)
    {
        var rest = new StringBuilder();
        using var timer = new PeriodicTimer(Pause);
        try
        {
            do
            {
                from = await ReadAsync(file, from, rest, line, cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task<long> ReadAsync(string file, long from, StringBuilder rest, Action<string> line, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return from;
        }

        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = Math.Min(from, stream.Length);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        rest.Append(await reader.ReadToEndAsync(cancellationToken));
        var text = rest.ToString();
        var end = text.LastIndexOf('\n');
        if (end >= 0)
        {
            foreach (var one in text[..end].Split('\n'))
            {
                line(one);
            }

            rest.Remove(0, end + 1);
        }

        return stream.Position;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Panorama.AppHost.Backing;

namespace Panorama.AppHost.Running;

/// <summary>Whether the ports that were asked for can be had.</summary>
internal static class Ports
{
    private static readonly TimeSpan AfterAKill = TimeSpan.FromSeconds(20);

    /// <exception cref="StartException">A port is taken; all of them are named.</exception>
    public static void Check(StartOptions options, StateFolder? state)
    {
        var wanted = new List<(string Option, int Port)>();
        Add("WebPort", options.WebPort);
        Add("ApiPort", options.ApiPort);
        Add("WorkerPort", options.WorkerPort);
        if (options.Backing is BackingKind.Local)
        {
            Add("PostgresPort", options.PostgresPort);
            Add("RedisPort", options.RedisPort);
        }

        if (options is { Dashboard: true, DashboardPort: { } dashboard })
        {
            wanted.AddRange(Enumerable.Range(dashboard, 3).Select(port => ("DashboardPort", port)));
        }

        // After a kill the listeners of the run before take some seconds to go.
        if (state is { WasLeftRunning: true })
        {
            Processes.WaitUntil(() => wanted.TrueForAll(w => IsFree(w.Port)), AfterAKill);
        }

        var taken = wanted.Where(w => !IsFree(w.Port)).ToList();
        if (taken.Count > 0)
        {
            throw new StartException(StartException.Machine, [.. taken.Select(t =>
                $"Port {t.Port.ToString(CultureInfo.InvariantCulture)} is in use; stop what listens there, or choose another with --{t.Option}=…, 0 for any that is free.")]);
        }

        void Add(string option, int? port)
        {
            if (port is { } number)
            {
                wanted.Add((option, number));
            }
        }
    }

    /// <summary>Three free ports next to none in particular, for a dashboard that may be anywhere.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        var ports = listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).ToArray();
        listeners.ForEach(l => l.Dispose());
        return ports;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

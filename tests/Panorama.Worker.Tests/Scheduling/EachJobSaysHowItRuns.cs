using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Panorama.Core.Jobs;
using Panorama.Worker.Scheduling;
using Panorama.Worker.Start;
using Quartz;

namespace Panorama.Worker.Tests.Scheduling;

public sealed class EachJobSaysHowItRuns
{
    [Fact]
    public void Every_job_of_the_Worker_is_registered_with_zone_misfire_rule_budget_and_one_run_at_a_time()
    {
        var registered = Registered();
        var jobs = typeof(IScheduledJob).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IJob))).ToList();

        Assert.NotEmpty(jobs);
        Assert.Equal(jobs.Select(t => t.Name).Order(), registered.Select(j => j.Type.Name).Order());
        Assert.Equal(registered.Count, registered.Select(j => j.Schedule.Name).Distinct().Count());
        Assert.Equal([], registered.SelectMany(Problems));
        Assert.Equal("UTC", JobSchedule.TimeZone.Id);
    }

    [Fact]
    public void A_job_that_leaves_something_open_is_found() => Assert.Equal(
        ["CarelessJob may run twice at once", "CarelessJob has no misfire rule", "CarelessJob has no cron", "CarelessJob has no time", "CarelessJob says nothing of itself"],
        Problems(new RegisteredJob(CarelessJob.Schedule, typeof(CarelessJob))));

    // 02:30 does not exist on 14 March 2027 in New York, and 01:30 comes twice on 7 November.
    [Theory]
    [InlineData("0 30 2 * * ?", "2027-03-13T12:00:00Z", "2027-03-14T07:00:00Z 2027-03-14T07:30:00Z", "2027-03-15T06:30:00Z")]
    [InlineData("0 30 1 * * ?", "2027-11-06T12:00:00Z", "2027-11-07T05:30:00Z", "2027-11-08T06:30:00Z")]
    public void A_daily_time_comes_once_in_the_night_the_clocks_change(string cron, string from, string either, string next)
    {
        var expression = CronExpression.Parse(cron).WithTimeZone(TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));

        var first = expression.GetNextValidTimeAfter(DateTimeOffset.Parse(from, null))!.Value;
        var second = expression.GetNextValidTimeAfter(first)!.Value;

        Assert.Contains(first.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null), either.Split(' '));
        Assert.Equal(DateTimeOffset.Parse(next, null), second);
    }

    [Fact]
    public async Task A_turn_lets_a_job_work_until_its_time_is_over_and_keeps_where_it_stopped()
    {
        var token = TestContext.Current.CancellationToken;
        var clock = new Steps();
        List<string> saved = [];
        var turn = new JobTurn(clock, TimeSpan.FromSeconds(5), "m", (items, cursor, _) =>
        {
            saved.Add($"{items} {cursor}");
            return Task.CompletedTask;
        });

        Assert.Equal("m", turn.Cursor);
        clock.Seconds = 0.5;
        Assert.True(await turn.NextAsync(10, "n", token)); // half a second is not worth a statement
        clock.Seconds = 4.9;
        Assert.True(await turn.NextAsync(20, "o", token));
        Assert.False(turn.IsUnfinished);
        clock.Seconds = 5;
        Assert.False(await turn.NextAsync(30, "p", token));

        Assert.Equal(["20 o"], saved);
        Assert.Equal((true, "p"), (turn.IsUnfinished, turn.Cursor));
    }

    private static List<RegisteredJob> Registered()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddWorker();
        return [.. builder.Services.Where(s => s.ServiceType == typeof(RegisteredJob)).Select(s => (RegisteredJob)s.ImplementationInstance!)];
    }

    private static IEnumerable<string> Problems(RegisteredJob job)
    {
        var (name, schedule) = (job.Type.Name, job.Schedule);
        if (!Attribute.IsDefined(job.Type, typeof(DisallowConcurrentExecutionAttribute)))
        {
            yield return $"{name} may run twice at once";
        }

        if (schedule.Misfire is not (CronTriggerMisfireInstruction.FireAndProceed or CronTriggerMisfireInstruction.DoNothing))
        {
            yield return $"{name} has no misfire rule";
        }

        if (!CronExpression.TryParse(schedule.Cron, out _))
        {
            yield return $"{name} has no cron";
        }

        if (schedule.Budget <= TimeSpan.Zero)
        {
            yield return $"{name} has no time";
        }

        if (schedule.Does.Length == 0)
        {
            yield return $"{name} says nothing of itself";
        }
    }

    private sealed class CarelessJob : IScheduledJob
    {
        public static JobSchedule Schedule { get; } = new("careless", "now and then", CronTriggerMisfireInstruction.SmartPolicy, "") { Budget = TimeSpan.Zero };

        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }

    private sealed class Steps : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }
}

// Each test starts whole processes on the one database: a second Worker would take the job that another test asked for, and five processes at once on a
// small machine turn a refused command into one that was too late.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

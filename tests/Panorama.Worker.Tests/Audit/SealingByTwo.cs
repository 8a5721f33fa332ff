using Panorama.Core.Audit;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Audit;

public sealed class SealingByTwo(TestDatabase database)
{
    [Fact]
    public async Task Two_sealers_under_four_writers_make_one_unforked_chain()
    {
        const int Writers = 4, Batches = 25, RowsPerBatch = 8;
        var token = TestContext.Current.CancellationToken;
        await using var chain = await ChainOfATenant.CreateAsync(database, token);
        using var written = new CancellationTokenSource();
        var sealers = Enumerable.Range(0, 2).Select(_ => SealUntilAsync(written.Token)).ToList();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            for (var batch = 0; batch < Batches; batch++)
            {
                await chain.WriteAsync(RowsPerBatch, token);
            }
        }));
        await written.CancelAsync();
        await Task.WhenAll(sealers);
        await chain.SealAsync(database, token);

        const int Rows = Writers * Batches * RowsPerBatch;
        Assert.Equal(
            $"{Rows} {Rows} 1 {Rows}",
            await database.ReadAsync<string>(
                "select concat_ws(' ', count(*), count(distinct prev_hash), min(seq), max(seq)) from audit_seals where chain_id = $1", token, chain.Id));
        Assert.Empty((await chain.VerifyAsync(token)).Findings);

        async Task SealUntilAsync(CancellationToken end)
        {
            while (!end.IsCancellationRequested)
            {
                await SealAudit.ExecuteAsync(chain.Worker, token);
            }
        }
    }
}

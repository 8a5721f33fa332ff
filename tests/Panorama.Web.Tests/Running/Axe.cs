using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Panorama.Web.Tests.Running;

/// <summary>
/// The rules of axe-core, run in the page itself. The wrapper that comes with it opens a second page for each result, to join those of frames: with
/// ours, which have none, that takes ten times as long as the rules.
/// </summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <returns>Rule, help and elements of each violation.</returns>
    /// <param name="rules">Ids of the only rules to run; none for all.</param>
    public static async Task<string[]> FindAsync(IPage page, params string[] rules)
    {
        await page.SettleAsync();
        if (await page.EvaluateAsync<bool>("!window.axe"))
        {
            await page.EvaluateAsync(Script);
        }

        return await page.EvaluateAsync<string[]>(
            """
            async rules => (await axe.run(document, { resultTypes: ['violations'], ...(rules.length ? { runOnly: { type: 'rule', values: rules } } : {}) }))
              .violations.map(v => `${v.id}: ${v.help}\n  ${v.nodes.map(n => n.html).join('\n  ')}`)
            """,
            rules);
    }
}

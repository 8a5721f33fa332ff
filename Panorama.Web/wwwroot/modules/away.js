// Without a connection: lists the runs of which this device holds a copy, for whom they are kept.
const page = document.querySelector("[data-away]");
const owner = document.documentElement.dataset.person;
const queue = globalThis.InspectionQueue;
const $ = (selector, from = page) => from.querySelector(selector);
const words = Object.fromEntries([...page.querySelectorAll("[data-word-key]")].map((e) => [e.dataset.wordKey, e.textContent]));
const plural = new Intl.PluralRules(document.documentElement.lang);

async function copies() {
  const name = `inspections|${owner}`;
  if (!globalThis.caches || !(await caches.has(name))) return [];
  const paths = (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname);
  return paths.map((path) => /^\/inspections\/([0-9a-f-]{36})$/.exec(path)?.[1]).filter(Boolean);
}

async function show() {
  const [runs, unsent, names] = await Promise.all([copies(), queue.unsent(owner).catch(() => []), queue.names(owner).catch(() => new Map())]); // a copy opens all the same
  $("[data-list]").replaceChildren(...runs.map((run) => {
    const name = names.get(run) ?? run;
    const row = $("[data-row]").content.firstElementChild.cloneNode(true);
    const number = unsent.find((kept) => kept.run === run)?.entries.length ?? 0;
    $("[data-name]", row).textContent = name;
    $("[data-of]", row).textContent = ` ${name}`;
    $("a", row).href = `/inspections/${run}`;
    if (number > 0) $("[data-count]", row).textContent = (words[plural.select(number)] ?? words.other).replace("{count}", String(number));
    return row;
  }));
  $("[data-runs]").hidden = runs.length === 0;
}

if (location.pathname !== "/offline") {
  $("[data-again]").href = location.pathname + location.search; // it stands in the place of another page
  addEventListener("online", () => location.reload());
}
await show();
page.dataset.ready = "";

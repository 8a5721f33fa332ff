// What this phone has not sent yet, and what it kept of runs that ended elsewhere: shown to whom it belongs, given as files, and thrown away by them alone.
const card = document.querySelector("[data-kept-here]");
const queue = globalThis.InspectionQueue;
const owner = document.documentElement.dataset.person;
const { run, locale } = card.dataset;
const $ = (selector, from = card) => from.querySelector(selector);
const words = Object.fromEntries([...card.querySelectorAll("[data-word-key]")].map((e) => [e.dataset.wordKey, e.textContent]));
const rowOf = () => $("[data-row]").content.firstElementChild.cloneNode(true);
const clock = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
let entries = [];

function give(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // a slow phone reads it after the click
}

const endings = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" };
const fileOf = (photo) => (photo.name?.includes(".") ? photo.name : `${photo.key}.${endings[photo.blob.type] ?? "jpg"}`);
const saidOf = (answer) => [answer.type === "BOOLEAN" ? words[answer.typed.value] ?? "" : answer.typed.value, answer.typed.note].filter(Boolean).join("\n");

function draw() {
  $("[data-list]").replaceChildren(...entries.map((entry) => {
    const row = rowOf();
    $("[data-label]", row).textContent = entry.label ?? (entry.key ? words.photo : "");
    $("[data-value]", row).textContent = entry.key ? words.photo : saidOf(entry);
    const time = $("[data-time]", row);
    time.dateTime = entry.at;
    time.textContent = clock.format(new Date(entry.at));
    $("[data-why]", row).textContent = entry.state === "draft" ? words.draft : "";
    const file = $("[data-file]", row);
    file.hidden = !entry.key;
    if (entry.key) {
      $("[data-of]", row).textContent = ` ${fileOf(entry)}`;
      file.href = "#kept-here";
      file.addEventListener("click", (event) => { event.preventDefault(); give(entry.blob, fileOf(entry)); });
    }
    return row;
  }));
  $("[data-save]").hidden = !entries.some((entry) => !entry.key);
  card.hidden = entries.length === 0;
}

async function showRun() {
  await queue.forget(owner, run);
  entries = (await queue.unsent(owner)).find((kept) => kept.run === run)?.entries.sort((a, b) => a.at.localeCompare(b.at)) ?? [];
  draw();
}

function list(section, kept, counts) {
  const plural = new Intl.PluralRules(locale);
  $("[data-list]", section).replaceChildren(...kept.map(({ run: id, name, entries: { length } }) => {
    const row = rowOf();
    const link = $("a", row);
    link.href = `/inspections/${id}`;
    link.textContent = name ?? id;
    $("[data-count]", row).textContent = (words[`${counts}.${plural.select(length)}`] ?? words[`${counts}.other`]).replace("{count}", String(length));
    return row;
  }));
  section.hidden = kept.length === 0;
}

async function showAll() {
  const unsent = await queue.unsent(owner);
  const isOver = (kept) => kept.entries.some((entry) => queue.Ended.includes(entry.code));
  list(document.querySelector("[data-unsent]"), unsent.filter((kept) => !isOver(kept)), "unsent.count");
  list(card, unsent.filter(isOver), "kept_here.count");
}

if (run) {
  const sure = $("[data-sure]");
  $("[data-save]").addEventListener("click", () => {
    const answers = entries.filter((entry) => !entry.key).map(({ item, label, type, typed, at, state }) => ({ item, label, type, value: typed.value, note: typed.note, at, isComplete: state !== "draft" }));
    give(new Blob([JSON.stringify({ inspection: run, answers }, null, 2)], { type: "application/json" }), `inspection-${run}.json`);
  });
  $("[data-ask]").addEventListener("click", () => sure.showModal());
  $("[data-keep]").addEventListener("click", () => sure.close());
  sure.addEventListener("click", (event) => { if (event.target === sure) sure.close(); }); // its backdrop
  $("[data-throw]").addEventListener("click", async () => {
    await queue.discard(entries);
    sure.close();
    await showRun();
    const said = document.querySelector("[data-kept-said]");
    if (card.hidden) said.textContent = said.dataset.text;
    document.querySelector(card.hidden ? "#main, main" : "#kept-here")?.focus();
  });
}

const show = run ? showRun : showAll;
if (owner) {
  const again = () => show().catch(() => {}); // a store that cannot be read now
  queue.channel?.addEventListener("message", (event) => { if (event.data === owner) again(); });
  document.addEventListener("panorama-sent", again); // by this page, which its own channel does not tell
  await again();
  card.dataset.ready = "";
}

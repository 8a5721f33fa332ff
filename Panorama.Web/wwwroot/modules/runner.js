// A run without waiting for the server: what is answered is kept on this device at once and sent in the background; items are turned over in the page, which holds
// them all. Without this module the same buttons post the same forms.
const root = document.querySelector("[data-runner]");
const queue = globalThis.InspectionQueue;
const { run, user, tenant, copy, decimal } = root.dataset;
const most = Number(root.dataset.mostBytes);
const owner = `${user}:${tenant}`;
const path = `/inspections/${run}`;
const Pause = 800; // before answers go out together, in milliseconds
const Typing = 300;
const Parting = 2500; // what a person who leaves waits at most for the last answers to go; the next page sends the rest
const Preview = 320;
const rendered = parseInt(copy.replaceAll("-", "").slice(0, 12), 16); // in milliseconds of the server's clock: the name of a rendering is a UUID of version 7

const $ = (selector, from = root) => from.querySelector(selector);
const $$ = (selector, from = root) => [...from.querySelectorAll(selector)];
const words = Object.fromEntries($$("[data-word-key]").map((e) => [e.dataset.wordKey, e.textContent]));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
const say = (key, values = {}) => fill(words[key] ?? key, values);
const plural = new Intl.PluralRules(root.dataset.locale);
const count = (key, number) => fill(words[`${key}.${plural.select(number)}`] ?? words[`${key}.other`], { count: number });

const end = $("section[data-end]");
const items = $$("[data-item]").map((section) => ({
  section,
  id: section.dataset.item,
  number: Number(section.dataset.number),
  type: section.dataset.type,
  severity: section.dataset.severity,
  isRequired: "required" in section.dataset,
  needsPhoto: "needsPhoto" in section.dataset,
  min: section.dataset.min ? Number(section.dataset.min) : -Infinity,
  max: section.dataset.max ? Number(section.dataset.max) : Infinity,
  form: $("form", section),
  label: $("h1", section).textContent,
}));
const [status, badge, overview, previous, next, place, progress] = ["[data-status]", "[data-waiting]", "[data-all]", "[data-previous]", "[data-next]", "[data-place]", "[data-progress]"].map((s) => $(s));
let local = { answers: new Map(), photos: [], run: {} };
let at; // an item; null at the end
let trouble = navigator.onLine ? null : "offline"; // why what waits is not sent
let sendingPhoto = null;
let timer;
let retry;
let resumesAt = 0; // after what the server asked to wait, by the clock that nobody sets
let countdown;

// --- answers ---

// As people type it: "48 312", "48.312,5"; a single separator before three digits is the decimal sign of the page's language or groups thousands.
function number(text) {
  const isNegative = /^[-−]/.test(text);
  const digits = text.replace(/^[-−]/, "").replace(/[\s'’]/g, "");
  if (!/^[\d.,]+$/.test(digits)) return null;
  const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  const sign = digits[last];
  const signs = last < 0 ? 0 : digits.split(sign).length - 1;
  const isDecimal = last >= 0 && signs === 1 && (/[.,]/.test(digits.replace(sign, "")) || digits.length - last - 1 !== 3 || sign === decimal);
  const plain = (isDecimal ? digits.slice(0, last) : digits).replace(/\D/g, "") + (isDecimal ? "." + digits.slice(last + 1) : "");
  return /^\d+(\.\d+)?$/.test(plain) ? (isNegative ? -1 : 1) * Number(plain) : null;
}

function typed(item) {
  const data = new FormData(item.form);
  const text = (name) => (data.get(name) ?? "").replace(/\r\n/g, "\n").trim();
  return { value: text("value"), note: text("note") };
}

// What Api takes of what was typed, or why it would not.
function bodyOf(item, { value, note }, had) {
  const body = note ? { note } : {};
  const shown = (limit) => limit.toLocaleString(root.dataset.locale, { maximumFractionDigits: 6 });
  switch (item.type) {
    case "BOOLEAN":
      if (value) return { body: { ...body, booleanValue: value === "yes" } };
      return note ? { error: say("error.yes_or_no") } : {};
    case "NUMBER": {
      if (!value) return note || had ? { error: say("error.number_needed") } : {};
      const given = number(value);
      if (given === null || !Number.isFinite(given)) return { error: say("error.number") };
      if (given < item.min) return { error: say("error.min", { min: shown(item.min) }) };
      if (given > item.max) return { error: say("error.max", { max: shown(item.max) }) };
      return { body: { ...body, numberValue: given } };
    }
    case "TEXT":
      if (!value && item.isRequired && (note || had)) return { error: say("error.text_needed") };
      return value || note || had ? { body: value ? { ...body, textValue: value } : body } : {};
    default:
      return note || had ? { body } : {};
  }
}

const hadAnswer = (item) => item.mayBeCleared || Boolean(local.answers.get(item.id)?.body ?? item.server.value);

const same = (a, b) => a.value === b.value && a.note === b.note;

// What this page writes; what was read before the last of it is old.
let saving = Promise.resolve();
function save(writing) {
  saving = Promise.all([saving, writing]).catch(() => {});
  return writing;
}

// Only what was changed here: the form of another tab may be older than its answer.
async function keep(item) {
  const now = typed(item);
  const kept = local.answers.get(item.id);
  // What was refused goes once more, though it is the same: the reason may have gone.
  if (same(now, item.shown) && !(kept?.state === "refused" && kept.body && !queue.Ended.includes(kept.code))) return;
  item.shown = now;
  const { body, error } = bodyOf(item, now, hadAnswer(item));
  item.error = error;
  const answer = {
    owner, run, item: item.id, label: item.label, type: item.type, typed: now, body: body ?? null, state: body ? "waiting" : "draft",
    revision: newKey(), tries: 0, at: new Date().toISOString(),
  };
  // What was typed and taken back before it said anything is no answer, and nothing for the end to wait for.
  if (body || error) local.answers.set(item.id, answer); else local.answers.delete(item.id);
  refresh();
  await save(body || error ? queue.keepAnswer(answer) : queue.dropAnswer(answer));
  if (body) sendSoon();
  refresh();
}

function write(item, { value, note }) {
  for (const input of item.form.querySelectorAll("[name=value]")) {
    if (input.type === "radio") input.checked = input.value === value; else input.value = value;
  }
  item.form.querySelector("[name=note]").value = note;
}

function showError(item, error, { isOfPhotos = false } = {}) {
  const id = `refusal-${item.number}`;
  $(`#${id}`, item.section)?.remove();
  for (const refused of $$(`[aria-describedby~=${id}]`, item.section)) {
    refused.setAttribute("aria-describedby", refused.getAttribute("aria-describedby").split(" ").filter((other) => other !== id).join(" "));
    refused.removeAttribute("aria-invalid");
  }

  if (!error) {
    item.form.querySelector("fieldset[tabindex], [name=value]")?.removeAttribute("aria-invalid"); // of a page that came with an error
    return;
  }

  const control = isOfPhotos ? $("[data-camera]", item.section) : item.form.querySelector("fieldset[tabindex], [name=value]");
  const line = Object.assign(document.createElement("p"), { className: "error", id, textContent: error });
  line.dataset.refusal = "";
  (isOfPhotos ? $("[data-photos]", item.section) : item.type === "BOOLEAN" ? $(".choices", item.section) : control ?? $("h1", item.section)).before(line);
  if (!control) return;
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  control.focus();
}

const isAskedForPhoto = (item) => $("[data-camera][aria-invalid]", item.section) !== null;

// --- what the answers come to ---

const answerOf = (item) => {
  const answer = local.answers.get(item.id);
  return answer ? answer.typed : item.server;
};
const photosOf = (item) => [...$$("[data-photo-id]", item.section).map((tile) => tile.dataset.photoId), ...local.photos.filter((p) => p.item === item.id)];

function stateOf(item) {
  const { value } = answerOf(item);
  const has = item.type === "PHOTO" ? photosOf(item).length > 0 : Boolean(value) && local.answers.get(item.id)?.state !== "draft";
  const lacksAnswer = item.isRequired && item.type !== "PHOTO" && !has;
  const lacksPhoto = item.needsPhoto && photosOf(item).length === 0;
  const isFailed = item.type === "BOOLEAN" && value === "no";
  return { has, lacksAnswer, lacksPhoto, isFailed, name: lacksAnswer || lacksPhoto ? "missing" : isFailed ? "failed" : has ? "done" : "open" };
}

const Outcomes = ["PASS", "NEEDS_MAINTENANCE", "FAIL"];

function outcome(states) {
  return items.reduce((worst, item, i) => {
    const own = !states[i].isFailed ? 0 : item.severity === "OUT_OF_SERVICE" ? 2 : item.severity === "MAJOR" ? 1 : 0;
    return Math.max(worst, own);
  }, 0);
}

function refresh() {
  const states = items.map(stateOf);
  progress.value = states.filter((s) => s.has && s.name !== "missing").length;
  items.forEach((item, i) => {
    const state = states[i];
    $$(`[data-jump="${item.number}"] [data-state]`, end).forEach((b) => { b.hidden = b.dataset.state !== state.name; });
    const line = $(`[data-missing-item="${item.number}"]`, end);
    line.hidden = state.name !== "missing";
    $("[data-lacks=answer]", line).hidden = !state.lacksAnswer;
    $("[data-lacks=photo]", line).hidden = !state.lacksPhoto;
    const answer = local.answers.get(item.id);
    const kept = $("[data-kept]", item.section);
    kept.hidden = !answer;
    if (answer) {
      kept.dataset.state = answer.state;
      kept.lastElementChild.textContent = say(`kept.${answer.state}`);
      kept.dataset.tone = { waiting: "mute", draft: "warn", sent: "ok", refused: "bad" }[answer.state];
    }
  });
  $("[data-missing]", end).hidden = states.every((s) => s.name !== "missing");
  const computed = outcome(states);
  $("[data-computed]", end).textContent = say(`computed.${Outcomes[computed]}`);
  for (const choice of $$("[data-outcome]", end)) {
    const input = $("input", choice);
    choice.hidden = Outcomes.indexOf(input.value) < computed;
    if (choice.hidden && input.checked) input.checked = false;
    if (!choice.hidden && !$("[data-outcome] input:checked", end)) input.checked = true;
  }
  if (!local.run.outcome && Outcomes[computed] !== $("[data-outcome] input:checked", end)?.value) $(`[data-outcome] input[value=${Outcomes[computed]}]`, end).checked = true;
  tellState();
}

// --- what waits, and why ---

// How long the server asked to wait still, in the unit in which a person waits so long.
function nextTry() {
  const seconds = Math.max(1, Math.ceil((resumesAt - performance.now()) / 1000));
  return seconds > 120 ? count("again.minutes", Math.ceil(seconds / 60)) : count("again.seconds", seconds);
}

// Once, also when the same was said before.
let announcing;
function announce(text) {
  const line = $("[data-announced]");
  line.textContent = "";
  clearTimeout(announcing);
  announcing = setTimeout(() => { line.textContent = text; }, 100);
}

// What a person can do about it.
function offer(banner, state) {
  const [signIn, back, look] = ["[data-sign-in]", "[data-back]", "[data-look]"].map((s) => $(s, banner));
  signIn.hidden = state !== "signed-out" && state !== "other-person";
  signIn.href = `/login?next=${encodeURIComponent(path)}`;
  back.hidden = state !== "other-tenant";
  look.hidden = state !== "ended";
  look.href = `${path}?done=ended`;
}

let told = null;
let isOver = false; // an answer that is given after the end waits again, and takes nothing back of it
function tellState() {
  const answers = [...local.answers.values()].filter((a) => a.state === "waiting").length;
  const photos = local.photos.filter((p) => p.state === "waiting").length;
  const waits = answers + photos;
  badge.hidden = waits === 0;
  badge.lastElementChild.textContent = count("waiting", waits);
  const what = waits === 0 && trouble !== "offline" ? null : trouble;
  isOver ||= [...local.answers.values(), ...local.photos].some((entry) => entry.state === "refused" && queue.Ended.includes(entry.code));
  const key = isOver ? "ended" : queue.isFull ? "full" : what && (!["busy", "limited"].includes(what) || waits > 0) ? what : null;
  const text = key === "offline" && waits === 0 ? "offline_none" : key;
  const line = text === "limited" ? `${count("held", waits)} ${nextTry()}` : text === "offline" || text === "busy" ? count("held", waits) : text ? say(`${text}.text`) : "";
  if (text === told) {
    // Said once; from then on the number alone follows, without being read out at each answer.
    if (text) $("[data-trouble] [data-text]", status).textContent = line;
    return;
  }

  told = text;
  status.replaceChildren();
  if (!text) return;
  const banner = $("[data-banner]").content.firstElementChild.cloneNode(true);
  banner.dataset.tone = text === "full" || text === "ended" ? "bad" : "warn";
  banner.dataset.trouble = text;
  $("strong", banner).textContent = say(`${text}.title`);
  $("[data-text]", banner).textContent = line;
  $("[data-text]", banner).setAttribute("aria-live", "off");
  offer(banner, text);
  status.append(banner);
}

function sendSoon() {
  clearTimeout(timer);
  timer = setTimeout(sendNow, Pause);
}

// Where there is background sync, what waits goes even when no page is open any more; not while the server asked for patience.
const sendWithoutPage = () => { if (!badge.hidden && !["busy", "limited", "barred"].includes(trouble)) navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("inspections")).catch(() => {}); };

async function sendNow() {
  clearTimeout(timer);
  clearTimeout(retry);
  const result = await queue.flush(owner, ({ sending }) => { sendingPhoto = sending; load(); }).catch(() => ({ state: "busy", wait: 5000 }));
  trouble = result.state === "done" ? null : result.state;
  sendingPhoto = null;
  clearInterval(countdown);
  if (trouble === "limited") {
    resumesAt = performance.now() + result.wait;
    countdown = setInterval(tellState, 1000);
  }

  await load();
  if (result.wait) {
    retry = setTimeout(sendNow, result.wait);
    sendWithoutPage();
  }

  return result;
}

async function load() {
  let fresh;
  let before;
  do {
    before = saving;
    await before;
    try {
      fresh = await queue.read(owner, run);
    } catch {
      // What is shown stays; sending finds out that the phone does not say what waits.
      for (const entry of queue.inPage(owner, run)) {
        if (entry.key) local.photos = local.photos.map((photo) => (photo.key === entry.key ? entry : photo)); else local.answers.set(entry.item, entry);
      }

      drawPhotos();
      refresh();
      return;
    }
  } while (before !== saving);
  // What another tab found on the server is not kept here any more, and is none the less given.
  for (const item of items) {
    const gone = local.answers.get(item.id);
    const answer = fresh.answers.get(item.id);
    if (gone?.state === "sent" && !answer) item.server = gone.typed;
    if (answer && !same(answer.typed, item.shown) && same(typed(item), item.shown)) {
      write(item, answer.typed);
      item.shown = typed(item);
      if (!isAskedForPhoto(item)) showError(item, null);
    }
  }

  const removed = fresh.run.removed ?? [];
  fresh.photos.push(...local.photos.filter((p) => p.state === "sent" && !fresh.photos.some((f) => f.key === p.key) && !removed.includes(p.id)));
  local = fresh;
  drawPhotos();
  for (const item of items) if (isAskedForPhoto(item) && photosOf(item).length > 0) showError(item, null); // taken in another tab
  refresh();
}

// --- photos ---

// crypto.randomUUID is missing where a page comes without TLS.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function add(item, files) {
  if (isAskedForPhoto(item)) showError(item, null);
  for (const file of files) {
    const code = file.size > most ? "photo_too_large" : undefined; // it takes no room here, either
    const photo = { key: newKey(), owner, run, item: item.id, label: item.label, blob: code ? null : file, name: file.name, state: code ? "refused" : "waiting", code, order: Math.max(0, ...local.photos.map((p) => p.order)) + 1, tries: 0, at: new Date().toISOString() };
    local.photos.push(photo);
    drawPhotos();
    refresh();
    await save(queue.keepPhoto(photo));
  }
  sendSoon();
  refresh();
}

// Drawn and not shown from a blob: address, which the content security policy has no room for.
async function preview(blob, frame) {
  try {
    const picture = await createImageBitmap(blob, { resizeWidth: Preview, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    frame.replaceChildren(canvas);
  } catch { /* the icon stays, and the server says what is wrong with it */ }
}

function drawPhotos() {
  for (const id of local.run.removed ?? []) $(`[data-photo-id="${CSS.escape(id)}"]`)?.remove();
  for (const item of items) {
    const list = $("[data-photos]", item.section);
    const shoot = $("[data-shoot]", item.section);
    const own = local.photos.filter((p) => p.item === item.id && !(p.id && $(`[data-photo-id="${CSS.escape(p.id)}"]`, list)));
    for (const tile of $$("[data-key]", list)) if (!own.some((p) => p.key === tile.dataset.key)) tile.remove();
    for (const photo of own) {
      let tile = $(`[data-key="${photo.key}"]`, list);
      if (!tile) {
        tile = $("[data-tile]").content.firstElementChild.cloneNode(true);
        tile.dataset.key = photo.key;
        $$("[data-of]", tile).forEach((e) => { e.textContent = ` ${photo.name || item.label}`; });
        $("[data-retry]", tile).addEventListener("click", () => again(photo.key));
        $("[data-remove]", tile).addEventListener("click", () => drop(photo.key));
        shoot.before(tile);
        if (photo.blob) preview(photo.blob, $(".frame", tile));
      }
      const focused = tile.contains(document.activeElement) ? document.activeElement : null;
      const state = photo.state === "waiting" && photo.key === sendingPhoto ? "sending" : photo.state === "refused" ? "failed" : photo.state;
      tile.dataset.state = state;
      $$("[data-badge]", tile).forEach((b) => { b.hidden = b.dataset.badge !== state; });
      $("[data-reason]", tile).textContent = state === "failed" ? (words[`refused.${photo.code}`] ?? words["refused.unknown"]) : "";
      $("[data-retry]", tile).hidden = state !== "failed" || !photo.blob;
      $("[data-remove]", tile).hidden = state === "sent";
      $("[data-remove]", tile).setAttribute("aria-disabled", String(state === "sending"));
      const out = $("[data-take-out]", tile);
      if (out) {
        const mark = $("[data-mark-link]", tile);
        out.hidden = mark.hidden = state !== "sent";
        if (photo.id) [out.href, mark.href] = [`${path}/photos/${photo.id}#take-out`, `${path}/photos/${photo.id}?marks=edit#marks`];
      }

      // What had the focus may be hidden by now.
      if (focused?.hidden) ($("[data-retry]:not([hidden]), [data-remove]:not([hidden]), [data-take-out]:not([hidden])", tile) ?? $("[data-camera]", item.section)).focus();
    }
  }
}

const Spent = ["upload_key_collision", "upload_replay_race"]; // what was stored under the key is something else, or gone

async function again(key) {
  const photo = local.photos.find((p) => p.key === key);
  const hadFocus = $(`[data-key="${key}"]`).contains(document.activeElement);
  if (Spent.includes(photo.code)) {
    await save(queue.dropPhoto(photo));
    photo.key = newKey();
  }

  await save(queue.keepPhoto({ ...photo, state: "waiting", code: undefined }));
  await load();
  if (hadFocus) $(`[data-key="${photo.key}"] [data-remove]`)?.focus(); // its button is gone
  sendNow();
}

// Where the keyboard goes when a tile is gone: to the way to remove the next one, and after the last to the camera, which comes behind it.
function whenGone(tile, item) {
  const next = tile?.nextElementSibling;
  return () => {
    ((next?.isConnected && $("[data-remove]:not([hidden]), [data-take-out]:not([hidden])", next)) || $("[data-camera]", item.section)).focus();
  };
}

const dropping = new Set();

async function drop(key) {
  const photo = local.photos.find((p) => p.key === key);
  if (key === sendingPhoto || dropping.has(key)) return;
  dropping.add(key);
  const follow = whenGone($(`[data-key="${key}"]`), items.find((i) => i.id === photo.item));
  await save(queue.dropPhoto(photo));
  await load();
  dropping.delete(key);
  if (!local.photos.some((p) => p.key === key)) announce(say("removal.done")); // one that another tab was sending is the server's now
  follow();
}

// --- taking out what was sent already ---

const removal = $("[data-removal]");
let leaving; // the photo that is asked about

function askRemoval(link) {
  leaving = link.pathname.split("/").at(-1);
  $("form", removal).reset();
  refuseRemoval("");
  removal.showModal();
}

function refuseRemoval(text) {
  const line = $("[data-refused]", removal);
  line.hidden = !text;
  line.lastElementChild.textContent = text;
  const reason = $("[name=reason]", removal);
  if (text) reason.setAttribute("aria-invalid", "true"); else reason.removeAttribute("aria-invalid");
  if (text) reason.focus();
}

// The photo is evidence, and a reason stands in the history: it goes when the server says so, not before.
async function takeOut() {
  const id = leaving;
  const reason = $("[name=reason]", removal).value.trim();
  const button = $("[type=submit]", removal);
  if (!reason) { refuseRemoval(say("removal.reason")); return; }
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const result = await queue.send(owner, `/api/inspections/${run}/photos/${id}`, { method: "DELETE", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ reason }) });
  button.removeAttribute("aria-busy");
  if (!result.ok && result.code !== "photo_not_found") {
    const strange = queue.strangeness(result);
    refuseRemoval(strange ? say(`${strange}.title`) : result.status === 0 || !result.isOurs || result.status >= 500 ? say("removal.later") : words[`refused.${result.code}`] ?? say("refused.unknown"));
    return;
  }

  await save(queue.changeRun(owner, run, (now) => ({ removed: [...(now.removed ?? []).filter((other) => other !== id).slice(-199), id] })));
  const photo = local.photos.find((p) => p.id === id);
  const follow = at && whenGone($(`[data-photo-id="${CSS.escape(id)}"]`) ?? (photo && $(`[data-key="${photo.key}"]`)), at);
  if (photo) await save(queue.dropPhoto(photo)); else queue.channel?.postMessage(owner);
  removal.close();
  await load();
  announce(say("removal.done"));
  follow?.();
}

// --- turning over ---

function show(item, { focus = true } = {}) {
  at = item;
  items.forEach((i) => { i.section.hidden = i !== item; });
  end.hidden = item !== null;
  place.textContent = item ? fill(place.dataset.text, { number: item.number, total: items.length }) : place.dataset.end;
  previous.toggleAttribute("disabled", item?.number === 1);
  next.firstElementChild.textContent = !item ? next.dataset.end : item.number === items.length ? next.dataset.last : next.dataset.text;
  overview.setAttribute("aria-label", item ? overview.dataset.list : overview.dataset.first);
  $$("[data-icon]", overview).forEach((icon) => { icon.hidden = (icon.dataset.icon === "list") !== Boolean(item); });
  refresh();
  scrollTo(0, 0);
  if (focus) $("main").focus({ preventScroll: true });
}

const fromAddress = () => {
  const wanted = new URLSearchParams(location.search).get("item");
  return wanted === "end" ? null : items.find((i) => String(i.number) === wanted);
};

function go(item) {
  history.pushState(null, "", `${path}?item=${item ? item.number : "end"}`);
  show(item);
}

async function leaveItem() {
  if (!at) return true;
  await keep(at);
  const { error } = bodyOf(at, typed(at), hadAnswer(at));
  showError(at, error);
  return !error;
}

// Whether another page than this one shows anything without a connection.
const hasWayOut = async () => Boolean(navigator.serviceWorker?.controller && await globalThis.caches?.match("/offline", { cacheName }).catch(() => null));

async function turn(where) {
  if (where === "leave") {
    if (at) await keep(at);
    if (navigator.onLine) await Promise.race([sendNow(), new Promise((resolve) => { setTimeout(resolve, Parting); })]);
    if (navigator.onLine || await hasWayOut()) location.href = "/inspections"; else go(null); // the list is not kept here
  } else if (where === "previous") {
    if (at) await keep(at);
    go(at ? items[Math.max(0, at.number - 2)] : items.at(-1));
  } else if (where === "end") {
    if (at) await keep(at);
    go(null);
  } else if (await leaveItem()) {
    go(at && at.number < items.length ? items[at.number] : null);
  }
}

// --- the end ---

function refuse(text, state) {
  const banner = $("[data-banner]").content.firstElementChild.cloneNode(true);
  banner.dataset.tone = "bad";
  banner.setAttribute("role", "alert");
  $("strong", banner).textContent = text;
  $("[data-text]", banner).textContent = "";
  offer(banner, state);
  $("[data-said]", end)?.remove();
  banner.dataset.said = "";
  $("#complete", end).before(banner);
  banner.tabIndex = -1;
  banner.focus();
}

// What the form of the signature holds, and why it would not be taken.
function signature(data) {
  const [name, drawn, isSigned] = [(data.get("typedName") ?? "").trim(), data.get("signaturePath"), data.has("signed")];
  const { confirm, needed, name: lacking, required } = $("[data-signature]", end).dataset;
  const error = !isSigned && required !== undefined ? needed : !isSigned && drawn ? confirm : isSigned && !name ? lacking : null;
  return { error, body: isSigned ? { typedName: name, path: drawn || null } : null, kept: { name, drawn, isSigned } };
}

function writeSignature({ name, drawn, isSigned }) {
  const [field, path] = [$("[name=typedName]", end), $("[name=signaturePath]", end)];
  [field.value, path.value, $("[name=signed]", end).checked] = [name, drawn, isSigned];
  path.dispatchEvent(new Event("change")); // its module draws it
}

const Strange = ["signed-out", "other-person", "other-tenant"];

async function finish() {
  if (next.hasAttribute("aria-busy")) return;
  const missing = items.find((item) => stateOf(item).name === "missing");
  if (missing) {
    const { lacksAnswer } = stateOf(missing);
    go(missing);
    showError(missing, lacksAnswer ? bodyOf(missing, typed(missing), hadAnswer(missing)).error ?? say("error.answer_missing") : say("error.photo_missing"), { isOfPhotos: !lacksAnswer });
    return;
  }

  const data = new FormData($("#complete", end));
  const signed = signature(data);
  if (signed.error) {
    refuse(signed.error);
    return;
  }

  next.setAttribute("aria-busy", "true");
  try {
    const sent = await sendNow();
    const held = [...local.answers.values()].some((a) => a.state !== "sent") || local.photos.some((p) => p.state !== "sent");
    if (told === "ended") {
      await leaveEnded("ended");
      return;
    }

    if (Strange.includes(sent.state)) {
      refuse(say(`${sent.state}.title`), sent.state);
      return;
    }

    if (sent.state !== "done" || held) {
      refuse(say(sent.state === "done" ? "finish.refused" : "finish.later"));
      return;
    }

    const note = (data.get("summaryNote") ?? "").trim();
    const result = await queue.send(owner, `/api/inspections/${run}/complete`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ outcome: data.get("outcome"), summaryNote: note || null, acknowledgedDefects: data.getAll("known"), signature: signed.body }),
    });
    const strange = queue.strangeness(result);
    if (strange) {
      refuse(say(`${strange}.title`), strange);
    } else if (result.ok || result.code === "inspection_not_in_progress") {
      await leaveEnded(result.ok ? "completed" : "ended");
    } else if (result.status === 0 || !result.isOurs || result.status >= 500) {
      refuse(say("finish.later"));
    } else {
      refuse(words[`refused.${result.code}`] ?? say("finish.refused"));
    }
  } finally {
    next.removeAttribute("aria-busy");
  }
}

async function leaveEnded(how) {
  await queue.forget(owner, run);
  await dropCopy();
  location.href = `${path}?done=${how}`;
}

// --- opening without a connection ---

const cacheName = `inspections|${owner}`;

async function dropCopy() {
  try { await (await caches.open(cacheName)).delete(path); } catch { /* there is none */ }
}

async function keepCopy() {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  await navigator.serviceWorker.register("/inspections/worker.js", { scope: "/" });
  for (const old of await navigator.serviceWorker.getRegistrations()) if (old.scope.endsWith("/inspections/")) await old.unregister(); // once it stood below the runs alone
  const cache = await caches.open(cacheName);
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=preload], link[rel=icon], link[rel=manifest], script[src], use")]
    .map((e) => new URL(e.href?.baseVal ?? e.href ?? e.src ?? e.getAttribute("href"), location.href)).filter((url) => url.origin === location.origin);
  const wanted = [...new Set([...parts.map((url) => url.pathname), ...performance.getEntriesByType("resource").map((e) => new URL(e.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith("/fonts/")).map((u) => u.pathname)])];
  const have = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await Promise.allSettled(wanted.filter((url) => !have.has(url)).map((url) => cache.add(url)));
  // The worker keeps each page that it fetches; the first one came before there was a worker.
  if (!navigator.serviceWorker.controller || !have.has(path)) {
    const page = await fetch(path, { headers: { Accept: "text/html" }, redirect: "error" });
    if (page.ok && page.headers.get("Panorama-Person") === owner) {
      const text = await page.text();
      const headers = new Headers(page.headers);
      ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name)); // of the way, not of the text
      await cache.put(path, new Response(text, { headers }));
    }
  }

  root.dataset.copied = "";
}

// --- beginning ---

// What was sent from here and the page shows, or was read long enough after: then it is in it, or was changed elsewhere since. A kept copy, and a page that was
// on its way while the sending was, are older.
function isShown(entry) {
  if (queue.isOlder(entry, rendered)) return true;
  if (entry.key) return Boolean($(`[data-photo-id="${CSS.escape(entry.id)}"]`));
  const item = items.find((i) => i.id === entry.item);
  return !item || same(entry.typed, item.server);
}

// The code is of the value, or of the end of the run; all else may have changed.
const isFinal = (code) => code === "invalid_body" || code?.startsWith("response_") || queue.Ended.includes(code);

async function begin() {
  const unsaved = items.filter((item) => "unsaved" in item.section.dataset);
  items.forEach((item) => { item.server = item.shown = typed(item); });
  // What the server has is not shown then; that nothing is given may be what was not taken.
  for (const item of unsaved) Object.assign(item, { server: { value: "", note: "" }, shown: { value: null, note: null }, mayBeCleared: item.type === "PHOTO" || (item.type === "TEXT" && !item.isRequired) });
  await queue.changeRun(owner, run, () => ({ name: root.dataset.name }));
  try {
    await queue.dropSent(owner, run, isShown);
    local = await queue.read(owner, run);
  } catch { /* what the page shows is all there is to begin with */ }
  for (const answer of local.answers.values()) {
    if (answer.state !== "refused" || isFinal(answer.code)) continue;
    await save(queue.sendAgain(answer));
    Object.assign(answer, { state: "waiting", code: undefined });
  }

  for (const item of items) {
    if (!local.answers.has(item.id) || unsaved.includes(item)) continue;
    const { state, typed: kept } = local.answers.get(item.id);
    if (state === "draft" && !kept.value && !kept.note) {
      local.answers.delete(item.id);
      await save(queue.dropAnswer({ owner, run, item: item.id }));
      continue;
    }
    write(item, local.answers.get(item.id).typed);
    item.shown = typed(item);
  }

  for (const item of unsaved) await keep(item); // what a form brought before this module was there, and the server did not take
  if (local.run.summaryNote) end.querySelector("[name=summaryNote]").value = local.run.summaryNote;
  if (local.run.signature) writeSignature(local.run.signature);
  if (local.run.outcome) { const chosen = $(`[name=outcome][value="${CSS.escape(local.run.outcome)}"]`, end); if (chosen) chosen.checked = true; }
  drawPhotos();
  const wanted = fromAddress();
  show(wanted === undefined ? items.find((i) => ["missing", "open"].includes(stateOf(i).name)) ?? null : wanted, { focus: false });
  root.dataset.ready = "";
  if (navigator.onLine) sendNow(); else tellState();
}

for (const item of items) {
  let wait;
  item.form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(wait);
    wait = setTimeout(() => keep(item), event.target.type === "radio" ? 0 : Typing);
    if ($("[data-refusal]", item.section) && !isAskedForPhoto(item)) showError(item, null);
  });
  item.form.addEventListener("change", (event) => {
    if (event.target.type !== "file") { clearTimeout(wait); keep(item); return; }
    add(item, [...event.target.files]);
    event.target.value = "";
  });
  item.form.addEventListener("submit", (event) => { event.preventDefault(); turn("next"); }); // Enter, and nothing else
  const input = $("[name=photo]", item.section);
  const label = $("[data-pick] label", item.section);
  input.multiple = true;
  label.textContent = label.dataset.many;
  $("[data-shoot]", item.section).hidden = false;
}

root.addEventListener("click", (event) => {
  const button = event.target.closest("header [data-leave], header [data-all], [data-previous], [data-next], [data-jump] a, [data-missing-item] a");
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (button.matches("[data-leave]")) turn("leave");
  else if (button.matches("[data-all]")) { if (at) turn("end"); else go(items[0]); }
  else if (button.matches("[data-previous]")) turn("previous");
  else if (button.matches("[data-next]")) { if (at) turn("next"); else finish(); }
  else go(items[Number((button.closest("[data-jump]")?.dataset.jump ?? button.closest("[data-missing-item]").dataset.missingItem)) - 1]);
});
$("#complete", end).addEventListener("submit", (event) => { event.preventDefault(); finish(); });
$("#complete", end).addEventListener("input", async () => {
  const data = new FormData($("#complete", end));
  const said = { outcome: data.get("outcome"), summaryNote: data.get("summaryNote"), signature: signature(data).kept };
  Object.assign(local.run, said);
  await save(queue.changeRun(owner, run, () => said));
});
root.addEventListener("click", (event) => {
  const link = event.target.closest("[data-take-out]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  askRemoval(link);
});
$("form", removal).addEventListener("submit", (event) => { event.preventDefault(); takeOut(); });
$("[data-close]", removal).addEventListener("click", () => removal.close());
removal.addEventListener("click", (event) => { if (event.target === removal) removal.close(); }); // its backdrop
$("#cancel", end).addEventListener("submit", (event) => {
  if (navigator.onLine) { dropCopy(); return; }
  event.preventDefault();
  event.stopPropagation();
  refuse(say("finish.later"));
});
$("[data-sun]").addEventListener("submit", (event) => {
  const button = event.submitter;
  const isOn = button.value === "more";
  // Without a connection the page changes alone, and the choice is not kept.
  if (!navigator.onLine) {
    event.preventDefault();
    event.stopPropagation();
    if (isOn) document.documentElement.dataset.contrast = "more"; else delete document.documentElement.dataset.contrast;
  }
  setTimeout(() => { button.value = isOn ? "" : "more"; button.setAttribute("aria-pressed", String(isOn)); });
});
addEventListener("popstate", () => { const wanted = fromAddress(); show(wanted === undefined ? items[0] : wanted); });
addEventListener("online", () => { trouble = null; sendNow(); });
addEventListener("offline", () => { trouble = "offline"; tellState(); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") { if (navigator.onLine) sendNow(); } else { if (at) keep(at); sendWithoutPage(); }
});
addEventListener("pageshow", (event) => { if (event.persisted && navigator.onLine) sendNow(); });
queue.channel?.addEventListener("message", (event) => { if (event.data === owner) load(); });
addEventListener("beforeunload", (event) => { if (queue.isFull) event.preventDefault(); });

await begin();
keepCopy().catch(() => {}); // without it the run works, but does not open without a connection

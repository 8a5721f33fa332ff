// Sends several files one after the other, each with a key of its own that a retry keeps, so that none is stored twice. Without script the form sends one.
const Ending = ["rate_limited", "storage_full", "asset_photo_cap_reached", "asset_document_cap_reached", "authentication_required", "forbidden", "asset_not_found", "asset_archived"];
const Spent = ["upload_key_collision", "upload_replay_race"]; // what was stored under the key is something else, or gone
const Preview = 320;

// crypto.randomUUID is missing where a page comes without TLS.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Drawn and not shown from a blob: address, which the content security policy has no room for.
async function preview(file, frame) {
  try {
    const picture = await createImageBitmap(file, { resizeWidth: Preview, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    frame.replaceChildren(canvas);
  } catch {
    // No picture: the icon stays, and the server says what is wrong with it.
  }
}

function prepare(form) {
  const [input, button, label, queue, status, again] = ["input[name=file]", "[type=submit]", "[data-many]", "[data-queue]", "[data-status]", "[data-again]"].map((s) => form.querySelector(s));
  const camera = form.querySelector("[data-camera]");
  const entries = [];
  let isSending = false;

  const sentence = (code, seconds) => {
    const text = (form.querySelector(`[data-code="${CSS.escape(code)}"]`) ?? form.querySelector("[data-code=unknown]")).textContent;
    const time = new Date(Math.ceil((Date.now() + seconds * 1000) / 60000) * 60000);
    return text.replace("{time}", time.toLocaleTimeString(form.dataset.locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
  };
  const say = (text, name, reason = "") => { status.textContent = text.replace("{name}", name).replace("{reason}", reason); };

  function mark(entry, state, word) {
    entry.state = state;
    entry.tile.dataset.state = state;
    entry.word.textContent = word;
    entry.bar.hidden = state !== "sending";
    const hadFocus = entry.tile.contains(document.activeElement);
    entry.retry.hidden = state !== "failed";
    entry.cancel.hidden = state === "sent";
    if (hadFocus && state === "failed") entry.retry.focus();
    again.hidden = entries.filter((e) => e.state === "failed").length < 2;
    queue.hidden = entries.length === 0;
  }

  function drop(entry) {
    const hadFocus = entry.tile.contains(document.activeElement);
    entries.splice(entries.indexOf(entry), 1);
    entry.tile.remove();
    queue.hidden = entries.length === 0;
    again.hidden = entries.filter((e) => e.state === "failed").length < 2;
    if (hadFocus) (entries[0]?.tile.querySelector("button:not([hidden])") ?? input).focus();
  }

  // The list as the server has it, in place of the old one.
  async function refresh() {
    const old = document.querySelector(form.dataset.part);
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "manual" });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(form.dataset.part);
    if (!fresh) throw new Error(String(answer.status));
    old.replaceWith(fresh);
  }

  function fail(entry, code, seconds = 60) {
    if (Spent.includes(code)) entry.key = newKey();
    const reason = sentence(code, seconds);
    mark(entry, "failed", reason);
    say(status.dataset.failed, entry.file.name, reason);
    // What stops one stops those behind it; each keeps its file and its key.
    if (Ending.includes(code)) entries.filter((e) => e.state === "waiting").forEach((e) => mark(e, "failed", reason));
  }

  const send = (entry) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    entry.request = request;
    const data = new FormData();
    data.append("clientUploadKey", entry.key);
    data.append("file", entry.file);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      entry.bar.value = Math.round((100 * event.loaded) / event.total);
      if (event.loaded === event.total) entry.word.textContent = status.dataset.storing;
    });
    request.addEventListener("loadend", async () => {
      entry.request = undefined;
      if (entry.isCancelled) { resolve(); return; }
      if (request.status === 200 || request.status === 201) {
        mark(entry, "sent", status.dataset.done);
        say(status.dataset.sent, entry.file.name);
        await refresh().then(() => drop(entry), () => {});
      } else {
        let problem = {};
        try { problem = JSON.parse(request.responseText); } catch { /* the way to the server broke, or a proxy answered */ }
        const seconds = Number(request.getResponseHeader?.("Retry-After")) || problem.args?.retryAfterSeconds || 60;
        fail(entry, request.status === 0 ? "unreachable" : problem.code ?? (request.status === 413 ? "body_too_large" : "server_error"), seconds);
      }
      resolve();
    });
    request.open("POST", form.dataset.upload);
    request.send(data);
  });

  async function work() {
    if (isSending) return;
    isSending = true;
    for (let entry; (entry = entries.find((e) => e.state === "waiting"));) {
      entry.bar.value = 0;
      mark(entry, "sending", status.dataset.sending);
      say(status.dataset.start, entry.file.name);
      await send(entry);
    }
    isSending = false;
  }

  function add(files) {
    for (const file of files) {
      const tile = form.querySelector("[data-tile]").content.firstElementChild.cloneNode(true);
      const entry = { file, key: newKey(), tile, state: "waiting" };
      [entry.word, entry.bar, entry.retry, entry.cancel] = ["[data-word]", "progress", "[data-retry]", "[data-cancel]"].map((s) => tile.querySelector(s));
      tile.querySelector("[data-name]").textContent = file.name;
      tile.querySelectorAll("[data-of]").forEach((text) => { text.textContent = " " + file.name; });
      entry.bar.setAttribute("aria-label", file.name);
      entry.retry.addEventListener("click", () => { mark(entry, "waiting", status.dataset.waiting); entry.cancel.focus(); work(); });
      entry.cancel.addEventListener("click", () => { entry.isCancelled = true; entry.request?.abort(); drop(entry); });
      entries.push(entry);
      queue.append(tile);
      mark(entry, "waiting", status.dataset.waiting);
      if (file.type.startsWith("image/")) preview(file, tile.querySelector(".frame"));
    }
    work();
  }

  input.multiple = true;
  input.required = false;
  label.textContent = label.dataset.many;
  button.hidden = true;
  if (camera) camera.hidden = !matchMedia("(pointer: coarse)").matches;
  for (const field of [input, camera?.querySelector("input")]) {
    field?.addEventListener("change", () => { add([...field.files]); field.value = ""; });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  again.querySelector("button").addEventListener("click", () => {
    entries.filter((e) => e.state === "failed").forEach((e) => mark(e, "waiting", status.dataset.waiting));
    queue.querySelector("button:not([hidden])")?.focus();
    work();
  });
  if (input.files.length > 0) { add([...input.files]); input.value = ""; } // chosen before this module arrived
  return () => entries.some((e) => e.state !== "sent");
}

const unfinished = [...document.querySelectorAll("form[data-upload]")].map(prepare);
addEventListener("beforeunload", (event) => { if (unfinished.some((isWorking) => isWorking())) event.preventDefault(); });

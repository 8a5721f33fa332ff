// What a run answered and photographed on this device, and the way of it to the server. Shared by the page and by the worker that sends in the background, so it
// imports and exports nothing. All of it belongs to an owner, a person in an organisation: another one neither sees it nor sends it.
"use strict";
globalThis.InspectionQueue = (() => {
  const Batch = 50;
  const Longest = 120_000; // between two tries, in milliseconds
  const Ended = ["inspection_not_in_progress", "inspection_not_found"]; // nothing of this run is taken any more
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel("panorama-inspections") : null;
  const memory = { answers: new Map(), photos: new Map(), runs: new Map() }; // where nothing can be stored
  let database;

  // --- the store ---

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  function open() {
    database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("panorama-inspections", 1);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore("answers", { keyPath: ["owner", "run", "item"] });
        db.createObjectStore("photos", { keyPath: "key" }).createIndex("owner", "owner");
        db.createObjectStore("runs", { keyPath: ["owner", "run"] });
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); database = undefined; };
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    database.catch(() => { database = undefined; });
    return database;
  }

  const keyOf = (store, entry) => (store === "photos" ? entry.key : store === "runs" ? [entry.owner, entry.run] : [entry.owner, entry.run, entry.item]);
  const nameOf = (store, entry) => JSON.stringify(keyOf(store, entry));

  // Reads and writes in one transaction, or what another tab wrote in between would be lost. What comes back from change is kept, null removes the entry, and
  // undefined leaves it as it is.
  async function update(store, entry, change) {
    const name = nameOf(store, entry);
    let next;
    let isDecided = false;
    const decide = (stored) => {
      next = change((memory[store].has(name) ? memory[store].get(name) : stored) ?? undefined);
      isDecided = true;
    };
    try {
      const transaction = (await open()).transaction(store, "readwrite");
      const objects = transaction.objectStore(store);
      objects.get(keyOf(store, entry)).onsuccess = (event) => {
        try {
          decide(event.target.result);
          if (next === null) objects.delete(keyOf(store, entry)); else if (next) objects.put(next);
        } catch {
          transaction.abort();
        }
      };
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
      if (next !== undefined) memory[store].delete(name);
    } catch {
      // Full, or not allowed to: it lives as long as the page does, and the page says so. What could not be removed is hidden as long.
      if (!isDecided) decide();
      if (next !== undefined) memory[store].set(name, next);
    }
  }

  const put = (store, entry) => update(store, entry, () => entry);
  const remove = (store, entry) => update(store, entry, () => null);
  const unlessChanged = (now) => (now?.state === "sent" ? null : undefined);

  async function all(store, owner) {
    let stored = [];
    try {
      const objects = (await open()).transaction(store).objectStore(store);
      stored = await asked(store === "photos" ? objects.index("owner").getAll(owner) : objects.getAll(IDBKeyRange.bound([owner], [owner, []])));
    } catch { /* only what is in memory */ }
    const fresh = [...memory[store].values()].filter((entry) => entry?.owner === owner);
    return [...stored.filter((entry) => !memory[store].has(nameOf(store, entry))), ...fresh];
  }

  async function owners() {
    try {
      const db = await open();
      const found = await Promise.all(["answers", "photos"].map((store) => asked(db.transaction(store).objectStore(store).getAll())));
      return [...new Set(found.flat().filter((entry) => entry.state === "waiting").map((entry) => entry.owner))];
    } catch {
      return [];
    }
  }

  // --- what a page does with it ---

  const tell = (owner) => channel?.postMessage(owner);

  /// What is known of a run: its answers by item, its photos in their order.
  async function read(owner, run) {
    const [answers, photos, runs] = await Promise.all(["answers", "photos", "runs"].map((store) => all(store, owner)));
    return {
      answers: new Map(answers.filter((a) => a.run === run).map((a) => [a.item, a])),
      photos: photos.filter((p) => p.run === run).sort((a, b) => a.order - b.order),
      run: runs.find((r) => r.run === run) ?? { owner, run },
    };
  }

  async function waiting(owner) {
    const [answers, photos] = await Promise.all([all("answers", owner), all("photos", owner)]);
    return { answers: answers.filter((a) => a.state === "waiting").length, photos: photos.filter((p) => p.state === "waiting" || p.state === "refused").length };
  }

  async function keepAnswer(answer) {
    await put("answers", answer);
    tell(answer.owner);
  }

  async function dropAnswer(answer) {
    await remove("answers", answer);
    tell(answer.owner);
  }

  async function keepPhoto(photo) {
    await put("photos", photo);
    tell(photo.owner);
  }

  async function dropPhoto(photo) {
    await remove("photos", photo);
    tell(photo.owner);
  }

  /// What the server has of a run, unless it was answered again meanwhile.
  async function dropSent(owner, run) {
    const { answers, photos } = await read(owner, run);
    await Promise.all([...[...answers.values()].map((a) => update("answers", a, unlessChanged)), ...photos.map((p) => update("photos", p, unlessChanged))]);
  }

  /// A run that has come to its end. What was never sent stays until a person throws it away.
  async function forget(owner, run) {
    await dropSent(owner, run);
    const { answers, photos, run: own } = await read(owner, run);
    if (answers.size + photos.length === 0) await remove("runs", own);
    tell(owner);
  }

  /// Changes what is known of a run and leaves the rest of it as another tab wrote it.
  const changeRun = (owner, run, change) => update("runs", { owner, run }, (now) => ({ ...now, owner, run, ...change(now ?? {}) }));

  /// What was never sent, by run: answers that say something, and photos that are still here.
  async function unsent(owner) {
    const [answers, photos, runs] = await Promise.all(["answers", "photos", "runs"].map((store) => all(store, owner)));
    const kept = [...answers.filter((a) => a.state !== "sent" && (a.typed.value || a.typed.note)), ...photos.filter((p) => p.state !== "sent" && p.blob)];
    return [...new Set(kept.map((e) => e.run))].map((run) => ({ run, name: runs.find((r) => r.run === run)?.name, entries: kept.filter((e) => e.run === run) }));
  }

  /// Throws away what a person saw; what was answered since is not among it.
  async function discard(entries) {
    await Promise.all(entries.map((entry) => (entry.key ? remove("photos", entry) : update("answers", entry, (now) => (now?.revision === entry.revision ? null : undefined)))));
    if (entries.length > 0) await forget(entries[0].owner, entries[0].run);
  }

  // --- the way to the server ---

  // The session goes with each request, and the server compares it with the owner that the request names: what is one person's is not taken from another.
  async function send(owner, path, init) {
    let response;
    try {
      response = await fetch(path, { ...init, credentials: "same-origin", redirect: "error", headers: { ...init.headers, Accept: "application/json", "Panorama-Person": owner } });
    } catch {
      return { ok: false, isOurs: true, status: 0, code: "unreachable" };
    }

    let body = null;
    try { body = await response.json(); } catch { /* a proxy answered, or nothing was said */ }
    // A page of a hotel's network comes with 200: what is not in our words was neither taken nor refused.
    const isOurs = response.status === 204 || (response.ok ? body !== null && typeof body === "object" : Boolean(body?.code));
    return {
      ok: response.ok && isOurs, isOurs, status: response.status, code: body?.code ?? "server_error", args: body?.args ?? {}, body: body ?? {},
      wait: Number(response.headers.get("Retry-After")) || body?.args?.retryAfterSeconds || 0,
    };
  }

  // Why the rest has to wait; null when this one alone is refused.
  function stop(answer, tries) {
    if (answer.status === 401) return { state: "signed-out" };
    if (answer.code === "signed_in_as_other") return { state: "other-person" };
    if (answer.status === 0) return { state: "offline", wait: Math.min(Longest, 1000 * 2 ** Math.min(tries, 7)) };
    if (!answer.isOurs || answer.status === 429 || answer.status >= 500) return { state: "busy", wait: answer.wait > 0 ? answer.wait * 1000 : Math.min(Longest, 1000 * 2 ** Math.min(tries, 7)) };
    return null;
  }

  async function sendAnswers(owner, run, answers) {
    const bodies = answers.map((a) => ({ snapshotItemId: a.item, ...a.body }));
    const result = await send(owner, `/api/inspections/${run}/responses`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ responses: bodies }) });
    if (result.ok) {
      for (const answer of answers) await settle(owner, answer, "sent");
      return null;
    }

    const stopped = stop(result, Math.max(...answers.map((a) => a.tries ?? 0)));
    if (stopped) {
      if (stopped.wait) for (const answer of answers) await settle(owner, answer, "waiting");
      return stopped;
    }

    // One of them is refused: it stays here with its reason, and the others go on without it. Where it is not said which, each goes alone.
    const refused = answers.filter((a) => a.item === result.args.snapshotItemId);
    if (refused.length === 0 && answers.length > 1 && !Ended.includes(result.code)) {
      for (const answer of answers) {
        const why = await sendAnswers(owner, run, [answer]);
        if (why) return why;
      }
      return null;
    }

    for (const answer of refused.length > 0 ? refused : answers) await settle(owner, answer, "refused", result.code);
    return null;
  }

  // An answer that was given again while this one was on its way waits for its own.
  const settle = (owner, sent, state, code) =>
    update("answers", sent, (now) => (now?.revision === sent.revision ? { ...now, state, code, tries: (now.tries ?? 0) + 1 } : undefined));

  async function sendPhoto(owner, photo) {
    const data = new FormData();
    data.append("clientUploadKey", photo.key);
    data.append("snapshotItemId", photo.item);
    data.append("photo", photo.blob, "photo");
    const result = await send(owner, `/api/inspections/${photo.run}/photos`, { method: "POST", body: data });
    if (result.ok) {
      // Taken back while it was on its way: it is the server's now, and shown as such.
      await update("photos", photo, (now) => ({ ...photo, ...now, blob: null, state: "sent", id: result.body.id, tries: 0 }));
      return null;
    }

    const stopped = stop(result, photo.tries ?? 0);
    await update("photos", photo, (now) => now && { ...now, state: stopped ? "waiting" : "refused", code: stopped ? undefined : result.code, tries: (now.tries ?? 0) + 1 });
    return stopped;
  }

  async function work(owner, changed) {
    for (;;) {
      const answers = (await all("answers", owner)).filter((a) => a.state === "waiting");
      const photos = (await all("photos", owner)).filter((p) => p.state === "waiting").sort((a, b) => a.order - b.order);
      const run = answers[0]?.run;
      if (!run && photos.length === 0) return { state: "done" };
      const sending = run ? answers.filter((a) => a.run === run).slice(0, Batch) : [photos[0]];
      changed?.({ sending: run ? null : photos[0].key });
      const stopped = run ? await sendAnswers(owner, run, sending) : await sendPhoto(owner, photos[0]);
      tell(owner);
      changed?.({ sending: null });
      if (stopped) return stopped;
    }
  }

  // One at a time on the whole device: of two tabs and the worker, the others wait, and then find nothing left to send.
  let busy = Promise.resolve();
  function flush(owner, changed) {
    const task = () => (globalThis.navigator.locks ? navigator.locks.request("panorama-inspections-send", () => work(owner, changed)) : work(owner, changed));
    const result = busy.then(task, task);
    busy = result.catch(() => {});
    return result;
  }

  return {
    read, waiting, owners, keepAnswer, dropAnswer, keepPhoto, dropPhoto, dropSent, forget, flush, send, changeRun, unsent, discard, Ended, channel,
    get isFull() { return [...memory.answers.values(), ...memory.photos.values()].some((entry) => entry && entry.state !== "sent"); },
  };
})();

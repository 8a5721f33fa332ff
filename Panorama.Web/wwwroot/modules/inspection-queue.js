// What a run answered and photographed on this device, and the way of it to the server. Shared by the page and by the worker that sends in the background, so it
// imports and exports nothing. All of it belongs to an owner, a person in an organisation: another one neither sees it nor sends it.
"use strict";
globalThis.InspectionQueue = (() => {
  const Batch = 50;
  const Longest = 120_000; // between two tries, in milliseconds
  const Hour = 3_600_000; // what a limit of ours asks to wait at most
  const Ended = ["inspection_not_in_progress", "inspection_not_found"]; // nothing of this run is taken any more
  const Storeless = ["SecurityError", "InvalidStateError", "QuotaExceededError", "TypeError", "ReferenceError"]; // of a browser that keeps nothing, or has no room to begin
  const Poor = 3; // times that the server did not take a photo, before those behind it go first
  const Reading = 10_000; // longer than the server takes from reading a run to naming its rendering, in milliseconds
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
        request.result.onclose = () => { database = undefined; }; // by the browser, as when the page slept for long
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    database.catch(() => { database = undefined; });
    return database;
  }

  // A connection that was closed is found out by using it: once more then, with a new one.
  async function using(work) {
    const opened = open();
    const used = await opened;
    try {
      return await work(used);
    } catch (error) {
      if (error?.name === "QuotaExceededError") throw error;
      if (database === opened) database = undefined;
      used.close();
      return work(await open());
    }
  }

  const finished = (transaction) => new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });

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
      await using((db) => {
        const transaction = db.transaction(store, "readwrite");
        const objects = transaction.objectStore(store);
        objects.get(keyOf(store, entry)).onsuccess = (event) => {
          try {
            decide(event.target.result);
            if (next === null) objects.delete(keyOf(store, entry)); else if (next) objects.put(next);
          } catch {
            transaction.abort();
          }
        };
        return finished(transaction);
      });
      if (next !== undefined) memory[store].delete(name);
    } catch {
      // Full, or not allowed to: it lives as long as the page does, and the page says so. What could not be removed is hidden as long.
      if (!isDecided) decide();
      if (next === undefined) return;
      memory[store].set(name, next);
      if (next?.state === "sent") await erase(store, entry);
    }
  }

  // The server has what could not be written here: an older one that was must not follow it.
  async function erase(store, entry) {
    try {
      await using((db) => {
        const transaction = db.transaction(store, "readwrite");
        transaction.objectStore(store).delete(keyOf(store, entry));
        return finished(transaction);
      });
    } catch { /* it is hidden as long as this page is open */ }
  }

  const put = (store, entry) => update(store, entry, () => entry);
  const remove = (store, entry) => update(store, entry, () => null);

  // What a store gives, or nothing where there is none; a store that is there and cannot be read is an error, for what waits in it is not known.
  async function stored(ask) {
    try {
      return await using(ask);
    } catch (error) {
      const isThere = await open().then(() => true, (why) => !Storeless.includes(why?.name));
      if (isThere) throw error;
      return [];
    }
  }

  // What could not be stored.
  const held = (store, owner) => [...memory[store].values()].filter((entry) => entry?.owner === owner);

  async function all(store, owner) {
    const found = await stored((db) => {
      const objects = db.transaction(store).objectStore(store);
      return asked(store === "photos" ? objects.index("owner").getAll(owner) : objects.getAll(IDBKeyRange.bound([owner], [owner, []])));
    });
    return [...found.filter((entry) => !memory[store].has(nameOf(store, entry))), ...held(store, owner)];
  }

  /// Of whom something waits here.
  async function owners() {
    const found = await stored((db) => Promise.all(["answers", "photos"].map((store) => asked(db.transaction(store).objectStore(store).getAll()))));
    return [...new Set(found.flat().filter((entry) => entry.state === "waiting").map((entry) => entry.owner))];
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

  /// What each run is called on this device, by its id.
  const names = async (owner) => new Map((await all("runs", owner)).map(({ run, name }) => [run, name]));

  /// What of a run lives in this page alone, whatever the store says.
  const inPage = (owner, run) => [...held("answers", owner), ...held("photos", owner)].filter((entry) => entry.run === run);

  async function waiting(owner) {
    const [answers, photos] = await Promise.all([all("answers", owner), all("photos", owner)]);
    return { answers: answers.filter((a) => a.state === "waiting").length, photos: photos.filter((p) => p.blob && p.state !== "sent").length };
  }

  async function keepAnswer(answer) {
    await put("answers", answer);
    tell(answer.owner);
  }

  /// What was refused for a reason that may have gone, unless it was given again meanwhile.
  async function sendAgain(answer) {
    await update("answers", answer, (now) => (now?.revision === answer.revision && now.state === "refused" ? { ...now, state: "waiting", code: undefined } : undefined));
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

  /// What was sent of a run and is shown by the server, unless it was answered again meanwhile.
  async function dropSent(owner, run, isShown = () => true) {
    const { answers, photos } = await read(owner, run);
    const unlessNeeded = (now) => (now?.state === "sent" && isShown(now) ? null : undefined);
    await Promise.all([...[...answers.values()].map((a) => update("answers", a, unlessNeeded)), ...photos.map((p) => update("photos", p, unlessNeeded))]);
  }

  /// Whether a rendering of this time, in milliseconds of the server's clock, was read after this was sent. What was sent before anybody noted the time, was.
  const isOlder = (entry, rendering) => (entry.sentAt ?? 0) + Reading < rendering;

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
      ok: response.ok && isOurs, isOurs, at: Date.parse(response.headers.get("Date")), status: response.status, code: body?.code ?? "server_error", args: body?.args ?? {}, body: body ?? {},
      wait: Number(response.headers.get("Retry-After")) || body?.args?.retryAfterSeconds || 0, isSamePerson: response.headers.get("Panorama-Person")?.split(":")[0] === owner.split(":")[0],
    };
  }

  /// How the session is not the one that this is of; null when it is.
  function strangeness(answer) {
    if (answer.status === 401) return "signed-out";
    if (answer.code === "signed_in_as_other") return answer.isSamePerson ? "other-tenant" : "other-person";
    return null;
  }

  // Why the rest has to wait; null when this one alone is refused.
  function stop(answer, tries) {
    const strange = strangeness(answer);
    if (strange) return { state: strange };
    if (answer.status === 0) return { state: "offline", wait: Math.min(Longest, 1000 * 2 ** Math.min(tries, 7)) };
    // Until somebody gives the right back, or switches inspections on again.
    if (answer.isOurs && (answer.status === 403 || answer.code === "feature_disabled")) return { state: "barred", wait: Longest };
    if (!answer.isOurs || [408, 425, 429].includes(answer.status) || answer.status >= 500) {
      return { state: answer.status === 429 ? "limited" : "busy", wait: answer.wait > 0 ? Math.min(answer.isOurs ? Hour : Longest, answer.wait * 1000) : Math.min(Longest, 1000 * 2 ** Math.min(tries, 7)) };
    }
    return null;
  }

  const failuresOf = (entry, stopped) => (entry.failures ?? 0) + (stopped?.state === "busy" ? 1 : 0);

  async function sendAnswers(owner, run, answers) {
    const bodies = answers.map((a) => ({ snapshotItemId: a.item, ...a.body }));
    const result = await send(owner, `/api/inspections/${run}/responses`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ responses: bodies }) });
    if (result.ok) {
      for (const answer of answers) await settle(owner, answer, { state: "sent", code: undefined, sentAt: result.at });
      return null;
    }

    const stopped = stop(result, Math.max(...answers.map((a) => a.tries ?? 0)));
    if (stopped) {
      if (stopped.wait) for (const answer of answers) await settle(owner, answer, { failures: failuresOf(answer, stopped) });
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

    for (const answer of refused.length > 0 ? refused : answers) await settle(owner, answer, { state: "refused", code: result.code });
    return null;
  }

  // An answer that was given again while this one was on its way waits for its own.
  const settle = (owner, sent, now) =>
    update("answers", sent, (kept) => (kept?.revision === sent.revision ? { ...kept, ...now, tries: (kept.tries ?? 0) + 1 } : undefined));

  // The file behind a photo may have been changed, or be gone: that one reads as empty. What was read from the store long ago is read again.
  async function isReadable(photo) {
    const name = nameOf("photos", photo);
    const now = memory.photos.has(name) ? memory.photos.get(name) : await stored((db) => asked(db.transaction("photos").objectStore("photos").get(photo.key)));
    return !now?.blob || now.blob.slice(0, 1).arrayBuffer().then((start) => start.byteLength > 0, () => false);
  }

  async function sendPhoto(owner, photo) {
    const data = new FormData();
    data.append("clientUploadKey", photo.key);
    data.append("snapshotItemId", photo.item);
    data.append("photo", photo.blob, "photo");
    const result = await send(owner, `/api/inspections/${photo.run}/photos`, { method: "POST", body: data });
    if (result.ok) {
      // Taken back while it was on its way: it is the server's now, and shown as such.
      await update("photos", photo, (now) => ({ ...photo, ...now, blob: null, state: "sent", id: result.body.id, sentAt: result.at, tries: 0 }));
      return null;
    }

    const why = result.status === 0 && !(await isReadable(photo)) ? "photo_unreadable"
      : result.status === 413 ? "photo_too_large" // also of a proxy on the way
      : null;
    const stopped = why ? null : stop(result, photo.tries ?? 0);
    await update("photos", photo, (now) => now && {
      ...now, state: stopped ? "waiting" : "refused", code: stopped ? undefined : why ?? result.code, tries: (now.tries ?? 0) + 1, failures: failuresOf(now, stopped),
    });
    return stopped;
  }

  // Answers before photos, and both in the order in which they were given. What the server could not take some times lets all else go first, and goes in smaller
  // and smaller parts, until the one that it cannot take is alone.
  function nextOf(answers, photos) {
    const isPoor = (entry) => (entry.failures ?? 0) >= Poor;
    const [fresh, photo] = [answers.filter((a) => !isPoor(a)), photos.find((p) => !isPoor(p))];
    if (fresh.length > 0) return fresh.filter((a) => a.run === fresh[0].run).slice(0, Batch);
    if (photo) return [photo];
    const poor = [...answers, ...photos].sort((a, b) => a.failures - b.failures);
    if (poor[0].key) return [poor[0]];
    const alike = poor.filter((entry) => !entry.key && entry.run === poor[0].run).slice(0, Batch);
    return alike.slice(0, Math.max(1, alike.length >> (poor[0].failures - Poor + 1)));
  }

  // After what the server asked to wait, by the clock that nobody sets. Photos have a limit of their own, which holds no answer back.
  const resumesAt = { answers: 0, photos: 0 };
  async function work(owner, changed) {
    for (;;) {
      let unread = null; // a store that says nothing keeps back none of what this page holds
      const waitingIn = async (store) => (await all(store, owner).catch((error) => { unread = error; return held(store, owner); })).filter((entry) => entry.state === "waiting");
      const [answers, photos] = [await waitingIn("answers"), (await waitingIn("photos")).sort((a, b) => a.order - b.order)];
      if (answers.length + photos.length === 0) {
        if (unread) throw unread;
        return { state: "done" };
      }

      const sending = nextOf(answers, photos);
      const isPhoto = Boolean(sending[0].key);
      const kind = isPhoto ? "photos" : "answers";
      const left = resumesAt[kind] - performance.now();
      if (left > 0) return { state: "limited", wait: left }; // also for what was answered meanwhile
      changed?.({ sending: isPhoto ? sending[0].key : null });
      const stopped = isPhoto ? await sendPhoto(owner, sending[0]) : await sendAnswers(owner, sending[0].run, sending);
      tell(owner);
      changed?.({ sending: null });
      if (stopped?.state === "limited") resumesAt[kind] = performance.now() + stopped.wait;
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
    read, names, inPage, waiting, owners, keepAnswer, sendAgain, dropAnswer, keepPhoto, dropPhoto, dropSent, isOlder, forget, flush, send, changeRun, unsent, discard, strangeness, Ended, channel,
    get isFull() { return [...memory.answers.values(), ...memory.photos.values()].some((entry) => entry && entry.state !== "sent" && entry.code !== "photo_unreadable"); },
  };
})();

// Opens a run without a connection, from the copy that its page kept, and shows which of them open in place of any other page. Sends what waits when the connection
// is back and no page is open.
"use strict";
importScripts("/modules/inspection-queue.js");
const Page = /^\/inspections\/[0-9a-f-]{36}$/;
const Part = /^\/(modules\/|fonts\/|panorama\.|icons\.|mark\.|app\/|manifest)/; // what a copy is made of
const Lasting = /^\/fonts\/|\.[a-z0-9]{10}\.\w+$/; // whose name changes with its text
const Prefix = "inspections|";
const Patience = 4000; // with a line this slow the copy is better, in milliseconds

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await self.registration.navigationPreload?.enable(); // no page waits for this worker to start
  await self.clients.claim();
})()));

// Only copies of who is signed in are there: another session's first page, and signing out, remove those of anybody else.
async function copyOf(path) {
  try {
    for (const cacheName of await kept()) {
      const found = await caches.match(path, { cacheName }); // opening a store that goes meanwhile would make it again
      if (found) return found;
    }
  } catch { /* nothing can be read, and that is no reason to withhold what the network answers */ }
}

const kept = async () => (await caches.keys()).filter((name) => name.startsWith(Prefix));

async function drop(path) {
  try {
    await Promise.allSettled((await kept()).map(async (name) => (await caches.open(name)).delete(path)));
  } catch { /* nothing can be read */ }
}

// A phone without room keeps nothing. The older copy goes as well: what the page has seen sent since is in neither of them.
async function keep(owner, path, answer) {
  try {
    await (await caches.open(Prefix + owner)).put(path, answer);
  } catch {
    await drop(path);
  }
}

const answered = async (event) => (await event.preloadResponse) ?? fetch(event.request);

// The page that says so, with what opens none the less; the browser's own where this phone keeps nothing.
async function withoutConnection(reason) {
  const kept = await copyOf("/offline");
  if (!kept) throw reason;
  return kept;
}

async function page(event, { pathname: path, searchParams }) {
  const copy = await copyOf(path);
  const online = answered(event).then(async (answer) => {
    const owner = answer.headers.get("Panorama-Person");
    if (answer.ok && owner) {
      await answer.clone().arrayBuffer(); // a line that breaks in the middle of it has brought nothing, and takes no copy away
      await keep(owner, path, answer.clone());
    } else if (answer.ok && copy && answer.headers.get("Panorama-Inspection") === "ended") await drop(path);
    return answer;
  });
  if (!copy) return online.catch(withoutConnection);
  // Who is led here because the run has ended would be led around in a circle by the copy: it is only for want of a connection then.
  const late = new Promise((resolve) => { if (!searchParams.has("done")) setTimeout(resolve, Patience); });
  const answer = await Promise.race([online.catch(() => null), late]);
  return answer && answer.status < 500 ? answer : copy;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith("/api/")) return; // a file: a page in its place would be saved under its name
    event.respondWith(Page.test(url.pathname) ? page(event, url) : answered(event).catch(withoutConnection));
  } else if (Part.test(url.pathname)) {
    event.respondWith(Lasting.test(url.pathname)
      ? copyOf(url.pathname).then((copy) => copy ?? fetch(request))
      : fetch(request).catch(async (reason) => { const copy = await copyOf(url.pathname); if (copy) return copy; throw reason; }));
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "inspections") return;
  event.waitUntil((async () => {
    for (const owner of await self.InspectionQueue.owners()) {
      const result = await self.InspectionQueue.flush(owner);
      if (["offline", "busy", "limited"].includes(result.state)) throw new Error(result.state); // the browser tries again later
    }
  })());
});

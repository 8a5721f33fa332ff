// Opens a run without a connection, from the copy that its page kept, and sends what waits when the connection is back and no page is open.
"use strict";
importScripts("/modules/inspection-queue.js");
const Page = /^\/inspections\/[0-9a-f-]{36}$/;
const Prefix = "inspections|";
const Patience = 4000; // with a line this slow the copy is better, in milliseconds

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// Only copies of who is signed in are there: another session's first page, and signing out, remove those of anybody else.
async function copyOf(path) {
  for (const cache of await kept()) {
    const found = await cache.match(path);
    if (found) return found;
  }
}

async function kept() {
  try {
    return await Promise.all((await caches.keys()).filter((name) => name.startsWith(Prefix)).map((name) => caches.open(name)));
  } catch {
    return []; // no store to read, and no reason to withhold what the network answers
  }
}

const drop = async (path) => { await Promise.allSettled((await kept()).map((cache) => cache.delete(path))); };

// A phone without room keeps nothing. The older copy goes as well: what the page has seen sent since is in neither of them.
async function keep(owner, path, answer) {
  try {
    await (await caches.open(Prefix + owner)).put(path, answer);
  } catch {
    await drop(path);
  }
}

async function page(request, { pathname: path, searchParams }) {
  const copy = await copyOf(path);
  const online = fetch(request).then(async (answer) => {
    const owner = answer.headers.get("Panorama-Person");
    if (answer.ok && owner) await keep(owner, path, answer.clone());
    else if (answer.ok && copy && answer.headers.get("Panorama-Inspection") === "ended") await drop(path);
    return answer;
  });
  if (!copy) return online;
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
    if (Page.test(url.pathname)) event.respondWith(page(request, url));
    return;
  }

  // What a copy is made of; everything else is the browser's own business.
  if (/^\/(modules\/|fonts\/|panorama\.|icons\.|mark\.|app\/|manifest)/.test(url.pathname)) {
    event.respondWith(copyOf(url.pathname).then((kept) => kept ?? fetch(request)));
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "inspections") return;
  event.waitUntil((async () => {
    for (const owner of await self.InspectionQueue.owners()) {
      const result = await self.InspectionQueue.flush(owner);
      if (result.state === "offline" || result.state === "busy") throw new Error(result.state); // the browser tries again later
    }
  })());
});

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
  for (const name of await caches.keys()) {
    const found = name.startsWith(Prefix) && (await (await caches.open(name)).match(path));
    if (found) return found;
  }
}

async function page(request, { pathname: path, searchParams }) {
  const copy = await copyOf(path);
  const online = fetch(request).then(async (answer) => {
    const owner = answer.headers.get("Panorama-Person");
    if (answer.ok && owner) await (await caches.open(Prefix + owner)).put(path, answer.clone());
    else if (answer.ok && copy && answer.headers.get("Panorama-Inspection") === "ended") await Promise.all((await caches.keys()).filter((n) => n.startsWith(Prefix)).map(async (n) => (await caches.open(n)).delete(path)));
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

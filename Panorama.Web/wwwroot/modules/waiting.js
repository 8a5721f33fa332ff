// Sends what waits on this device, whichever page is open. A device that never kept anything is asked for its stores, and loads no more than this; a runner sends
// by itself, and has the page kept that is shown without a connection.
const owner = document.documentElement.dataset.person;
const { queue: address } = document.querySelector("script[data-queue]").dataset;
const list = document.querySelector("[data-kept-here][data-module]");
const isRunner = document.querySelector("[data-runner]") !== null;
let queue;
let retry;

async function hasStore() {
  if (!globalThis.indexedDB) return false;
  if (!indexedDB.databases) return true; // a browser that does not say
  return (await indexedDB.databases()).some(({ name }) => name === "panorama-inspections");
}

const said = () => document.dispatchEvent(new Event("panorama-sent")); // for the list of what waits

async function send() {
  clearTimeout(retry);
  if (document.visibilityState === "hidden" || !navigator.onLine) return; // it begins again when the page is seen, or the connection is back
  const result = await queue.flush(owner, said);
  said();
  if (result.wait) retry = setTimeout(send, result.wait);
}

// Beside the copies of runs, with what it is made of; only as a whole.
async function keepWayIn() {
  const page = await fetch("/offline", { headers: { Accept: "text/html" }, redirect: "error" });
  if (!page.ok || page.headers.get("Panorama-Person") !== owner) return;
  const text = await page.text();
  const cache = await caches.open(`inspections|${owner}`);
  const have = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await cache.addAll([...new Set([...text.matchAll(/ (?:src|href)="(\/(?:modules\/|panorama\.|icons\.)[^"#]+)/g)].map(([, path]) => path))].filter((path) => !have.has(path)));
  const headers = new Headers(page.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // of the way here
  await cache.put("/offline", new Response(text, { headers }));
}

if (owner && isRunner && navigator.serviceWorker && globalThis.caches) keepWayIn().catch(() => {}); // then the browser says that there is no connection
if (owner && !isRunner && await hasStore().catch(() => false)) {
  await import(address);
  queue = globalThis.InspectionQueue;
  if (list) await import(list.dataset.module).catch(() => {}); // a store that cannot be read now is tried again below
  const again = () => send().catch(() => { retry = setTimeout(again, 5000); });
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  addEventListener("pageshow", (event) => { if (event.persisted) again(); });
  again();
}

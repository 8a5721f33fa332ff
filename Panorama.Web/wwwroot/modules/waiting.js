// Sends what waits on this device, whichever page is open. A device that never kept anything is asked for its stores, and loads no more than this; a runner sends
// by itself.
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

if (owner && !isRunner && await hasStore().catch(() => false)) {
  await import(address);
  queue = globalThis.InspectionQueue;
  if (list) await import(list.dataset.module);
  const again = () => send().catch(() => { retry = setTimeout(again, 5000); });
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  addEventListener("pageshow", (event) => { if (event.persisted) again(); });
  again();
}

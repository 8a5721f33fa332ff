// The count at the bell: read again each minute while the page is looked at. A notice that is followed is read.
const bell = document.querySelector("[data-bell]");
const minute = 60000;

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/api/notifications/count", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { unread, atLeast } = await answer.json();
    const shown = atLeast || unread > 99 ? "99+" : String(unread);
    const name = unread === 0 ? bell.dataset.none : unread === 1 ? bell.dataset.one : bell.dataset.other.replace("{count}", shown);
    const [text, count] = [bell.querySelector("[data-bell-name]"), bell.querySelector(".count")];
    if (text.textContent !== name) text.textContent = name;
    count.textContent = shown;
    count.hidden = unread === 0;
  } catch {
    // away for a moment; the next minute asks again
  }
}

if (bell) {
  let asked = Date.now();
  setInterval(() => { asked = Date.now(); refresh(); }, minute);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - asked < minute) return;
    asked = Date.now();
    refresh();
  });
}

document.addEventListener("click", (event) => {
  const notice = event.target.closest("[data-notice] a")?.closest("[data-notice]");
  if (notice) fetch(`/notifications/${notice.dataset.notice}/read`, { method: "POST", body: new URLSearchParams(), keepalive: true, redirect: "manual" });
});

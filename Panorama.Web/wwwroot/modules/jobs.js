// Follows a run that is not over: the same page is read again and its main part takes the place of the one shown. Without script there is a link.
const pause = 2000;

async function follow() {
  if (document.hidden || !document.querySelector("[data-follow]")) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [now, next] = [document.querySelector("#main"), page.querySelector("#main")];
    if (!next || now.contains(document.activeElement) && document.activeElement !== now && document.activeElement.matches("button, input")) return;
    const at = document.activeElement?.getAttribute?.("href");
    now.replaceChildren(...next.childNodes);
    if (at) [...now.querySelectorAll("a")].find((link) => link.getAttribute("href") === at)?.focus({ preventScroll: true });
  } catch {
    // away for a moment; the next round asks again
  }
}

setInterval(follow, pause);

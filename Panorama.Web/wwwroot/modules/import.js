// A run that has not ended: fetches its page each second while it is looked at and puts the new state in place of the old one.
const Wait = 1000;
const Most = 10000;
let wait = Wait;

const look = async () => {
  const card = document.querySelector("[data-import-progress]");
  if (!card) return;
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "manual" });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-import-progress]");
      if (!next) { location.replace(location.pathname); return; }
      if (!card.contains(document.activeElement)) card.replaceWith(next);
      else for (const part of ["progress", "[role=status]", "label"]) {
        const [old, fresh] = [card.querySelector(part), next.querySelector(part)];
        if (old && fresh) old.replaceWith(fresh);
      }
      wait = Wait;
    } catch {
      wait = Math.min(wait * 2, Most);
    }
  }
  setTimeout(look, wait);
};
setTimeout(look, wait);

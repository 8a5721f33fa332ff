// Goes on with the next batch by itself while the page is looked at; without script the button does.
const form = document.querySelector("[data-go-on]");
const pause = 400;
let stopped = false;

form?.parentElement.querySelector("a")?.addEventListener("click", () => { stopped = true; });
const next = () => {
  if (stopped) return;
  if (document.hidden) { setTimeout(next, 1000); return; }
  form.requestSubmit();
};
if (form) setTimeout(next, pause);

// Small behaviours on top of pages that already work with forms and links.
const root = document.documentElement;

// Copies of pages that open without a connection go with the session under which they were seen. What waits to be sent stays, for its owner alone.
const person = root.dataset.person;
if (person !== undefined && globalThis.caches) {
  caches.keys().then((names) => names.filter((name) => name.startsWith("inspections|") && name !== `inspections|${person}`).forEach((name) => caches.delete(name))).catch(() => {});
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.queue || "asked" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  let waits = 0;
  try {
    await import(form.dataset.queue);
    const { answers, photos } = await globalThis.InspectionQueue.waiting(person);
    waits = answers + photos;
  } catch { /* nothing can be kept here, so nothing waits */ }
  const text = new Intl.PluralRules(root.lang).select(waits) === "one" ? form.dataset.unsentOne : form.dataset.unsentOther;
  if (waits > 0 && !confirm(text.replace("{count}", String(waits)))) return;
  form.dataset.asked = "";
  form.requestSubmit(event.submitter);
}, true);

// Theme, contrast and density: the posted form sets a cookie and the server renders it. Here the page also changes at once, without a reload.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-look-form]") || !event.submitter?.name) return;
  event.preventDefault();
  const { name, value } = event.submitter;
  const data = new URLSearchParams(new FormData(form));
  data.set(name, value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
  } catch {
    form.submit();
    return;
  }
  if (value) root.dataset[name] = value; else delete root.dataset[name];
  document.querySelectorAll(`[data-look-form] button[name=${name}]`).forEach((button) => {
    if (button.value === value) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
  });
});

// Menus are <details>: close on outside click and on Escape, return focus to the summary.
const closeMenus = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
document.addEventListener("click", (event) => {
  const own = event.target.closest("details.menu");
  const left = [...document.querySelectorAll("details.menu[open]")].find((menu) => menu !== own);
  closeMenus(own);
  // A press on something that takes no focus would leave the keyboard at the top of the page.
  if (document.activeElement.matches("body, [tabindex='-1']")) left?.querySelector("summary").focus();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    const menu = event.target.closest("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  }
  if (event.key === "/" && !typing && localStorage.getItem("panorama.keys") !== "off" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = [...document.querySelectorAll("main .search input, .topbar .search input")].find((input) => input.checkVisibility());
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
});

// A second press while a form is on its way does nothing; coming back to the page frees the button, as does a while after asking for a file, which leaves
// the page where it is.
const free = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "true";
  event.submitter?.setAttribute("aria-busy", "true");
  if (event.submitter?.hasAttribute("data-file")) setTimeout(() => free(form), 2000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

// The number that the next asset gets follows what is typed; without script a button asks for it.
const number = document.querySelector("[data-number-preview]");
number?.form?.addEventListener("input", () => {
  const value = (name) => number.form.elements[name].value.trim();
  const digits = value("nextAssetNumber").replace(/[\s.,]/g, "");
  number.value = value("assetNumberPrefix") + (/^\d+$/.test(digits) ? digits : "1").padStart(Number(value("assetNumberDigits")), "0");
});

// The error summary takes focus when the page arrives with problems.
document.querySelector("[data-autofocus]")?.focus({ preventScroll: true });

// Printing needs script; without it the browser's own command does the same.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
  if (button.dataset.print === "now") addEventListener("load", () => print());
});

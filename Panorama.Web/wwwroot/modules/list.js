// Lists: how many are chosen, choosing the whole page, and single keys. Everything here has a control on the page as well.
const form = document.querySelector("form[data-list]");
const boxes = [...form.querySelectorAll(".pick input[name=ids]")];
const all = form.querySelector("[data-check-all]");
const count = form.querySelector("[data-selected]");

function tally() {
  const chosen = boxes.filter((box) => box.checked).length;
  if (count) count.textContent = count.dataset.selected.replace("{count}", String(chosen));
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = all.checked; });
    tally();
  });
}
form.addEventListener("change", tally);
addEventListener("pageshow", tally);

// Single keys can be switched off (WCAG 2.1.4); the choice stays in this browser.
const key = "panorama.keys";
const dialog = document.querySelector("#keys");
const opener = document.querySelector("[data-keys-open]");
const lever = dialog.querySelector("[data-keys-switch]");
const isOff = () => localStorage.getItem(key) === "off";
const label = () => { lever.textContent = isOff() ? lever.dataset.on : lever.dataset.off; };
opener.hidden = false;
opener.addEventListener("click", () => dialog.showModal());
dialog.querySelector("[data-keys-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); }); // its backdrop
// The browser gives the focus back to what had it; where nothing had it, to the control that opens the dialog.
dialog.addEventListener("close", () => {
  if (document.activeElement === document.body || dialog.contains(document.activeElement)) opener.focus();
});
lever.addEventListener("click", () => {
  if (isOff()) localStorage.removeItem(key); else localStorage.setItem(key, "off");
  label();
});
label();

const links = [...form.querySelectorAll("tbody a.tag")];
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isOff() || dialog.open) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const row = document.activeElement.closest?.("tbody tr");
  const at = links.findIndex((link) => link.closest("tr") === row);
  switch (event.key) {
    case "j": links[Math.min(at + 1, links.length - 1)].focus(); break;
    case "k": links[at < 0 ? 0 : Math.max(at - 1, 0)].focus(); break;
    case "x": row?.querySelector("[name=ids]")?.click(); break;
    case "n": document.querySelector("[data-new]")?.click(); break;
    case "?": dialog.showModal(); break;
    default: return;
  }
  event.preventDefault();
});

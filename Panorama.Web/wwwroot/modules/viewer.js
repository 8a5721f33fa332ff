// The full view of a photo over its page. Without script the same link opens a page with previous and next.
const dialog = document.querySelector("[data-viewer]");
const part = (name) => dialog.querySelector(`[data-${name}]`);
const [title, line, stage, count, page] = ["title", "line", "stage", "count", "page"].map(part);
const [previous, next, nearer, farther] = ["previous", "next", "nearer", "farther"].map(part);
const links = () => [...document.querySelectorAll("a[data-photo]")];
const Most = 2; // each step doubles
let at = 0;
let zoom = 0;

const able = (button, yes) => button.setAttribute("aria-disabled", String(!yes));
const isAble = (button) => button.getAttribute("aria-disabled") !== "true";

function magnify(to, x = 0.5, y = 0.5) {
  zoom = Math.min(Math.max(to, 0), Most);
  stage.dataset.zoom = String(zoom);
  able(nearer, zoom < Most);
  able(farther, zoom > 0);
  // What was pointed at stays in sight.
  stage.scrollTo(x * stage.scrollWidth - stage.clientWidth / 2, y * stage.scrollHeight - stage.clientHeight / 2);
}

function show(index) {
  const all = links();
  const link = all[index];
  if (!link) return;
  at = index;
  const picture = new Image();
  picture.alt = link.querySelector("img").alt;
  picture.addEventListener("load", () => stage.removeAttribute("aria-busy"));
  picture.addEventListener("error", () => {
    const text = document.createElement("p");
    text.textContent = stage.dataset.failed;
    stage.replaceChildren(text);
    stage.removeAttribute("aria-busy");
  });
  stage.setAttribute("aria-busy", "true");
  const marks = link.nextElementSibling; // of this photo, and of no other beside it
  stage.replaceChildren(picture, ...(marks?.matches("template[data-mark-layer]") ? [marks.content.firstElementChild.cloneNode(true)] : []));
  picture.src = link.dataset.photo;
  title.textContent = picture.alt;
  line.textContent = link.dataset.line;
  page.href = link.href;
  count.textContent = count.dataset.text.replace("{number}", String(index + 1)).replace("{total}", String(all.length));
  able(previous, index > 0);
  able(next, index < all.length - 1);
  magnify(0);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-photo]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  dialog.showModal();
  show(links().indexOf(link));
});
previous.addEventListener("click", () => { if (isAble(previous)) show(at - 1); });
next.addEventListener("click", () => { if (isAble(next)) show(at + 1); });
nearer.addEventListener("click", () => magnify(zoom + 1));
farther.addEventListener("click", () => magnify(zoom - 1));
stage.addEventListener("click", (event) => {
  if (event.target.localName !== "img") return;
  const box = event.target.getBoundingClientRect();
  magnify(zoom === Most ? 0 : zoom + 1, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
});
part("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); }); // its backdrop
dialog.addEventListener("close", () => {
  stage.replaceChildren();
  links()[at]?.focus();
});
dialog.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const scrolls = zoom > 0 && document.activeElement === stage;
  switch (event.key) {
    case "ArrowLeft": if (scrolls) return; previous.click(); break;
    case "ArrowRight": if (scrolls) return; next.click(); break;
    case "+": case "=": magnify(zoom + 1); break;
    case "-": magnify(zoom - 1); break;
    default: return;
  }
  event.preventDefault();
});

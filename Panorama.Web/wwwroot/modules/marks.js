// Marks drawn on a photo with a finger, a pen or a mouse. Each becomes a line of the form, which is edited and saved as without script.
const form = document.querySelector("form[data-marks]");
const $ = (selector, from = form) => from.querySelector(selector);
const [board, rows, said, undo] = ["[data-board]", "[data-rows]", "[data-said]", "[data-undo]"].map((s) => $(s));
const layer = $("[data-layer]", board);
const [width, height, most] = [form.dataset.width, form.dataset.height, form.dataset.most].map(Number);
const Whole = 10_000;
const DefaultRadius = 800;
const MinRadius = 100;
const ArrowLength = 1500;
const Tap = 8; // less is no drag, in pixels
const unit = Math.max(width, height) / 100;
const Shape = "http://www.w3.org/2000/svg";
let draft = null; // the mark that is being drawn
let from = null;
let isChanged = false;

const clamp = (value, least = 0, greatest = Whole) => Math.min(Math.max(Math.round(value), least), greatest);
const marksOf = () => [...rows.querySelectorAll("[data-mark]")];
const field = (row, name) => $(`[name=${name}]`, row);
const written = (place) => String(place / 100).replace(".", form.dataset.decimal);
const read = (input) => {
  const percent = Number(input.value.trim().replace("%", "").replace(",", "."));
  return input.value.trim() !== "" && percent >= 0 && percent <= 100 ? Math.round(percent * 100) : null;
};

function markOf(row) {
  const places = ["x", "y", "size", "toX", "toY"].map((name) => read(field(row, name)));
  const [x, y, size, toX, toY] = places;
  const shape = field(row, "shape").value;
  return (shape === "CIRCLE" ? [x, y, size] : [x, y, toX, toY]).includes(null) ? null : { shape, x, y, size, toX, toY };
}

// --- the picture ---

function element(name, className, attributes, text) {
  const made = document.createElementNS(Shape, name);
  made.setAttribute("class", className);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

function drawn(mark, number) {
  const [x, y] = [(mark.x / Whole) * width, (mark.y / Whole) * height];
  const radius = (mark.size / Whole) * width;
  const isCircle = mark.shape === "CIRCLE";
  const shape = (name) => {
    if (isCircle) return element("circle", name, { cx: x, cy: y, r: radius });
    const [toX, toY] = [(mark.toX / Whole) * width, (mark.toY / Whole) * height];
    const back = Math.atan2(y - toY, x - toX);
    const side = (angle) => `${toX + 4 * unit * Math.cos(back + angle)} ${toY + 4 * unit * Math.sin(back + angle)}`;
    return element("path", name, { d: `M${x} ${y}L${toX} ${toY}M${side(Math.PI / 7)}L${toX} ${toY}L${side(-Math.PI / 7)}` });
  };
  const away = isCircle ? radius * Math.SQRT1_2 : 0;
  const inside = (value, edge) => Math.min(Math.max(value, 3 * unit), Math.max(3 * unit, edge - 3 * unit));
  const [labelX, labelY] = [inside(x - away, width), inside(y - away, height)];
  return [
    shape("mark-halo"), shape("mark-ring"), element("circle", "mark-dot", { cx: labelX, cy: labelY, r: 2.8 * unit }),
    element("text", "mark-num", { x: labelX, y: labelY, "font-size": 3.6 * unit }, String(number)),
  ];
}

function draw() {
  const marks = marksOf().map(markOf);
  const all = draft ? [...marks, draft] : marks;
  layer.replaceChildren(...all.flatMap((mark, i) => (mark ? drawn(mark, i + 1) : [])));
  undo.hidden = marks.length === 0;
}

// --- the lines of the form ---

function renumber() {
  marksOf().forEach((row, i) => {
    const number = String(i + 1);
    $("[data-number]", row).textContent = number;
    $("[data-of]", row).textContent = ` ${number}`;
    $("[data-remove]", row).value = number;
    for (const label of row.querySelectorAll("label")) {
      const input = label.parentElement.querySelector("input");
      const id = `${input.name}-${number}`;
      const error = label.parentElement.querySelector(".error");
      [input.id, label.htmlFor] = [id, id];
      if (error) { error.id = `${id}-error`; input.setAttribute("aria-describedby", error.id); }
    }
  });
}

const tell = (text, number) => { said.textContent = text.replace("{number}", String(number)); };

function add(mark) {
  if (marksOf().length >= most) { tell(said.dataset.full); return null; }
  const row = $(`[data-row=${mark.shape}]`).content.firstElementChild.cloneNode(true);
  for (const name of mark.shape === "CIRCLE" ? ["x", "y", "size"] : ["x", "y", "toX", "toY"]) field(row, name).value = written(mark[name]);
  rows.append(row);
  isChanged = true;
  renumber();
  draw();
  tell(said.dataset.added, marksOf().length);
  return row;
}

function remove(row) {
  const all = marksOf();
  const place = all.indexOf(row);
  const hadFocus = row.contains(document.activeElement);
  row.remove();
  isChanged = true;
  renumber();
  draw();
  tell(said.dataset.removed, place + 1);
  const left = marksOf();
  if (hadFocus) ($("[data-remove]", left[Math.min(place, left.length - 1)] ?? rows) ?? $("[data-add]")).focus();
}

const chosen = () => $("[name=next]:checked").value;

function at(shape, x, y) {
  if (shape === "CIRCLE") return { shape, x, y, size: DefaultRadius };
  return { shape, x: x >= ArrowLength ? x - ArrowLength : x + ArrowLength, y: y + ArrowLength <= Whole ? y + ArrowLength : y - ArrowLength, toX: x, toY: y };
}

// --- drawing ---

// The picture may be smaller than its box: it is fitted into it, as the marks are.
function place(event) {
  const box = layer.getBoundingClientRect();
  const scale = Math.min(box.width / width, box.height / height);
  const [left, top] = [box.left + (box.width - width * scale) / 2, box.top + (box.height - height * scale) / 2];
  return { x: clamp(((event.clientX - left) / (width * scale)) * Whole), y: clamp(((event.clientY - top) / (height * scale)) * Whole), left: event.clientX, top: event.clientY, scale };
}

function dragged(start, end) {
  const distance = Math.hypot(end.left - start.left, end.top - start.top);
  if (distance < Tap) return at(chosen(), start.x, start.y);
  return chosen() === "CIRCLE"
    ? { shape: "CIRCLE", x: start.x, y: start.y, size: clamp((distance / (width * start.scale)) * Whole, MinRadius) }
    : { shape: "ARROW", x: start.x, y: start.y, toX: end.x, toY: end.y };
}

board.addEventListener("pointerdown", (event) => {
  if (!event.isPrimary || event.button !== 0) return;
  event.preventDefault();
  if (marksOf().length >= most) { tell(said.dataset.full); return; }
  from = place(event);
  board.setPointerCapture(event.pointerId);
});
board.addEventListener("pointermove", (event) => {
  if (!from || !event.isPrimary) return;
  draft = dragged(from, place(event));
  draw();
});
board.addEventListener("pointerup", (event) => {
  if (!from || !event.isPrimary) return;
  const mark = dragged(from, place(event));
  [from, draft] = [null, null];
  add(mark);
});
board.addEventListener("pointercancel", () => { [from, draft] = [null, null]; draw(); });
addEventListener("keydown", (event) => { if (event.key === "Escape" && from) { [from, draft] = [null, null]; draw(); } });

form.addEventListener("input", (event) => { if (event.target.name !== "next") { isChanged = true; draw(); } });
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-remove], [data-undo]");
  if (!button) return;
  event.preventDefault();
  if (button.matches("[data-add]")) {
    const row = add(at(button.dataset.add, Whole / 2, Whole / 2));
    if (row) field(row, "x").focus();
  } else {
    remove(button.matches("[data-undo]") ? marksOf().at(-1) : button.closest("[data-mark]"));
  }
});
form.addEventListener("submit", () => { isChanged = false; });
addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });

form.querySelectorAll("[data-pad], [data-no-drag]").forEach((e) => e.remove());
$("[data-drag]").hidden = false;
board.hidden = false;
draw();
form.dataset.ready = "";

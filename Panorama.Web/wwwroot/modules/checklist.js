// The editor of a checklist: what its buttons do by sending the form happens in place, and items are dragged. Names of fields go with their item, so the
// order in which the form is sent is the order on the page.
const form = document.querySelector("form[data-checklist]");
const list = form.querySelector("[data-items]");
const blank = document.querySelector("#new-item");
const live = form.querySelector("[data-announce]");
const add = form.querySelector("button[value=add]");
const most = Number(form.dataset.most);

const items = () => [...list.children];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const nameOf = (item) => item.querySelector("[data-label]").value.trim() || form.dataset.unnamed;

// The same text said twice is read once: an empty moment lies between.
const say = (text) => {
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
};

// What an item says of itself while it is closed.
const describe = (item) => {
  const name = nameOf(item);
  item.querySelector("[data-title]").textContent = name;
  item.querySelector("[data-title-again]").textContent = ` ${name}`;
  const rules = item.querySelector("[data-title-rules]");
  rules.textContent = fill(rules.dataset.say, { name });
  item.querySelectorAll("button[data-say]").forEach((button) => button.setAttribute("aria-label", fill(button.dataset.say, { name })));
  const type = item.querySelector("[data-type]");
  const parts = [type.selectedOptions[0]?.dataset.brief];
  if (type.value === "NUMBER") item.querySelectorAll("[data-bound]").forEach((bound) => { if (bound.value.trim()) parts.push(fill(bound.dataset.brief, { value: bound.value.trim() })); });
  item.querySelectorAll("input[type=checkbox]:checked").forEach((box) => parts.push(box.dataset.brief));
  if (type.value === "BOOLEAN") parts.push(item.querySelector("[data-severity]").selectedOptions[0]?.dataset.brief);
  item.querySelector("[data-brief-line]").textContent = parts.filter(Boolean).join(" · ");
};

const number = () => {
  const all = items();
  all.forEach((item, index) => {
    item.querySelector("[data-number]").textContent = String(index + 1);
    item.querySelector("button[value^='up:']").disabled = index === 0;
    item.querySelector("button[value^='down:']").disabled = index === all.length - 1;
  });
  form.querySelector("[data-tally]").textContent = fill(form.dataset.count, { count: all.length, max: most });
  form.querySelector("[data-empty]").classList.toggle("vh", all.length > 0);
  add.disabled = all.length >= most;
};

const placed = (item) => fill(form.dataset.sayMoved, { name: nameOf(item), position: items().indexOf(item) + 1, count: items().length });

const focus = (item, verb) => {
  const button = item.querySelector(`button[value^='${verb}:']`);
  (button.disabled ? item.querySelector(`button[value^='${verb === "up" ? "down" : "up"}:']`) : button).focus();
};

const put = (source, before) => {
  if (items().length >= most) { say(form.dataset.sayFull); return; }
  const key = String(Math.max(0, ...items().map((item) => Number(item.dataset.item))) + 1);
  const item = blank.content.firstElementChild.cloneNode(true);
  item.dataset.item = key;
  item.querySelectorAll("*").forEach((element) => {
    for (const attribute of ["id", "name", "for", "aria-describedby"]) {
      const value = element.getAttribute(attribute);
      if (value && value !== "item" && value !== "op") element.setAttribute(attribute, value.replace(/-0\b/g, `-${key}`));
    }
    if (element.name === "item") element.value = key;
    if (element.name === "op") element.value = element.value.replace(/:0$/, `:${key}`);
  });
  item.id = `item-${key}`;
  item.querySelectorAll("[data-grip]").forEach((grip) => { grip.hidden = false; });
  if (source) {
    for (const field of ["label", "type", "help", "required", "photo", "min", "max", "severity"]) {
      const [from, to] = [source.querySelector(`#${field}-${source.dataset.item}`), item.querySelector(`#${field}-${key}`)];
      if (from.type === "checkbox") to.checked = from.checked; else to.value = from.value;
    }
  }
  list.insertBefore(item, before);
  describe(item);
  number();
  const label = item.querySelector("[data-label]");
  label.focus();
  if (source) label.select();
  say(fill(form.dataset.sayAdded, { position: items().indexOf(item) + 1, count: items().length }));
};

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=op]");
  if (!button) return;
  event.preventDefault();
  const [verb] = button.value.split(":");
  const item = button.closest("[data-item]");
  switch (verb) {
    case "add": put(null, null); break;
    case "copy": put(item, item.nextElementSibling); break;
    case "remove": {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      const name = nameOf(item);
      item.remove();
      number();
      (next?.querySelector("button[value^='remove:']") ?? add).focus();
      say(fill(form.dataset.sayRemoved, { name, count: items().length }));
      break;
    }
    default:
      if (verb === "up") list.insertBefore(item, item.previousElementSibling); else list.insertBefore(item.nextElementSibling, item);
      number();
      focus(item, verb);
      say(placed(item));
  }
});

for (const kind of ["input", "change"]) {
  list.addEventListener(kind, (event) => describe(event.target.closest("[data-item]")));
}

// Dragging by the grip; what it does, the buttons do as well.
let held = null;
list.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  held = { item: grip.closest("[data-item]"), from: items().indexOf(grip.closest("[data-item]")) };
  held.item.dataset.held = "";
  grip.setPointerCapture(event.pointerId);
});
list.addEventListener("pointermove", (event) => {
  if (!held) return;
  // The others move past it: an element that leaves the page loses the pointer.
  const middle = (item) => { const box = item.getBoundingClientRect(); return box.top + box.height / 2; };
  const { item } = held;
  while (item.nextElementSibling && event.clientY > middle(item.nextElementSibling)) list.insertBefore(item.nextElementSibling, item);
  while (item.previousElementSibling && event.clientY < middle(item.previousElementSibling)) list.insertBefore(item.previousElementSibling, item.nextElementSibling);
  number();
  if (event.clientY < 90) scrollBy(0, -12); else if (event.clientY > innerHeight - 90) scrollBy(0, 12);
});
for (const kind of ["pointerup", "pointercancel"]) {
  list.addEventListener(kind, () => {
    if (!held) return;
    delete held.item.dataset.held;
    if (items().indexOf(held.item) !== held.from) say(placed(held.item));
    held = null;
  });
}

list.querySelectorAll("[data-grip]").forEach((grip) => { grip.hidden = false; });
// A browser that goes back fills the fields in again as they were left.
addEventListener("pageshow", () => { items().forEach(describe); number(); });

// Draws a signature into the form's own field, as strokes in a box of 600 × 200. Without this module the typed name is the signature, and it is enough in any case.
const Step = 4; // units between two points that are kept
const MostStrokes = 64;
const MostPoints = 2000;

for (const set of document.querySelectorAll("[data-signature]")) {
  const [pad, ink, field, confirm, clear] = ["[data-pad]", "[data-ink]", "[name=signaturePath]", "[name=signed]", "[data-clear]"].map((s) => set.querySelector(s));
  let strokes = [];
  let pointer = null;

  const read = (text) => [...text.matchAll(/M[^M]+/g)].map(([stroke]) => [...stroke.matchAll(/(\d+) (\d+)/g)].map(([, x, y]) => [Number(x), Number(y)]));
  const write = () => strokes.map((points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x} ${y}`).join("") + (points.length > 1 ? "" : `L${points[0][0]} ${points[0][1]}`)).join("");

  function show() {
    ink.setAttribute("d", write());
    clear.hidden = strokes.length === 0;
    set.toggleAttribute("data-drawn", strokes.length > 0);
  }

  function keep() {
    field.value = write();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function point(event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(pad.getScreenCTM().inverse());
    return [Math.min(600, Math.max(0, Math.round(x))), Math.min(200, Math.max(0, Math.round(y)))];
  }

  function add(event) {
    const stroke = strokes.at(-1);
    for (const part of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const [x, y] = point(part);
      const [fromX, fromY] = stroke.at(-1);
      if (Math.hypot(x - fromX, y - fromY) >= Step && strokes.flat().length < MostPoints) stroke.push([x, y]);
    }
  }

  pad.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || strokes.length >= MostStrokes || strokes.flat().length >= MostPoints) return;
    event.preventDefault();
    pointer = event.pointerId;
    pad.setPointerCapture(pointer);
    strokes.push([point(event)]);
    show();
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    add(event);
    show();
  });
  for (const type of ["pointerup", "pointercancel"]) {
    pad.addEventListener(type, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      keep();
    });
  }
  clear.addEventListener("click", () => {
    strokes = [];
    show();
    keep();
    confirm.focus(); // the button is gone
  });
  // What a page has kept comes back into the field.
  field.addEventListener("change", () => { strokes = read(field.value); show(); });
  strokes = read(field.value);
  show();
  pad.closest("[hidden]").hidden = false;
}

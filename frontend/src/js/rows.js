// <row-list>: J and K move, X chooses, Enter opens; a bar for the chosen rows. The boxes are a plain form without this.
import { covered, inField, off } from "./keys.js";
import { say } from "./words.js";

const ROW = ".row, .rq, .lk-row, .lf > a";

class RowList extends HTMLElement {
  #chosen = new Set();
  #last = null;
  #at = "";
  #scrolled = 0;

  connectedCallback() {
    this.addEventListener("change", this);
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
    this.addEventListener("hustings:left", this);
    this.addEventListener("focusin", this);
    // A list that fetched itself anew keeps what was chosen, where the reader was, and how far they had scrolled.
    new MutationObserver((changes) => this.#renewed(changes)).observe(this, { childList: true, subtree: true });
    this.addEventListener("scroll", (event) => { if (event.target.matches(".rows")) this.#scrolled = event.target.scrollTop; }, true);
    this.#count();
  }

  get rows() { return [...this.querySelectorAll(ROW)].filter((row) => row.checkVisibility?.() ?? true); }
  get boxes() { return [...this.querySelectorAll(".row-x")]; }
  get focused() { return document.activeElement?.closest?.("li, tr")?.querySelector(ROW) ?? null; }
  get current() { return (this.contains(document.activeElement) ? this.focused : null) ?? this.querySelector(`:is(${ROW})[aria-current]`); }

  handleEvent(event) {
    if (event.type === "change" && event.target.matches(".row-x")) this.#count();
    else if (event.type === "click") this.#click(event);
    else if (event.type === "keydown") this.#keydown(event);
    else if (event.type === "hustings:left") this.#left(event.detail.rows);
    else if (event.type === "focusin") this.#at = event.target.closest("li[id], tr[id]")?.id ?? "";
  }

  #renewed(changes) {
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.nodeType === 1 && !node.closest(".bulkbar"));
    if (!added.some((node) => node.matches(".rows, li, tr, tbody") || node.querySelector(ROW))) return;
    for (const box of this.boxes) if (this.#chosen.has(box.value)) box.checked = true;
    const rows = added.find((node) => node.matches(".rows"));
    if (rows) rows.scrollTop = this.#scrolled;
    if (this.#at && document.activeElement === document.body) document.getElementById(this.#at)?.querySelector(ROW)?.focus({ preventScroll: true });
    this.#count();
  }

  move(step) {
    const rows = this.rows;
    const at = rows.indexOf(this.current);
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
    if (!next) return;
    const inThread = document.getElementById("thread")?.contains(document.activeElement);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (inThread) next.click();
  }

  toggle() {
    const box = this.current?.closest("li, tr")?.querySelector(".row-x");
    if (!box) return;
    box.checked = !box.checked;
    this.#last = box;
    this.#count();
  }

  /** A key for the chosen rows; with none chosen, for the row in hand. False when the bar has no such key. */
  act(key) {
    const button = this.querySelector(`.bulkbar [data-key="${CSS.escape(key)}"]`);
    if (!button) return false;
    if (!this.boxes.some((box) => box.checked)) this.toggle();
    if (this.boxes.some((box) => box.checked)) button.click();
    return true;
  }

  #keydown(event) {
    if (event.key === "Escape" && this.boxes.some((box) => box.checked)) this.#none();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !inField(event)) {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  #click(event) {
    const box = event.target.closest(".row-x");
    if (event.target.closest("[data-choose-none]")) this.#none();
    else if (event.target.closest("[data-choose-page]")) { for (const one of this.boxes) one.checked = true; this.#count(); }
    else if (box) {
      if (event.shiftKey && this.#last) this.#range(this.#last, box);
      this.#last = box;
    }
  }

  #range(from, to) {
    const boxes = this.boxes, [a, b] = [boxes.indexOf(from), boxes.indexOf(to)].sort((x, y) => x - y);
    if (a < 0) return;
    for (const box of boxes.slice(a, b + 1)) box.checked = to.checked;
    this.#count();
  }

  #none() {
    for (const box of this.boxes) box.checked = false;
    this.#count();
  }

  #left(gone) {
    const had = gone.some((row) => row.contains(document.activeElement));
    for (const row of gone) for (const box of row.querySelectorAll(".row-x")) box.checked = false;
    this.#count();
    if (had) this.rows[0]?.focus({ preventScroll: true });
  }

  #count() {
    this.#chosen = new Set(this.boxes.filter((box) => box.checked).map((box) => box.value));
    const n = this.#chosen.size;
    for (const place of this.querySelectorAll("[data-chosen]")) place.textContent = say(n === 1 ? "chosen_one" : "chosen", { n });
    this.dispatchEvent(new CustomEvent("hustings:chosen", { bubbles: true, detail: { n } }));
  }
}

customElements.define("row-list", RowList);

window.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || off() || inField(event) || covered()) return;
  const list = document.activeElement?.closest?.("row-list") ?? document.querySelector("row-list");
  const doing = { j: () => list.move(1), k: () => list.move(-1), x: () => list.toggle() }[event.key];
  if (!list || !doing) return;
  event.preventDefault();
  doing();
});

// Names after @ in a field with data-mentions (where the names come from). A field that holds plain text: without this
// one types the name. The list is a listbox that the field's keys walk; the focus stays in the field.
import { say } from "./words.js";

const MOST = 8;
const WORD = /(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_][\p{L}\p{N}_'’. -]{0,59})?$/u;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const known = new Map(); // address -> names, once a page
const list = Object.assign(document.createElement("ul"), { id: "mentions", className: "mentions", popover: "manual", role: "listbox" });
const heard = Object.assign(document.createElement("p"), { className: "vh", role: "status" });
let field = null, options = [], at = 0, start = 0;

const names = (url) => {
  if (!known.has(url)) {
    known.set(url, fetch(url, { credentials: "same-origin" }).then((answer) => (answer.ok && !answer.redirected ? answer.json() : { mentions: [] })).then((found) => found.mentions).catch(() => {
      known.delete(url); // plain text for now; asked again with the next letter
      return [];
    }));
  }
  return known.get(url);
};

/** Those whose name, or one of its words, begins as was typed; whole names that begin so first. */
function fitting(all, typed) {
  const wanted = plain(typed);
  const begins = all.filter((one) => plain(one.name).startsWith(wanted));
  const within = all.filter((one) => !begins.includes(one) && plain(one.name).split(/[\s-]+/).some((word) => word.startsWith(wanted)));
  return [...begins, ...within].slice(0, MOST);
}

async function look(input) {
  const before = input.value.slice(0, input.selectionStart);
  const found = input.selectionStart === input.selectionEnd && WORD.exec(before);
  if (!found) return close();
  const all = await names(input.dataset.mentions);
  if (document.activeElement !== input || input.value.slice(0, input.selectionStart) !== before) return;
  const typed = found[1] ?? "";
  const fit = fitting(all, typed);
  // A name that stands there whole is done: the next word is the sentence's own.
  if (!fit.length || (fit.length === 1 && plain(fit[0].name) === plain(typed.trim()) && typed.endsWith(" "))) return close();
  start = found.index;
  open(input, fit);
}

function open(input, fit) {
  field = input;
  options = fit;
  at = 0;
  (input.closest("dialog, main") ?? document.body).append(list, heard);
  list.setAttribute("aria-label", say("mentions"));
  list.replaceChildren(...fit.map((one, n) => {
    const option = Object.assign(document.createElement("li"), { id: `mention-${n}`, role: "option" });
    const who = document.createElement("b"), detail = document.createElement("small");
    who.textContent = `@${one.name}`;
    detail.textContent = one.detail;
    option.append(who, detail);
    return option;
  }));
  // A field of several lines may not take the role of a combobox: it keeps its own and says the rest of the pattern.
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-haspopup", "listbox");
  input.setAttribute("aria-controls", list.id);
  if (!list.matches(":popover-open")) list.showPopover();
  place(input);
  mark();
  heard.textContent = say("mentions_found", { n: fit.length });
}

function place(input) {
  const by = input.getBoundingClientRect(), own = list.getBoundingClientRect();
  const below = by.bottom + 4 + own.height <= innerHeight || by.top - 4 - own.height < 8;
  list.style.top = `${Math.max(8, below ? by.bottom + 4 : by.top - 4 - own.height)}px`;
  list.style.left = `${Math.max(8, Math.min(by.left, innerWidth - own.width - 8))}px`;
}

function mark() {
  for (const [n, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(n === at));
  list.children[at]?.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", `mention-${at}`);
}

function close() {
  if (!field) return;
  for (const name of ["aria-autocomplete", "aria-haspopup", "aria-controls", "aria-activedescendant"]) field.removeAttribute(name);
  if (list.matches(":popover-open")) list.hidePopover();
  heard.textContent = "";
  field = null;
}

function take(one) {
  const input = field;
  close();
  input.setRangeText(`@${one.name} `, start, input.selectionStart, "end");
  input.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
  input.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-mentions]")) look(event.target);
});

// Before everything else that listens for keys: Escape closes the list and not the sheet it is in.
window.addEventListener("keydown", (event) => {
  if (!field || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    at = (at + step + options.length) % options.length;
    mark();
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) take(options[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

list.addEventListener("pointerdown", (event) => {
  event.preventDefault(); // the focus stays where one writes
  const option = event.target.closest("[role=option]");
  if (option) take(options[[...list.children].indexOf(option)]);
});
document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
document.addEventListener("selectionchange", () => {
  if (field && document.activeElement === field && !WORD.test(field.value.slice(0, field.selectionStart))) close();
});
document.addEventListener("htmx:beforeCleanupElement", (event) => { if (field && event.target.contains?.(field)) close(); });

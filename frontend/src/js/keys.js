// Single keys, from the one registry the server keeps (#keys lists them). Never in a field, never over a dialog,
// and not at all for a person who switched them off; keys with Ctrl work everywhere.
import { tinykeys } from "tinykeys";
import { htmx } from "./requests.js";
import { undoNewest } from "./toasts.js";

const FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]:not([contenteditable=false])";
const off = () => document.body.dataset.keys === "off";
const registered = [...document.querySelectorAll("#keys [data-keys]")].map((line) => ({ ...line.dataset }));

// A field of a dialog that was just closed may still hold the focus for a moment: it does not count.
const inField = (event) => event.composedPath()[0].matches?.(FIELD) && !event.target.closest("dialog:not([open])");
const covered = () => document.querySelector("dialog[open], .menu-p:popover-open");
const seen = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;

/** Press what this key means where the reader is. Returns whether something took it. */
export function press(key) {
  const list = document.activeElement?.closest?.("row-list") ?? document.querySelector("row-list:has(.row-x:checked)");
  if (list?.act?.(key)) return true;
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((element) => !element.disabled && !element.closest("dialog:not([open]), .bulkbar"));
  const thread = document.getElementById("thread");
  const one = all.find((e) => thread?.contains(e) && seen(e)) ?? all.find(seen) ?? all.find((e) => e.closest("[popover]"));
  if (one) {
    if (one.matches(FIELD)) one.focus();
    else {
      htmx.process(one); // a part that has only just come in may not have been gone through yet
      one.click();
    }
    return true;
  }
  const event = registered.find((line) => line.keys === key)?.event;
  if (event) document.dispatchEvent(new CustomEvent(`hustings:${event}`, { bubbles: true }));
  return Boolean(event);
}

const OWN = {
  z: undoNewest,
  "/": () => {
    const field = [...document.querySelectorAll("main input[type=search]")].find(seen);
    if (field) field.focus();
    else document.dispatchEvent(new CustomEvent("hustings:palette"));
    return true;
  },
  "?": () => {
    document.getElementById("keys")?.showModal();
    return true;
  },
};
const ELSEWHERE = new Set(["$mod+k", "j", "k", "x", "Enter"]); // palette.js and rows.js have these

function bind() {
  const bindings = {};
  const add = (keys) => {
    const withMod = keys.includes("$mod");
    const take = (event) => {
      if (!withMod && (off() || inField(event) || covered())) return;
      if (withMod && event.isComposing) return;
      if ((withMod && pressNear(keys)) || press(keys) || OWN[keys]?.()) event.preventDefault();
    };
    bindings[keys] = take;
    if (keys === "?") bindings["Shift+?"] = take;
  };
  const known = new Set(registered.map((line) => line.keys));
  for (const keys of known) if (!ELSEWHERE.has(keys)) add(keys);
  tinykeys(window, bindings);
  // A key written only on an element (a digit on a script's answers) works as well.
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || known.has(event.key)) return;
    if (!off() && !inField(event) && !covered() && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`) && press(event.key)) event.preventDefault();
  });
}

// Ctrl-Enter in a reply belongs to that reply's own button.
function pressNear(keys) {
  const near = document.activeElement?.closest("form, .reply")?.querySelector(`[data-key="${CSS.escape(keys)}"]`);
  if (near && !near.disabled) near.click();
  return Boolean(near);
}

bind();
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) document.getElementById("keys")?.showModal();
});
export { inField, covered, off };

// Messages in passing, with undo and the ring that counts it down. Z presses the newest undo.
import { htmx } from "./requests.js";
import { say } from "./words.js";

const box = document.getElementById("toasts");
const SVG = "http://www.w3.org/2000/svg";

/** Say something: {message, undo: address to post to, seconds, tone: "good" | "problem"}. A problem stays until closed. */
export function toast({ message, undo = "", seconds = 8, tone = "good" }) {
  if (!box) return;
  const one = document.createElement("div");
  one.className = `toast ${tone}`;
  one.dataset.seconds = seconds;
  one.append(undo ? ring() : icon(tone === "problem" ? "circle-alert" : "check"), words(message));
  if (undo) one.append(undoForm(undo));
  box.append(one);
  live(one, tone === "problem" && !undo);
}

function words(message) {
  const span = document.createElement("span");
  span.textContent = message;
  return span;
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  const sprite = document.querySelector("use")?.getAttribute("href")?.split("#")[0] ?? "";
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function ring() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "ring");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  for (const kind of ["rest", "run"]) {
    const circle = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ class: kind, cx: 10, cy: 10, r: 8 })) circle.setAttribute(name, value);
    svg.append(circle);
  }
  return svg;
}

function undoForm(action) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  form.dataset.undo = "";
  const button = document.createElement("button");
  const cap = document.createElement("kbd");
  cap.textContent = "Z";
  button.append(say("undo"), cap);
  form.append(button);
  return form;
}

function live(one, stays) {
  const seconds = Number(one.dataset.seconds) || 8;
  one.querySelector(".ring")?.style.setProperty("--ring", `${seconds}s`);
  if (stays || one.classList.contains("problem")) return closable(one);
  let left = seconds * 1000, since = performance.now(), timer = setTimeout(() => gone(one), left);
  const hold = () => { clearTimeout(timer); left -= performance.now() - since; };
  // An undo counts the server's own seconds: it does not wait for the pointer. A plain message does.
  if (!one.querySelector("[data-undo]")) {
    one.addEventListener("pointerenter", hold);
    one.addEventListener("pointerleave", () => { since = performance.now(); timer = setTimeout(() => gone(one), Math.max(1200, left)); });
  }
  raise();
}

function closable(one) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "x";
  button.setAttribute("aria-label", say("close"));
  button.append(icon("x"));
  button.addEventListener("click", () => gone(one));
  one.append(button);
  raise();
}

// Above an open dialog too: the box joins the top layer last.
function raise() {
  if (!box.showPopover || !document.querySelector("dialog[open]")) return;
  box.popover = "manual";
  box.hidePopover();
  box.showPopover();
}

function gone(one) {
  one.remove();
}

/** Press the newest undo. Returns whether there was one. */
export function undoNewest() {
  const form = [...(box?.querySelectorAll("[data-undo]") ?? [])].at(-1);
  form?.requestSubmit();
  return Boolean(form);
}

box?.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-undo]");
  if (!form) return;
  event.preventDefault();
  const one = form.closest(".toast");
  htmx.ajax("POST", form.getAttribute("action"), { source: form, swap: "none" }).then(() => gone(one));
});

document.addEventListener("toasts", (event) => {
  for (const one of [event.detail?.value ?? event.detail].flat()) if (one?.message) toast(one);
});

for (const one of box?.querySelectorAll(".toast") ?? []) live(one, false);

// Ctrl-K: every action and every record; it shows the key, so that it teaches itself away.
import { htmx } from "./requests.js";
import { press } from "./keys.js";
import { say } from "./words.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const lines = document.getElementById("palette-lines");
const USES = "palette:uses";
let asking = null, timer = 0;

const options = () => [...lines.querySelectorAll(".po:not([hidden])")];

function open() {
  if (!dialog || dialog.open) return;
  input.value = "";
  dialog.querySelector(".scope").textContent = scope();
  dialog.dataset.from = "";
  dialog.showModal();
  ask();
}

function scope() {
  const heading = (document.querySelector(".list-t h2") ?? document.querySelector("main h1"))?.textContent.trim() ?? "";
  const chosen = document.querySelectorAll(".row-x:checked").length;
  return chosen ? `${heading}, ${say("chosen", { n: chosen })}` : heading;
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const query = input.value;
  try {
    const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(query)}`, { signal: asking.signal, credentials: "same-origin" });
    if (answer.redirected) return location.reload(); // signed out meanwhile: the page itself asks to sign in
    if (!answer.ok) throw new Error(String(answer.status));
    lines.innerHTML = await answer.text();
    settle();
  } catch (error) {
    if (error.name !== "AbortError") lines.replaceChildren(Object.assign(document.createElement("p"), { className: "none", textContent: say("offline") }));
  }
}

// An action "on this page" is offered only where the page can do it.
function settle() {
  for (const option of lines.querySelectorAll("[data-only-if]")) {
    const key = CSS.escape(option.dataset.onlyIf);
    option.hidden = ![...document.querySelectorAll(`[data-key="${key}"]`)].some((element) => !element.closest("dialog"));
  }
  for (const group of lines.querySelectorAll("[role=group]")) group.hidden = !group.querySelector(".po:not([hidden])");
  choose(options()[0]);
}

function choose(option) {
  for (const other of lines.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
  input.toggleAttribute("aria-activedescendant", false);
  teach(option);
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function uses() {
  try { return JSON.parse(localStorage.getItem(USES) ?? "{}"); } catch { return {}; }
}

function teach(option) {
  const place = dialog.querySelector("[data-teach]");
  const times = option ? uses()[option.dataset.name] ?? 0 : 0;
  place.hidden = !(times >= 3 && option.dataset.forKey);
  if (place.hidden) return;
  const cap = document.createElement("kbd");
  cap.textContent = option.querySelector(".pk").textContent.trim();
  const label = option.querySelector("[data-label]").textContent;
  place.replaceChildren(place.dataset.teach.replace("%(label)s", label).replace("%(times)s", times), " ", cap);
}

function act(option) {
  if (!option) return;
  const { href, post, event, forKey, name } = option.dataset;
  if (name) {
    const counts = uses();
    counts[name] = (counts[name] ?? 0) + 1;
    try { localStorage.setItem(USES, JSON.stringify(counts)); } catch { /* a full store only forgets how often */ }
  }
  dialog.close();
  if (href) location.assign(href);
  else if (post) htmx.ajax("POST", post, { source: document.body, swap: "none" });
  else if (!(forKey && press(forKey)) && event) document.dispatchEvent(new CustomEvent(`hustings:${event}`));
}

if (dialog) {
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 90); });
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options(), at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) { event.preventDefault(); choose(all[(at + step + all.length) % all.length]); }
    else if (event.key === "Enter") { event.preventDefault(); act(all[at]); }
  });
  lines.addEventListener("click", (event) => act(event.target.closest(".po")));
  document.addEventListener("hustings:palette", open);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) open(); });
  window.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    }
  });
}

// Live updates: one stream a browser (a SharedWorker), ids only. An element with data-live="queue:12 user:7" and
// hx-trigger="live" fetches itself anew when one of its topics changes, and after a break of the stream.

const URL_ = document.querySelector("meta[name=live-url]")?.content ?? "/live/";
const workerUrl = document.querySelector("meta[name=live-worker]")?.content;
const LATER = 5000; // ms: a part that was asked for is here by then
const stale = new Set();
let port = null, source = null, known = "", timer = 0, flushing = 0;

const words = (text) => (text ?? "").split(/\s+/).filter(Boolean);
const listening = () => [...document.querySelectorAll("[data-live]")];

function topics() {
  const all = new Set(words(document.body.dataset.liveTopics));
  for (const element of listening()) for (const topic of words(element.dataset.live)) all.add(topic);
  return [...all].sort();
}

function subscribe() {
  const now = topics();
  if (now.join(" ") === known || !now.some((topic) => topic.startsWith("user:"))) return; // only the signed-in have a stream
  // What changed between the making of what is shown here and its first hearing is told again.
  const ago = Math.round(known ? LATER : performance.now());
  known = now.join(" ");
  if (port) port.postMessage({ topics: now, url: URL_, ago });
  else openPlain(now, ago);
}

function heard(kind, detail) {
  if (kind === "state") {
    document.body.dataset.stream = detail.on ? "on" : "off";
    document.dispatchEvent(new CustomEvent("hustings:stream", { detail }));
    return;
  }
  document.dispatchEvent(new CustomEvent(`hustings:${kind}`, { detail }));
  for (const element of listening()) if (kind === "resync" || words(element.dataset.live).includes(detail.topic)) stale.add(element);
  flush();
}

// Many changes at once are one fetch; a hidden tab waits until it is looked at; nobody's typing is swapped away, nor a
// dialog that is open, nor what is being pressed.
function flush() {
  clearTimeout(flushing);
  if (document.visibilityState !== "visible") return;
  flushing = setTimeout(() => {
    for (const element of [...stale]) {
      if (!element.isConnected) stale.delete(element);
      else if (unsaved(element)) unsaved(element).save().then(() => unsaved(element) || flush());
      else if (!typingIn(element) && !openIn(element) && !pressedIn(element)) {
        stale.delete(element);
        // Not bubbling: a part that lives inside another live part must not wake its surroundings.
        element.dispatchEvent(new CustomEvent("live", { bubbles: false }));
      }
    }
  }, 60);
}

// Words the server has not got yet are sent before anything is put in their place.
const unsaved = (element) => [...element.querySelectorAll("draft-saver")].find((saver) => saver.dirty);

// What began while the fetch was on its way keeps its place too.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt: element, triggeringEvent } = event.detail.requestConfig;
  if (triggeringEvent?.type !== "live" || !(unsaved(element) || typingIn(element) || openIn(element) || pressedIn(element))) return;
  event.detail.shouldSwap = false;
  stale.add(element);
  flush();
});

// A dialog or a menu in it that somebody looks at.
const openIn = (element) => element.querySelector("dialog[open], [popover]:popover-open") !== null;

// What a finger or the mouse is on stays until it is let go: swapped away in between, the press would be nobody's.
let pressed = null;
const pressedIn = (element) => pressed !== null && element.contains(pressed);
const released = () => { pressed = null; if (stale.size) flush(); };
document.addEventListener("pointerdown", (event) => { pressed = event.target; }, true);
for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, released, true);
addEventListener("blur", released);

function typingIn(element) {
  const active = document.activeElement;
  return active && active !== element && element.contains(active) && active.matches("textarea, input:not([type=checkbox], [type=radio]), select, [contenteditable]");
}

function openPlain(now, ago) {
  source?.close();
  let first = true;
  source = new EventSource(`${URL_}?topics=${encodeURIComponent(now.join(","))}&ago=${ago}`);
  source.addEventListener("open", () => { heard("state", { on: true, first }); if (!first) heard("resync", {}); first = false; });
  source.addEventListener("error", () => heard("state", { on: false }));
  for (const kind of ["change", "resync"]) source.addEventListener(kind, (event) => heard(kind, JSON.parse(event.data || "{}")));
}

function start() {
  if (window.SharedWorker && workerUrl) {
    try {
      const worker = new SharedWorker(workerUrl, { name: "hustings-live" });
      port = worker.port;
      port.onmessage = ({ data: [kind, detail] }) => heard(kind, detail);
      worker.onerror = () => { port = null; known = ""; subscribe(); };
    } catch { port = null; }
  }
  subscribe();
}

const later = () => { clearTimeout(timer); timer = setTimeout(subscribe, 80); };
document.addEventListener("htmx:load", later);
for (const closed of ["focusout", "close", "toggle"]) document.addEventListener(closed, () => stale.size && flush(), true);
document.addEventListener("visibilitychange", flush);
addEventListener("pagehide", () => { port?.postMessage({ bye: true }); source?.close(); known = ""; });
addEventListener("pageshow", (event) => { if (event.persisted) { start(); heard("resync", {}); } });
start();

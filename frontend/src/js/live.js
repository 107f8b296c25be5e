// Live updates: one stream a browser (a SharedWorker), ids only. An element with data-live="queue:12 user:7" and
// hx-trigger="live" fetches itself anew when one of its topics changes, and after a break of the stream.
// Who asks for what often says so: data-live-every="5" is fetched for news once in five seconds at the most, at once after
// a quiet while; and none is fetched more than a tenth of the time, so that a server which is slow is asked less.
// What was drawn carries the mark of what it knows (core/live/marks.py); what it knows is no news to it.

import { merged, saw } from "./marks.js";

const URL_ = document.querySelector("meta[name=live-url]")?.content ?? "/live/";
const workerUrl = document.querySelector("meta[name=live-worker]")?.content;
const PATIENCE = 1500; // ms: for so long an act of one's own may be on its way while news wait for its answer
const KEPT = 300; // words of the stream
const SHARE = 10; // so many times as long as its fetch took, a part rests
const stale = new Set(), acting = new Map(), told = [];
const drawn = new WeakMap(); // element -> the mark it was drawn with
const rests = new Map(), asked = new Map(); // the part's name -> until when; its fetch -> when it left
let arriving = ""; // the mark of the answer that is being put in
let port = null, source = null, known = "", timer = 0, flushing = 0;

const words = (text) => (text ?? "").split(/\s+/).filter(Boolean);
const listening = () => [...document.querySelectorAll("[data-live]")];

function topics() {
  const all = new Set(words(document.body.dataset.liveTopics));
  for (const element of listening()) for (const topic of words(element.dataset.live)) all.add(topic);
  return [...all].sort();
}

const markOf = (element) => drawn.get(element) ?? document.querySelector("meta[name=live-mark]")?.content ?? "";
const isNews = (element, { topic, at }) => words(element.dataset.live).includes(topic) && !saw(markOf(element), at);

function subscribe() {
  const now = topics();
  if (now.join(" ") === known || !now.some((topic) => topic.startsWith("user:"))) return; // only the signed-in have a stream
  // What became known between the making of what is shown here and its first hearing is told first.
  const had = new Set(known.split(" ")), marks = new Set();
  if (!known) marks.add(markOf(document.body));
  for (const element of listening()) if (words(element.dataset.live).some((topic) => !had.has(topic))) marks.add(markOf(element));
  known = now.join(" ");
  if (port) port.postMessage({ topics: now, url: URL_, marks: [...marks] });
  else openPlain(now, marks);
}

function heard(kind, detail) {
  if (kind === "state") {
    document.body.dataset.stream = detail.on ? "on" : "off";
    document.dispatchEvent(new CustomEvent("hustings:stream", { detail }));
    return;
  }
  document.dispatchEvent(new CustomEvent(`hustings:${kind}`, { detail }));
  if (kind === "change" && detail.at && told.push(detail) > KEPT) told.shift();
  for (const element of listening()) if (kind === "resync" || isNews(element, detail)) stale.add(element);
  if (stale.size) flush();
}

// Many changes at once are one fetch; a hidden tab waits until it is looked at; nobody's typing is swapped away, nor a
// dialog that is open, nor what is being pressed.
function flush() {
  clearTimeout(flushing);
  if (document.visibilityState !== "visible") return;
  flushing = setTimeout(() => {
    if (busy()) return; // the answer calls again, or patience ends
    const now = performance.now();
    let next = Infinity;
    for (const element of [...stale]) {
      const left = (rests.get(nameOf(element)) ?? 0) - now;
      if (!element.isConnected) stale.delete(element);
      else if (left > 0) next = Math.min(next, left);
      else if (unsaved(element)) unsaved(element).save(); // its event calls again
      else if (!typingIn(element) && !openIn(element) && !pressedIn(element)) {
        stale.delete(element);
        rest(element, 1000 * (element.dataset.liveEvery ?? 0));
        // Not bubbling: a part that lives inside another live part must not wake its surroundings.
        element.dispatchEvent(new CustomEvent("live", { bubbles: false }));
      }
    }
    if (next < Infinity) flushing = setTimeout(flush, next);
  }, 60);
}

// A part keeps its name when it is put in anew.
const nameOf = (element) => element.id || element.getAttribute("hx-get");

function rest(element, time) {
  const name = nameOf(element), until = performance.now() + time;
  if (until > (rests.get(name) ?? 0)) rests.set(name, until);
}

// An act of one's own is heard of before its answer is here, and the answer may bring what is news now.
function busy() {
  const since = Math.min(...acting.values()), left = since + PATIENCE - performance.now();
  if (left > 0 && left < Infinity) flushing = setTimeout(flush, left);
  return left > 0 && left < Infinity;
}

document.addEventListener("htmx:beforeSend", ({ detail: { xhr, elt, requestConfig: { verb } } }) => {
  if (verb === "get") {
    stale.delete(elt); // asked for after the news: it will stand in the answer
    if (elt.matches("[data-live]")) asked.set(xhr, performance.now());
  } else acting.set(xhr, performance.now());
});
document.addEventListener("htmx:afterRequest", ({ detail: { xhr, elt } }) => {
  if (asked.has(xhr)) rest(elt, SHARE * (performance.now() - asked.get(xhr)));
  asked.delete(xhr);
  if (acting.delete(xhr) && stale.size) flush();
});
addEventListener("submit", (event) => {
  if (!event.defaultPrevented) acting.set(event.target, performance.now()); // it leaves for another page
});

function note(element) {
  drawn.set(element, arriving);
  if (told.some((detail) => isNews(element, detail))) { stale.add(element); flush(); } else stale.delete(element);
}

// Words the server has not got yet are sent before anything is put in their place.
const unsaved = (element) => [...element.querySelectorAll("draft-saver")].find((saver) => saver.dirty);

document.addEventListener("hustings:draft-kept", () => stale.size && flush());

// What began while the fetch was on its way keeps its place too.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt: element, triggeringEvent } = event.detail.requestConfig;
  if (triggeringEvent?.type !== "live" || !(unsaved(element) || typingIn(element) || openIn(element) || pressedIn(element))) return;
  event.detail.shouldSwap = false;
  stale.add(element);
  flush();
});

// What was put in has its mark; what was heard since that was made is news to it.
document.addEventListener("htmx:beforeSwap", ({ detail: { xhr, shouldSwap, requestConfig: { elt, verb } } }) => {
  arriving = (shouldSwap && xhr.getResponseHeader("X-Live-Mark")) || "";
  if (arriving && verb === "get" && elt.matches("[data-live]")) note(elt);
  setTimeout(() => { arriving = ""; });
});
document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (arriving) for (const element of [elt, ...elt.querySelectorAll("[data-live]")]) if (element.matches("[data-live]")) note(element);
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

function openPlain(now, marks) {
  const before = source;
  let first = true;
  source = new EventSource(`${URL_}?topics=${encodeURIComponent(now.join(","))}&since=${encodeURIComponent(merged([...marks]))}`);
  source.addEventListener("open", () => { before?.close(); heard("state", { on: true, first }); if (!first) heard("resync", {}); first = false; });
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
addEventListener("pageshow", (event) => { if (event.persisted) { acting.clear(); start(); heard("resync", {}); } });
start();

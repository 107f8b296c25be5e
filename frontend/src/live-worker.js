// One stream for all tabs of this browser: the union of what they listen to. A browser allows six connections to a
// host, so a stream a tab would stop the seventh tab from loading anything.
import { knows, merged, saw } from "./js/marks.js";

const ports = new Map(); // port -> Set of topics
const KEPT = 1000; // words of the stream
const recent = []; // what was said last
let source = null, url = "", opened = "", timer = 0, wait = 1000, on = false;
let since = []; // the marks of what is shown and not yet heard of
let from = ""; // all that is news to this mark was heard; "" is nothing

const union = () => [...new Set([...ports.values()].flatMap((topics) => [...topics]))].sort();

function tell(kind, detail, only) {
  for (const [port, topics] of ports) if (!only || topics.has(only)) port.postMessage([kind, detail]);
}

function reopen() {
  const wanted = union();
  if (!wanted.length) { source?.close(); source = null; opened = ""; on = false; return; }
  if (source && wanted.every((topic) => opened.split(",").includes(topic))) return; // hearing more than is wanted is harmless
  const before = source, asked = wanted.join(",");
  from = merged(since);
  const next = new EventSource(`${url}?topics=${encodeURIComponent(asked)}&since=${encodeURIComponent(from)}`);
  let first = true;
  since = [];
  opened = asked;
  source = next;
  next.onopen = () => {
    before?.close(); // only now: nothing is missed between the two
    wait = 1000;
    tell("state", { on: true, first });
    if (!first || (before === null && on)) tell("resync", {});
    first = false;
    on = true;
  };
  next.onerror = () => {
    if (next !== source) return next.close();
    tell("state", { on: false });
    if (next.readyState !== EventSource.CLOSED) return; // it comes back by itself
    source = null;
    clearTimeout(timer);
    timer = setTimeout(reopen, wait);
    wait = Math.min(wait * 2, 60_000);
  };
  next.addEventListener("change", (event) => {
    if (next !== source && source?.readyState === EventSource.OPEN) return;
    const detail = JSON.parse(event.data);
    recent.push(detail);
    if (recent.length > KEPT) forget(recent.shift());
    tell("change", detail, detail.topic);
  });
  next.addEventListener("resync", () => tell("resync", {}));
}

const soon = () => { clearTimeout(timer); timer = setTimeout(reopen, 50); };

// Who has not seen what is forgotten cannot be told any more.
function forget({ at }) { if (from && !saw(from, at)) from = `${Math.max(at + 1, Number(from.split(":")[0]))}::`; }

// A page that was made before it could hear: what was said meanwhile is said to it again.
function catchUp(port, topics, marks) {
  const mark = merged(marks);
  if (!knows(mark, from)) return port.postMessage(["resync", {}]);
  for (const detail of recent) if (!saw(mark, detail.at) && topics.includes(detail.topic)) port.postMessage(["change", detail]);
}

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.bye) ports.delete(port);
    else {
      url = new URL(data.url, location.origin).href;
      const had = ports.get(port);
      ports.set(port, new Set(data.topics));
      const fresh = data.topics.filter((topic) => !had?.has(topic));
      if (source && data.topics.every((topic) => opened.split(",").includes(topic))) {
        if (!had && on) port.postMessage(["state", { on: true, first: true }]);
        if (fresh.length) catchUp(port, fresh, data.marks);
      } else if (fresh.length) since.push(...data.marks);
    }
    soon();
  };
  port.start();
};

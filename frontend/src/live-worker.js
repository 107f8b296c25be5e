// One stream for all tabs of this browser: the union of what they listen to. A browser allows six connections to a
// host, so a stream a tab would stop the seventh tab from loading anything.
const ports = new Map(); // port -> Set of topics
const recent = []; // what was said in the last minute: [when, detail]
let source = null, url = "", opened = "", timer = 0, wait = 1000, on = false;
let since = Infinity, heardFrom = Infinity; // what is not yet heard was asked for then; all since then was heard

const union = () => [...new Set([...ports.values()].flatMap((topics) => [...topics]))].sort();

function tell(kind, detail, only) {
  for (const [port, topics] of ports) if (!only || topics.has(only)) port.postMessage([kind, detail]);
}

function reopen() {
  const wanted = union();
  if (!wanted.length) { source?.close(); source = null; opened = ""; on = false; return; }
  if (source && wanted.every((topic) => opened.split(",").includes(topic))) return; // hearing more than is wanted is harmless
  const before = source, asked = wanted.join(",");
  const from = Math.min(since, Date.now());
  const next = new EventSource(`${url}?topics=${encodeURIComponent(asked)}&ago=${Date.now() - from}`);
  let first = true;
  since = Infinity;
  heardFrom = Math.min(heardFrom, from);
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
    const detail = JSON.parse(event.data), now = Date.now();
    recent.push([now, detail]);
    while (recent.length > 500 || recent[0][0] < now - 60_000) heardFrom = Math.max(heardFrom, recent.shift()[0]);
    tell("change", detail, detail.topic);
  });
  next.addEventListener("resync", () => tell("resync", {}));
}

const soon = () => { clearTimeout(timer); timer = setTimeout(reopen, 50); };

// A page that was made before it could hear: what was said meanwhile is said to it again.
function catchUp(port, topics, from) {
  if (from < heardFrom) return port.postMessage(["resync", {}]);
  for (const [at, detail] of recent) if (at >= from && topics.includes(detail.topic)) port.postMessage(["change", detail]);
}

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.bye) ports.delete(port);
    else {
      url = new URL(data.url, location.origin).href;
      const had = ports.get(port);
      ports.set(port, new Set(data.topics));
      const fresh = data.topics.filter((topic) => !had?.has(topic)), from = Date.now() - data.ago;
      if (source && data.topics.every((topic) => opened.split(",").includes(topic))) {
        if (!had && on) port.postMessage(["state", { on: true, first: true }]);
        catchUp(port, fresh, from);
      } else if (fresh.length) since = Math.min(since, from);
    }
    soon();
  };
  port.start();
};

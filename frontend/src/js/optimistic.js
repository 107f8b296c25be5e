// The row goes first and the server is told after; when it says no, the row comes back and the reason is said.
import { toast } from "./toasts.js";
import { say } from "./words.js";

const waiting = new WeakMap();

function rowsOf(source) {
  const selector = source.dataset.optimisticTarget;
  if (selector) return [...document.querySelectorAll(selector)];
  if (source.closest(".bulkbar")) return [...source.closest("row-list, .list").querySelectorAll("li:has(.row-x:checked), tr:has(.row-x:checked)")];
  const row = source.closest("li, tr, [data-row]");
  return row ? [row] : [];
}

document.addEventListener("htmx:beforeSend", (event) => {
  const source = event.detail.elt.closest("[data-optimistic]");
  if (!source) return;
  const mode = source.dataset.optimistic || "leave";
  const rows = rowsOf(source);
  waiting.set(event.detail.xhr, { rows, mode });
  for (const row of rows) {
    if (mode === "leave") row.hidden = true;
    else row.classList.add("going");
  }
  source.dispatchEvent(new CustomEvent("hustings:left", { bubbles: true, detail: { rows } }));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, successful, failed } = event.detail;
  const before = waiting.get(xhr);
  waiting.delete(xhr);
  if (successful) return before?.rows.forEach((row) => settle(row, before.mode));
  for (const row of before?.rows ?? []) comeBack(row);
  if (failed) explain(xhr);
});

// Not reached at all. A request that a newer one of the same list replaced was aborted, which is no failure.
document.addEventListener("htmx:sendError", (event) => explain(event.detail.xhr));

function settle(row, mode) {
  if (!row.isConnected) return;
  if (mode === "leave" && row.hidden) row.remove();
  else row.classList.remove("going");
}

function comeBack(row) {
  row.hidden = false;
  row.classList.remove("going");
  row.classList.add("just-in");
  row.addEventListener("animationend", () => row.classList.remove("just-in"), { once: true });
}

// What the server itself said comes as a toast by its header; only silence needs words of ours.
function explain(xhr) {
  if (xhr.status && xhr.getResponseHeader("HX-Trigger")?.includes('"toasts"')) return;
  const plain = xhr.status && xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") && xhr.responseText.length < 400;
  const name = !xhr.status ? "offline" : xhr.status === 403 ? "forbidden" : xhr.status === 404 ? "gone" : xhr.status === 429 ? "slower" : "broken";
  toast({ message: plain ? xhr.responseText : say(name), tone: "problem" });
}

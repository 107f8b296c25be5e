// htmx under a strict policy, with the CSRF token on every request that changes something.
import htmx from "htmx.org";

window.htmx = htmx;
export { htmx };

export const csrf = () => document.querySelector("meta[name=csrf]")?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrf();
});

// A whole page where a part was asked for (a redirect was followed, the session ended): go there, never swap it in.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (target === document.body || !/^\s*<!doctype html/i.test(xhr.responseText) || event.detail.requestConfig.elt.closest("[hx-select]")) return;
  event.detail.shouldSwap = false;
  location.assign(xhr.responseURL || location.href);
});

// What an answer tells the page (a toast with its undo) is told on the element that asked. Where a live update has drawn
// that element anew meanwhile, nobody would hear it there: it is told to the page itself.
document.addEventListener("htmx:beforeSend", ({ detail: { xhr, elt } }) => {
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState === XMLHttpRequest.DONE && !elt.isConnected) tellPage(xhr.getResponseHeader("HX-Trigger"));
  });
});

function tellPage(header) {
  if (!header?.startsWith("{")) return header && htmx.trigger(document.body, header);
  for (const [name, told] of Object.entries(JSON.parse(header))) htmx.trigger(document.body, name, typeof told === "object" && !Array.isArray(told) ? told : { value: told });
}

/** POST a form's fields; resolves to the Response, rejects when the server cannot be reached. */
export function post(url, fields, { keepalive = false } = {}) {
  const body = fields instanceof FormData ? fields : toForm(fields);
  return fetch(url, { method: "POST", body, keepalive, credentials: "same-origin", headers: { "X-CSRFToken": csrf() } });
}

function toForm(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

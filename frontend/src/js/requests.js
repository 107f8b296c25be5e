// htmx under a strict policy, with the CSRF token on every request that changes something.
import htmx from "htmx.org";

window.htmx = htmx;
export { htmx };

export const csrf = () => document.querySelector("meta[name=csrf]")?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrf();
});

/** POST a form's fields; resolves to the Response, rejects when the server cannot be reached. */
export function post(url, fields, { keepalive = false } = {}) {
  const body = fields instanceof FormData ? fields : toForm(fields);
  return fetch(url, { method: "POST", body, keepalive, credentials: "same-origin", headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } });
}

function toForm(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

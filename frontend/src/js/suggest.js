// Questions that fit what is being typed, under the field. The form works without; a reader with a keyboard or a screen
// reader finds them as plain links after the field, and hears how many there are.
import { say } from "./words.js";

const WAIT = 160, LEAST = 3;

for (const field of document.querySelectorAll("[data-suggest]")) {
  const box = Object.assign(document.createElement("section"), { className: "maybe", hidden: true });
  const heard = Object.assign(document.createElement("p"), { className: "vh" });
  heard.setAttribute("role", "status");
  const isLine = field.matches("input");
  if (isLine) box.classList.add("over");
  box.setAttribute("aria-label", say("maybe"));
  const holder = field.closest(".pair") ?? field;
  holder.after(heard, box);
  let timer = 0, asked = "", stop = null;

  const show = (hits) => {
    const list = document.createElement("ul");
    for (const hit of hits) {
      const line = document.createElement("li"), link = document.createElement("a"), words = document.createElement("span");
      link.href = new URL(hit.href, location.origin).pathname + new URL(hit.href, location.origin).search;
      words.className = "q";
      words.textContent = hit.title;
      link.append(words);
      line.append(link);
      list.append(line);
    }
    const head = Object.assign(document.createElement("h2"), { textContent: say("maybe") });
    box.replaceChildren(head, list);
    box.hidden = !hits.length;
    heard.textContent = hits.length ? say("maybe_n", { n: hits.length }) : "";
  };
  const ask = async () => {
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    stop?.abort();
    if (words.length < LEAST) return show([]);
    stop = new AbortController();
    const url = new URL(field.dataset.suggest, location.origin);
    url.searchParams.set("q", words.slice(-200));
    const state = field.form?.elements.state?.value;
    if (state) url.searchParams.set("state", state);
    try {
      const answer = await fetch(url, { signal: stop.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).hits);
    } catch { /* the form goes on without */ }
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  const hide = (event) => { if (isLine && event.key === "Escape") { box.hidden = true; field.focus(); } };
  field.addEventListener("keydown", hide);
  box.addEventListener("keydown", hide);
}

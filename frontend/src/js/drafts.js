// <draft-saver data-url data-key data-version>: what is typed is on the server a moment later, and in this browser until
// the server has said so. It says which: "Saved", "Saving", "Not saved, kept here". "hustings:draft-kept" when nothing is
// unsaved any more.
import { post } from "./requests.js";
import { say } from "./words.js";

const PAUSE = 700, AGAIN = [2000, 5000, 15000, 60000];
const owner = () => document.body.dataset.liveTopics?.match(/\buser:(\S+)/)?.[1] ?? "";

// What is typed in a dialog (a search in approved language) and a chosen file are no words of the draft.
const drafted = (element) => element.type !== "file" && !element.closest("dialog");

// Where the caret stood, for a server that inserts words there: <input type="hidden" data-caret-of="ID">.
function caret(event) {
  if (!event.target.id) return;
  for (const field of document.querySelectorAll(`[data-caret-of="${CSS.escape(event.target.id)}"]`)) field.value = event.target.selectionStart ?? "";
}

// Whose access ended leaves no words behind in this browser; what the server has is their lead's.
const gone = document.querySelector("[data-forget-drafts]")?.dataset.forgetDrafts.split(" ") ?? [];
for (const key of Object.keys(localStorage)) if (gone.some((id) => key.startsWith(`draft:${id}:`))) localStorage.removeItem(key);

class DraftSaver extends HTMLElement {
  #timer = 0;
  #tries = 0;
  #sending = null;
  #typed = 0; // how many changes were made, and how many of them the server has
  #kept = 0;
  #done = false;

  connectedCallback() {
    this.addEventListener("input", this);
    this.addEventListener("focusout", this);
    this.addEventListener("submit", this);
    this.addEventListener("htmx:afterRequest", this);
    this.addEventListener("focusout", caret);
    document.addEventListener("htmx:beforeSwap", this);
    addEventListener("pagehide", this);
    addEventListener("online", this);
    addEventListener("beforeunload", this);
    this.#bringBack();
  }

  disconnectedCallback() {
    if (this.dirty && !this.#done) this.#send(true);
    clearTimeout(this.#timer);
    document.removeEventListener("htmx:beforeSwap", this);
    for (const name of ["pagehide", "online", "beforeunload"]) removeEventListener(name, this);
  }

  get dirty() { return this.#typed > this.#kept; }
  get #store() { return `draft:${owner()}:${this.dataset.key ?? this.dataset.url}`; }

  handleEvent(event) {
    if (event.type === "input") drafted(event.target) && this.#changed();
    else if (event.type === "focusout" && this.dirty && !this.contains(event.relatedTarget)) this.save();
    else if (event.type === "pagehide" && this.dirty && !this.#done) this.#send(true);
    else if (event.type === "online" && this.dirty) this.save();
    else if (event.type === "submit") this.#submitted(event);
    else if (event.type === "htmx:afterRequest" && event.detail.elt.matches("form") && event.detail.requestConfig.verb !== "get") event.detail.successful ? this.#forget() : this.#resume();
    else if (event.type === "htmx:beforeSwap") this.#carried(event.detail);
    else if (event.type === "beforeunload" && this.dirty && !this.#done && this.classList.contains("not")) event.preventDefault();
  }

  /** Save now, if nothing is on its way. */
  save() {
    clearTimeout(this.#timer);
    this.#send(false);
  }

  get fields() {
    const form = new FormData();
    for (const element of this.querySelectorAll("[name]")) {
      if (element.disabled || !drafted(element) || element.name === "csrfmiddlewaretoken") continue;
      if ((element.type === "checkbox" || element.type === "radio") && !element.checked) continue;
      if (element.matches("button")) continue;
      form.append(element.name, element.value);
    }
    if (this.dataset.version) form.append("version", this.dataset.version);
    return form;
  }

  #changed() {
    this.#typed += 1;
    this.#done = false;
    this.#keepHere();
    this.#tell("saving");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(false), PAUSE);
  }

  // Another request took these very words to the server (an answer was inserted, the letter sent): nothing is unsaved.
  #carried({ requestConfig, xhr }) {
    if (requestConfig.verb === "get" || xhr.status >= 400) return;
    const areas = [...this.querySelectorAll("textarea[name]")];
    if (!areas.length || areas.some((area) => requestConfig.parameters[area.name] !== area.value)) return;
    this.#forget();
  }

  #keepHere() {
    const values = [...this.fields].filter(([name]) => name !== "version" && !name.startsWith("seen_") && name !== "token");
    try { localStorage.setItem(this.#store, JSON.stringify({ values, version: this.dataset.version ?? "", at: Date.now() })); } catch { /* the server's copy is the one that counts */ }
  }

  async #send(leaving) {
    if (!this.dirty || (this.#sending && !leaving)) return;
    const upTo = this.#typed;
    const request = post(this.dataset.url, this.fields, { keepalive: leaving });
    this.#sending = request;
    try {
      const answer = await request;
      if (answer.status === 409) return this.#newer(await answer.text());
      if (answer.redirected && !leaving && new URL(answer.url).pathname.startsWith("/sign-in/")) return this.#signedOut();
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.#versioned(answer.headers.get("X-Draft-Version"));
      this.#kept = Math.max(this.#kept, upTo);
      this.#tries = 0;
      if (!this.dirty) { localStorage.removeItem(this.#store); this.#tell("saved"); this.#isKept(); }
    } catch {
      this.#tell("not_saved");
      this.#timer = setTimeout(() => this.#send(false), AGAIN[Math.min(this.#tries++, AGAIN.length - 1)]);
      return;
    } finally {
      if (this.#sending === request) this.#sending = null;
    }
    if (this.dirty && !leaving) this.#timer = setTimeout(() => this.#send(false), PAUSE);
  }

  #versioned(version) {
    if (!version) return;
    this.dataset.version = version;
    for (const field of this.querySelectorAll("input[name=version]")) field.value = version;
  }

  // Signed out meanwhile: nothing of this page stays in sight. The words are kept here until their writer is back.
  #signedOut() {
    this.#done = true;
    location.reload();
  }

  // Somebody else saved after this page was opened: nothing is overwritten, what was typed stays here.
  #newer(text) {
    this.#tell("newer_draft");
    this.dispatchEvent(new CustomEvent("hustings:draft-newer", { bubbles: true, detail: { text } }));
  }

  #bringBack() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.#store) ?? "null"); } catch { /* unreadable: nothing to bring back */ }
    if (!kept) return;
    // The server's own words moved on meanwhile (from another window): the ones kept here are offered, not put over them.
    if ((kept.version ?? "") !== (this.dataset.version ?? "")) return this.#offer(kept);
    this.#putBack(kept);
  }

  #offer(kept) {
    const text = kept.values.map(([, value]) => value).join("\n");
    const here = [...this.querySelectorAll("textarea[name]")].map((area) => area.value).join("\n");
    const place = this.querySelector("[data-draft-status]");
    if (!place || !text.trim() || kept.values.every(([name, value]) => this.querySelector(`textarea[name="${CSS.escape(name)}"]`)?.value === value || !this.querySelector(`textarea[name="${CSS.escape(name)}"]`)) || here.includes(text)) return localStorage.removeItem(this.#store);
    const button = Object.assign(document.createElement("button"), { type: "button", className: "lk", textContent: say("bring_back") });
    button.addEventListener("click", () => this.#putBack(kept));
    place.replaceChildren(`${say("kept_other")} `, button);
  }

  #putBack(kept) {
    let different = false;
    const left = [...kept.values];
    for (const element of this.querySelectorAll("textarea[name], input[name]:not([type=hidden], [type=file], [type=checkbox], [type=radio]), select[name]")) {
      const at = left.findIndex(([name]) => name === element.name);
      if (at < 0) continue;
      const [[, value]] = left.splice(at, 1);
      if (element.value !== value) { element.value = value; different = true; }
    }
    if (!different) return localStorage.removeItem(this.#store);
    this.#typed += 1;
    this.#tell("brought_back");
    this.#timer = setTimeout(() => this.#send(false), PAUSE);
  }

  #submitted(event) {
    if (event.target.matches("[hx-post], [data-hx-post]")) { clearTimeout(this.#timer); return; }
    this.#forget();
  }

  #resume() {
    if (this.dirty) this.#timer = setTimeout(() => this.#send(false), PAUSE);
  }

  #forget() {
    this.#done = true;
    this.#kept = this.#typed;
    clearTimeout(this.#timer);
    localStorage.removeItem(this.#store);
    this.#isKept();
  }

  #isKept() {
    this.dispatchEvent(new CustomEvent("hustings:draft-kept", { bubbles: true }));
  }

  #tell(state) {
    this.classList.toggle("not", state === "not_saved" || state === "newer_draft");
    this.dataset.state = state;
    for (const place of this.querySelectorAll("[data-draft-status]")) {
      place.classList.toggle("not", this.classList.contains("not"));
      if (place.textContent !== say(state)) place.textContent = say(state);
    }
  }
}

customElements.define("draft-saver", DraftSaver);

// <writing-here data-url>: tells the server that somebody reads or writes here, and when they stop.
import { post } from "./requests.js";

const EVERY = 5000, QUIET = 8000, READING = 30000;

class WritingHere extends HTMLElement {
  #told = 0;
  #state = "";
  #quiet = 0;
  #reading = 0;

  connectedCallback() {
    this.addEventListener("input", this);
    this.addEventListener("focusout", this);
    document.addEventListener("visibilitychange", this);
    addEventListener("pagehide", this);
    this.#tell("reading");
    this.#reading = setInterval(() => document.visibilityState === "visible" && this.#state !== "writing" && this.#tell("reading"), READING);
  }

  disconnectedCallback() {
    clearInterval(this.#reading);
    clearTimeout(this.#quiet);
    document.removeEventListener("visibilitychange", this);
    removeEventListener("pagehide", this);
    this.#tell("gone", true);
  }

  handleEvent(event) {
    if (event.type === "input") {
      if (this.#state !== "writing" || Date.now() - this.#told > EVERY) this.#tell("writing");
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => this.#tell("reading"), QUIET);
    } else if (event.type === "focusout" && this.#state === "writing" && !this.contains(event.relatedTarget)) this.#tell("reading");
    else if (event.type === "pagehide") this.#tell("gone", true);
    else if (event.type === "visibilitychange" && document.visibilityState === "visible") this.#tell(this.#state === "writing" ? "writing" : "reading");
  }

  #tell(state, leaving = false) {
    this.#state = state;
    this.#told = Date.now();
    post(this.dataset.url, { state }, { keepalive: leaving }).catch(() => {}); // presence is a courtesy: the next ping says it again
  }
}

customElements.define("writing-here", WritingHere);

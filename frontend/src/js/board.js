// <card-board>: cards go from stage to stage by dragging, or by Shift with an arrow key. The card moves first and the
// server is told after; when it says no, the card goes back. Without this the menu at each card does it.
import { htmx } from "./requests.js";

const CARD = "li[data-move]";

class CardBoard extends HTMLElement {
  #dragged = null;
  #missed = false;
  #moving = 0; // cards of which the server has not answered yet

  connectedCallback() {
    for (const name of ["dragstart", "dragover", "dragleave", "drop", "dragend", "keydown"]) this.addEventListener(name, this);
    document.addEventListener("htmx:beforeSwap", this);
  }

  disconnectedCallback() { document.removeEventListener("htmx:beforeSwap", this); }

  handleEvent(event) {
    if (event.type === "dragstart") this.#start(event);
    else if (event.type === "dragover") this.#over(event);
    else if (event.type === "dragleave") event.target.closest?.(".lane")?.contains(event.relatedTarget) || this.#mark(null);
    else if (event.type === "drop") this.#drop(event);
    else if (event.type === "dragend") this.#end();
    else if (event.type === "keydown") this.#key(event);
    else if ((this.#dragged || this.#moving) && event.detail.requestConfig.verb === "get" && this.contains(event.detail.target)) { event.detail.shouldSwap = false; this.#missed = true; }
  }

  get #lanes() { return [...this.querySelectorAll(".lane")]; }

  #start(event) {
    const card = event.target.closest(CARD);
    if (!card) return;
    this.#dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector("a").textContent);
    card.classList.add("going");
  }

  #over(event) {
    const lane = event.target.closest?.(".lane");
    if (!this.#dragged || !lane) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    this.#mark(lane);
  }

  #drop(event) {
    const lane = event.target.closest?.(".lane");
    if (!this.#dragged || !lane) return;
    event.preventDefault();
    const card = this.#dragged;
    this.#end();
    this.#move(card, lane);
  }

  #end() {
    this.#dragged?.classList.remove("going");
    this.#dragged = null;
    this.#mark(null);
    this.#catchUp();
  }

  // What was not put in the place of a card in hand is fetched once it is out of it.
  #catchUp() {
    if (!this.#missed || this.#dragged || this.#moving) return;
    this.#missed = false;
    this.#lanes[0]?.parentElement.dispatchEvent(new CustomEvent("live", { bubbles: false }));
  }

  #mark(lane) {
    for (const one of this.#lanes) one.classList.toggle("over", one === lane && !lane.contains(this.#dragged));
  }

  #key(event) {
    const card = event.target.closest(".lane li");
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!card || !way || event.target.closest("[popover]") || event.ctrlKey || event.altKey || event.metaKey) return;
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (event.shiftKey && !(sideways && card.matches(CARD))) return;
    event.preventDefault();
    const lanes = this.#lanes, at = lanes.indexOf(card.closest(".lane"));
    if (event.shiftKey) return lanes[at + way] && this.#move(card, lanes[at + way]);
    this.#neighbour(card, lanes, at, way, sideways)?.querySelector("a")?.focus();
  }

  #neighbour(card, lanes, at, way, sideways) {
    const cards = (lane) => [...lane.querySelectorAll("li:not(.none)")];
    const place = cards(lanes[at]).indexOf(card);
    if (!sideways) return cards(lanes[at])[place + way];
    for (let to = at + way; lanes[to]; to += way) {
      const there = cards(lanes[to]);
      if (there.length) return there[Math.min(place, there.length - 1)];
    }
    return null;
  }

  async #move(card, lane) {
    const from = card.closest(".lane"), next = card.nextElementSibling;
    if (lane === from) return;
    this.#place(card, lane, lane.querySelector("ol").firstElementChild);
    let told = false;
    const heard = ({ detail }) => { told = detail.successful; };
    card.addEventListener("htmx:afterRequest", heard, { once: true });
    this.#moving += 1; // swapped away meanwhile, it would hear no answer and say no refusal
    await htmx.ajax("POST", `${card.dataset.move}${lane.dataset.stage}/`, { source: card, swap: "none" }).catch(() => {});
    this.#moving -= 1;
    card.removeEventListener("htmx:afterRequest", heard);
    if (!told && card.isConnected) this.#place(card, from, next?.isConnected ? next : null);
    this.#catchUp();
  }

  // With the keyboard in hand it stays in hand, and in sight.
  #place(card, lane, before) {
    const held = card.contains(document.activeElement) && document.activeElement;
    const from = card.closest(".lane");
    lane.querySelector("ol").insertBefore(card, before);
    for (const [one, by] of [[from, -1], [lane, 1]]) {
      const count = one.querySelector("h2 span");
      if (/^\d+$/.test(count.textContent.trim())) count.textContent = Number(count.textContent) + by;
      one.querySelector(".none")?.toggleAttribute("hidden", one.querySelector("li:not(.none)") !== null);
    }
    if (!held) return;
    held.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

customElements.define("card-board", CardBoard);

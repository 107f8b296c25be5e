// <roles-grid>: the page "Roles and fields". Every cell is a link to the role's own form; with script, arrow keys move
// over them, 1 to 4 and 0 set them, and what is not saved stands at the side until it is saved or put back.
const RANK = { never: -1, hidden: 0, masked: 1, read: 2, edit: 3 };
const WORDS = { 1: "hidden", 2: "masked", 3: "read", 4: "edit", 0: "never" };
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class RolesGrid extends HTMLElement {
  #rows = [];
  #changed = new Map(); // td -> word
  #along = ""; // "row" or "column" while the whole one is taken
  #asked = 0;

  connectedCallback() {
    this.#rows = [...this.querySelectorAll("tr[data-row]")].map((row) => [...row.querySelectorAll("td")].map((td) => td.querySelector("a") ?? td));
    for (const link of this.links) {
      link.setAttribute("role", "button");
      link.setAttribute("aria-haspopup", "true");
      link.tabIndex = -1;
    }
    if (this.links[0]) this.links[0].tabIndex = 0;
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("focusin", (event) => { if (event.target.matches("td a")) this.#stand(event.target); });
    this.look.addEventListener("change", () => this.#preview());
    for (const { role, field, to } of JSON.parse(this.dataset.pending || "[]")) {
      const link = this.querySelector(`tr[data-row="${CSS.escape(field)}"] a[data-role="${CSS.escape(role)}"]`);
      if (link) this.#put(link.parentElement, to);
    }
    this.#draw();
  }

  get links() { return [...this.querySelectorAll("td a[data-role]")]; }
  get look() { return this.querySelector("[data-look]"); }
  get picker() { return this.querySelector("[data-pick]"); }

  #stand(link) {
    for (const other of this.querySelectorAll("td a[tabindex='0']")) other.tabIndex = -1;
    link.tabIndex = 0;
    if (this.look.value !== link.dataset.role) {
      this.look.value = link.dataset.role;
      this.#preview();
    }
  }

  #key(event) {
    const link = event.target.closest("td a[data-role]");
    if (event.ctrlKey || event.metaKey || event.altKey || !link) return;
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      if (event.shiftKey) this.#take(link, step[0] ? "column" : "row");
      else { this.#take(link, ""); this.#move(link, step); }
    } else if (event.key in WORDS && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      this.#set(link, WORDS[event.key]);
    } else if (event.key === "s" || event.key === "S") {
      event.preventDefault();
      event.stopPropagation();
      this.look.value = link.dataset.role;
      this.#preview();
      this.look.focus();
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      this.#pick(link);
    } else if (event.key === "Escape") this.#take(link, "");
  }

  #place(link) {
    for (const [y, row] of this.#rows.entries()) {
      const x = row.indexOf(link);
      if (x >= 0) return [y, x];
    }
    return [0, 0];
  }

  #move(link, [down, right]) {
    let [y, x] = this.#place(link);
    for (;;) {
      y += down; x += right;
      const next = this.#rows[y]?.[x];
      if (!next) return;
      if (next.matches("a")) { next.focus(); next.scrollIntoView({ block: "nearest", inline: "nearest" }); return; }
    }
  }

  #taken(link) {
    const [y, x] = this.#place(link);
    const all = this.#along === "row" ? this.#rows[y] : this.#along === "column" ? this.#rows.map((row) => row[x]) : [link];
    return all.filter((one) => one.matches("a"));
  }

  #take(link, along) {
    this.#along = along;
    for (const td of this.querySelectorAll("td.in")) td.classList.remove("in");
    if (along) for (const one of this.#taken(link)) one.parentElement.classList.add("in");
  }

  #set(link, word) {
    for (const one of this.#taken(link)) this.#put(one.parentElement, word);
    this.#take(link, "");
    if (this.picker.matches(":popover-open")) { this.picker.hidePopover(); link.focus(); }
    this.#draw();
  }

  #put(td, word) {
    const link = td.querySelector("a"), was = td.dataset.was;
    if (word === was) this.#changed.delete(td);
    else this.#changed.set(td, word);
    td.className = word[0] + (word === was ? "" : " ch");
    link.textContent = word === "masked" ? "•••" : this.#word(word);
    link.setAttribute("aria-label", `${this.#name(td)}: ${this.#word(word)}` + (word === was ? "" : `, ${this.#word(was)} → ${this.#word(word)}`));
  }

  #word(word) { return this.dataset[`word${word[0].toUpperCase()}${word.slice(1)}`]; }
  #column(td) { return this.querySelector(`th[data-column="${CSS.escape(td.querySelector("a").dataset.role)}"]`); }
  #role(td) { return this.#column(td).querySelector("a").textContent; }
  #field(td) { return td.parentElement.querySelector("[data-label]").textContent; }
  #name(td) { return `${this.#field(td)}, ${this.#role(td)}`; }
  #widens(td, word) { return "sensitive" in td.parentElement.dataset && RANK[word] >= RANK.read && RANK[word] > RANK[td.dataset.was]; }

  #pick(link) {
    const td = link.parentElement, now = this.#changed.get(td) ?? td.dataset.was;
    this.picker.querySelector("p").textContent = this.#name(td);
    this.picker.setAttribute("aria-label", this.#name(td));
    for (const button of this.picker.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.set === now));
      button.querySelector("small").hidden = button.dataset.set !== td.dataset.was;
      button.onclick = () => { this.#set(link, button.dataset.set); link.focus(); };
    }
    this.picker.onkeydown = (event) => { if (event.key in WORDS) { event.preventDefault(); this.#set(link, WORDS[event.key]); } };
    this.picker.showPopover();
    const at = link.getBoundingClientRect(), box = this.picker.getBoundingClientRect();
    this.picker.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`;
    this.picker.style.top = `${at.bottom + box.height + 8 > innerHeight ? Math.max(8, at.top - box.height - 4) : at.bottom + 4}px`;
    this.picker.querySelector("[aria-pressed=true]").focus();
  }

  #click(event) {
    const link = event.target.closest("td a[data-role]"), back = event.target.closest("[data-back]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#pick(link);
    } else if (back) {
      for (const td of [...this.#changed.keys()]) this.#put(td, td.dataset.was);
      this.#draw();
    }
  }

  #draw() {
    const form = this.querySelector("[data-changes]"), list = form.querySelector("ul"), blank = form.querySelector("template");
    list.replaceChildren(...[...this.#changed].map(([td, word]) => {
      const line = blank.content.firstElementChild.cloneNode(true);
      const name = document.createElement("b");
      name.textContent = this.#role(td);
      line.querySelector("span").append(`${this.#field(td)}, `, name);
      line.querySelector("em").textContent = `${this.#word(td.dataset.was)} → ${this.#word(word)}`;
      line.querySelector("input").value = [td.querySelector("a").dataset.role, this.dataset.record, td.parentElement.dataset.row, td.dataset.was, word].join("|");
      const button = line.querySelector("button");
      button.setAttribute("aria-label", `${button.getAttribute("aria-label")}: ${this.#name(td)}`);
      button.onclick = () => { this.#put(td, td.dataset.was); this.#draw(); td.querySelector("a").focus(); };
      return line;
    }));
    this.#say(form);
    this.#preview();
  }

  #say(form) {
    const n = this.#changed.size, wide = [...this.#changed].filter(([td, word]) => this.#widens(td, word));
    const m = wide.length, count = form.querySelector("[data-count]"), save = form.querySelector("[data-save]");
    form.hidden = !n;
    this.querySelector("[data-none]").hidden = n > 0;
    count.textContent = n === 1 ? count.dataset.one : count.dataset.many.replace("%n", n);
    const asks = m > 0 && this.dataset.others;
    const said = !asks ? (n === 1 ? save.dataset.one : save.dataset.many) : m === n ? save.dataset.only : save.dataset.ask;
    save.textContent = said.replace("%n", asks ? n - m : n).replace("%m", m);
    const alone = form.querySelector("[data-alone]"), warn = this.querySelector("[data-warn]");
    if (alone) alone.hidden = m === 0;
    warn.hidden = m === 0;
    if (!m) return;
    const people = [...new Set(wide.map(([td]) => this.#column(td)))].reduce((sum, th) => sum + Number(th.querySelector("[data-people]").dataset.people), 0);
    const title = warn.querySelector("[data-warn-title]");
    title.textContent = title.dataset.said.replace("%n", people).replace("%field", [...new Set(wide.map(([td]) => this.#field(td)))].join(", "));
  }

  async #preview() {
    const role = this.look.value, asked = ++this.#asked;
    for (const th of this.querySelectorAll("th[data-column]")) th.classList.toggle("see", th.dataset.column === role);
    if (!role) return;
    const whole = this.querySelector("[data-whole]");
    if (whole) whole.search = `?role=${encodeURIComponent(role)}`;
    const address = new URL(this.dataset.preview, location.href);
    address.searchParams.set("record", this.dataset.record);
    address.searchParams.set("role", role);
    for (const input of this.querySelectorAll("[data-changes] input[name=cell]")) address.searchParams.append("cell", input.value);
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (asked === this.#asked && answer?.ok) this.querySelector("[data-seen]").innerHTML = await answer.text();
  }
}

customElements.define("roles-grid", RolesGrid);

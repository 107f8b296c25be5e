// Forms: the error summary takes the focus, an unsent text asks before it is left, files show what they weigh.

document.querySelector("[data-error-summary]")?.focus();

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submit-on-change]")) event.target.form?.requestSubmit();
  if (event.target.matches("input[type=file][data-files]")) listFiles(event.target);
});

const weigh = (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

function listFiles(input) {
  const most = Number(input.dataset.mostMb || 25) * 1_000_000;
  const list = input.parentElement.querySelector(".files") ?? input.insertAdjacentElement("afterend", Object.assign(document.createElement("ul"), { className: "files" }));
  const total = [...input.files].reduce((sum, file) => sum + file.size, 0);
  list.replaceChildren(...[...input.files].map((file) => {
    const line = document.createElement("li");
    const size = document.createElement("span");
    size.textContent = file.size > most ? `${weigh(file.size)}, ${input.dataset.tooBig ?? `more than ${input.dataset.mostMb || 25} MB`}` : weigh(file.size);
    line.classList.toggle("big", file.size > most);
    line.append(file.name, size);
    return line;
  }));
  input.setCustomValidity(total > most ? input.dataset.tooBig ?? `Together more than ${input.dataset.mostMb || 25} MB.` : "");
}

// A second press while the first is on its way would send twice.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.matches("[hx-post], [hx-get], [method=get]") || event.target.method === "get") return;
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });

class FormGuard extends HTMLElement {
  #dirty = false;

  connectedCallback() {
    this.addEventListener("input", () => { this.#dirty = true; });
    this.addEventListener("submit", () => { this.#dirty = false; });
    this.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) this.#dirty = false; });
    addEventListener("beforeunload", this);
  }

  disconnectedCallback() { removeEventListener("beforeunload", this); }
  handleEvent(event) { if (this.#dirty) event.preventDefault(); }
}

customElements.define("form-guard", FormGuard);

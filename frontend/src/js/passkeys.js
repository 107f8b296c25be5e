// <pass-key options="/address/" failed="words" [makes]>: a form with a hidden field `credential`. Sent, it first asks the
// server what to ask for, then the browser for the passkey (or to make one), and goes on with the answer in the field.
import { csrf } from "./requests.js";

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (keys = []) => keys.map((key) => ({ ...key, id: toBytes(key.id) }));

function asked({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (publicKey.allowCredentials) options.allowCredentials = listed(publicKey.allowCredentials);
  if (publicKey.excludeCredentials) options.excludeCredentials = listed(publicKey.excludeCredentials);
  if (publicKey.user) options.user = { ...publicKey.user, id: toBytes(publicKey.user.id) };
  return { publicKey: options };
}

function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

class PassKey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.hidden = false;
    for (const words of document.querySelectorAll(".no-passkey")) words.hidden = true;
    this.addEventListener("submit", this);
  }

  async handleEvent(event) {
    event.preventDefault();
    const form = event.target;
    this.#say("");
    form.inert = true;
    try {
      form.elements.credential.value = JSON.stringify(told(await this.#ask()));
      form.submit();
    } catch (problem) {
      this.#say(problem.words ?? this.getAttribute("failed"));
    } finally {
      form.inert = false;
    }
  }

  async #ask() {
    const answer = await fetch(this.getAttribute("options"), { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": csrf() } });
    if (!answer.ok || answer.redirected) throw Object.assign(new Error(), { words: (await answer.json().catch(() => ({}))).problem });
    const options = asked(await answer.json());
    return this.hasAttribute("makes") ? navigator.credentials.create(options) : navigator.credentials.get(options);
  }

  #say(words) {
    this.querySelector("[role=status]").textContent = words;
  }
}

customElements.define("pass-key", PassKey);

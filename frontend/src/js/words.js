// The few sentences the browser itself says, translated by the server: a JSON block in the page (#words).
const block = document.getElementById("words");
const given = block ? JSON.parse(block.textContent) : {};

/** The sentence by its name, with %(name)s filled in. */
export function say(name, values = {}) {
  return (given[name] ?? name).replace(/%\((\w+)\)[sd]/g, (_, key) => values[key] ?? "");
}

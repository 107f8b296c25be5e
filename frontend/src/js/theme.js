// Light, dark, or what the system says: kept in a cookie, so that the server draws the next page in it at once.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const other = system === "dark" ? "light" : "dark";
  // Between the system's own and the other one: a press that changes nothing would look broken.
  const next = root.dataset.theme === other ? "" : other;
  if (next) root.dataset.theme = next;
  else delete root.dataset.theme;
  document.cookie = `theme=${next || "system"}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  document.dispatchEvent(new CustomEvent("hustings:theme", { detail: { theme: next } }));
});

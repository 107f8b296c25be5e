// Dialogs and menus: the platform's own, opened by attributes, with the arrow keys a menu is expected to have.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.openDialog);
    opener.closest("[popover]")?.hidePopover();
    if (dialog && !dialog.open) dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) return closer.closest("dialog, [popover]")?.[closer.closest("dialog") ? "close" : "hidePopover"]();
  // A press on the veil, outside the sheet, closes it.
  if (event.target instanceof HTMLDialogElement && event.target.open) {
    const sheet = event.target.getBoundingClientRect();
    if (event.clientX < sheet.left || event.clientX > sheet.right || event.clientY < sheet.top || event.clientY > sheet.bottom) event.target.close();
  }
});

// A dialog that came as a fragment opens itself; it is taken out again when closed.
document.addEventListener("htmx:load", (event) => {
  const dialog = event.target.matches?.("dialog[data-modal]") ? event.target : event.target.querySelector?.("dialog[data-modal]");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
});

document.addEventListener("hustings:close-dialog", () => document.querySelector("dialog[open]")?.close());

function place(menu, button) {
  const by = button.getBoundingClientRect(), own = menu.getBoundingClientRect(), gap = 4;
  const below = by.bottom + gap + own.height <= innerHeight || by.top - gap - own.height < 8;
  const top = below ? by.bottom + gap : by.top - gap - own.height;
  const left = Math.min(Math.max(8, by.right - own.width > 8 && by.left + own.width > innerWidth - 8 ? by.right - own.width : by.left), innerWidth - own.width - 8);
  menu.style.top = `${Math.max(8, top)}px`;
  menu.style.left = `${left}px`;
}

const items = (menu) => [...menu.querySelectorAll("[role^=menuitem]:not([disabled])")];

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu-p")) return;
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open" || !button) return;
  place(menu, button);
  items(menu)[0]?.focus({ preventScroll: true });
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu-p");
  if (!menu) return;
  const all = items(menu), here = all.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1 + (here < 1 ? all.length : 0), Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Tab") return menu.hidePopover();
  if (to === undefined || !all.length) return;
  event.preventDefault();
  all[to % all.length].focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest(".menu-p [role^=menuitem]")) event.target.closest(".menu-p").hidePopover?.();
});

// On a narrow screen a table stands as cards, without its head: there each number says what it counts.
import { htmx } from "./requests.js";

function label(table) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.textContent.trim());
  for (const cell of table.querySelectorAll("tbody td.num:not([data-label])")) {
    if (heads[cell.cellIndex]) cell.dataset.label = heads[cell.cellIndex];
  }
}

htmx.onLoad((part) => {
  if (part.matches?.("table.cards-s")) label(part);
  part.querySelectorAll("table.cards-s").forEach(label);
});

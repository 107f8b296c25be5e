// One sprite of the icons named in src/icons.json: Lucide's, and our own drawings in src/icons/.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export function iconSprite(root) {
  const names = JSON.parse(fs.readFileSync(path.join(root, "src/icons.json"), "utf8"));
  const lucide = path.join(path.dirname(require.resolve("lucide-static/package.json")), "icons");
  const symbols = names.map((name) => {
    const own = path.join(root, "src/icons", `${name}.svg`);
    const file = fs.existsSync(own) ? own : path.join(lucide, `${name}.svg`);
    if (!fs.existsSync(file)) throw new Error(`no icon ${name}: neither in src/icons nor in lucide-static`);
    const inner = fs.readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "").replace(/<svg[^>]*>/, "").replace("</svg>", "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

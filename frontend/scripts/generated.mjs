// CSS that a strict policy (no style attribute) makes us write out: fuse widths, hues; and the font faces.
import { createHash } from "node:crypto";
import { UNICODE_RANGE } from "./fonts.mjs";

export const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();

function steps() {
  const used = Array.from({ length: 101 }, (_, n) => `[data-u="${n}"]{--u:${n}%}`);
  const hues = Array.from({ length: 36 }, (_, n) => `[data-hue="${n * 10}"]{--h:${n * 10}}`);
  const brands = Array.from({ length: 36 }, (_, n) => `[data-brand="${n * 10}"]{--b:${n * 10}}`);
  return `@layer tokens {\n${used.join("\n")}\n${hues.join("\n")}\n}\n@layer campaign {\n${brands.join("\n")}\n}`;
}

function faces(fonts) {
  const face = (family, name, range, weight, style = "normal") =>
    `@font-face{font-family:"${family}";src:url("${fonts[name]}") format("woff2");font-weight:${weight};font-style:${style};font-display:swap;unicode-range:${range}}`;
  return [
    face("Instrument Sans", "sans", UNICODE_RANGE.latin, "400 700"),
    face("Instrument Sans", "sans-ext", UNICODE_RANGE.extended, "400 700"),
    face("Newsreader", "letter", UNICODE_RANGE.latin, "400 650"),
    face("Newsreader", "letter-ext", UNICODE_RANGE.extended, "400 650"),
    face("Newsreader", "letter-italic", UNICODE_RANGE.latin, "400 600", "italic"),
  ].join("\n");
}

export function generatedCss(fonts) {
  return {
    name: "generated-css",
    setup(build) {
      build.onResolve({ filter: /^generated:/ }, (args) => ({ path: args.path, namespace: "generated" }));
      build.onLoad({ filter: /.*/, namespace: "generated" }, (args) => ({
        contents: args.path === "generated:fonts" ? faces(fonts) : steps(), loader: "css", resolveDir: process.cwd(),
      }));
    },
  };
}

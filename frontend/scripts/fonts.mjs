// Cuts the two families down to the axes and letters we use, once; the result is kept in build/ by its recipe.
// People's words are Newsreader (optical sizes and weights kept within what the pages use), ours Instrument Sans.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import subsetFont from "subset-font";
import { hashOf } from "./generated.mjs";

const require = createRequire(import.meta.url);
const LATIN = [[0x20, 0x7e], [0xa0, 0xff], [0x131, 0x131], [0x152, 0x153], [0x2bb, 0x2bc], [0x2c6, 0x2c6], [0x2da, 0x2da], [0x2dc, 0x2dc],
  [0x2010, 0x2015], [0x2018, 0x201e], [0x2020, 0x2022], [0x2026, 0x2026], [0x2030, 0x2030], [0x2032, 0x2033], [0x2039, 0x203a], [0x2044, 0x2044],
  [0x20ac, 0x20ac], [0x2122, 0x2122], [0x2190, 0x2193], [0x21b5, 0x21b5], [0x2212, 0x2212], [0x2215, 0x2215], [0xfffd, 0xfffd]];
const EXTENDED = [[0x100, 0x17f], [0x192, 0x192], [0x1a0, 0x1a1], [0x1af, 0x1b0], [0x1cd, 0x1dc], [0x1e6, 0x1e7], [0x1fa, 0x1ff], [0x218, 0x21b],
  [0x300, 0x304], [0x306, 0x30c], [0x323, 0x323], [0x1e80, 0x1e85], [0x1ea0, 0x1ef9], [0x20a0, 0x20ab], [0x20ad, 0x20c0]];
const SANS = { wght: { min: 400, max: 700 } };
// 16 to 40 covers a row's quotation and a page's title; outside it the drawing hardly changes.
const LETTER = { opsz: { min: 16, max: 40 }, wght: { min: 400, max: 650 } };

const FACES = {
  sans: ["instrument-sans", "instrument-sans-latin-wght-normal", LATIN, SANS],
  letter: ["newsreader", "newsreader-latin-opsz-normal", LATIN, LETTER],
  "letter-italic": ["newsreader", "newsreader-latin-wght-italic", LATIN, { wght: { min: 400, max: 600 } }],
  // Names and towns beyond Latin 1: asked for only by a page that has such a letter.
  "sans-ext": ["instrument-sans", "instrument-sans-latin-ext-wght-normal", EXTENDED, SANS],
  "letter-ext": ["newsreader", "newsreader-latin-ext-wght-normal", EXTENDED, { wght: { min: 400, max: 650 } }],
};

export const UNICODE_RANGE = {
  latin: cssRange(LATIN), extended: cssRange(EXTENDED),
};

function cssRange(ranges) {
  return ranges.map(([a, b]) => `U+${a.toString(16).toUpperCase()}${a === b ? "" : `-${b.toString(16).toUpperCase()}`}`).join(",");
}

export async function subsetFonts(cache) {
  fs.mkdirSync(cache, { recursive: true });
  const made = {};
  for (const [name, [family, file, ranges, axes]] of Object.entries(FACES)) {
    const source = fs.readFileSync(path.join(path.dirname(require.resolve(`@fontsource-variable/${family}/package.json`)), "files", `${file}.woff2`));
    const text = ranges.flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => String.fromCodePoint(a + i))).join("");
    const target = path.join(cache, `${name}-${hashOf(Buffer.concat([source, Buffer.from(JSON.stringify([text, axes]))]))}.woff2`);
    if (!fs.existsSync(target)) {
      const bytes = await subsetFont(source, text, { targetFormat: "woff2", variationAxes: axes });
      fs.writeFileSync(`${target}.part`, bytes);
      fs.renameSync(`${target}.part`, target);
    }
    made[name] = target;
  }
  return made;
}

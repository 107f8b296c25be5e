// Builds the browser assets: node scripts/build.mjs OUTDIR
// Names carry a hash of their content; manifest.json maps the names templates use to the files.
import { build } from "esbuild";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { subsetFonts } from "./fonts.mjs";
import { iconSprite } from "./icons.mjs";
import { generatedCss, hashOf } from "./generated.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const out = path.resolve(process.argv[2] ?? path.join(root, "dist"));
const started = Date.now();

// Built beside the old one and put in its place at the end: a running server never sees half a build.
const next = `${out}.next`;
fs.rmSync(next, { recursive: true, force: true });
fs.mkdirSync(next, { recursive: true });

const fonts = await subsetFonts(path.join(root, "build"));
const common = {
  absWorkingDir: root, bundle: true, minify: true, legalComments: "linked", metafile: true, logLevel: "warning",
  entryNames: "[name].[hash]", assetNames: "media/[name]", outdir: next, loader: { ".woff2": "file" },
  target: ["chrome123", "firefox128", "safari17.5"],
  plugins: [generatedCss(fonts)],
};
const results = await Promise.all([
  build({ ...common, entryPoints: ["src/app.css", "src/public.css"] }),
  build({ ...common, entryPoints: ["src/app.js", "src/public.js", "src/live-worker.js"], format: "iife" }),
]);

const manifest = {};
for (const result of results)
  for (const [file, meta] of Object.entries(result.metafile.outputs))
    if (meta.entryPoint) manifest[path.basename(meta.entryPoint)] = path.relative(next, path.resolve(root, file));
for (const [name, file] of Object.entries(fonts)) {
  const built = results.flatMap((r) => Object.entries(r.metafile.outputs)).find(([, m]) => Object.keys(m.inputs).some((i) => i.endsWith(path.basename(file))));
  if (built && built[0].endsWith(".woff2")) manifest[`${name}.woff2`] = path.relative(next, path.resolve(root, built[0]));
}
const sprite = iconSprite(root);
const spriteName = `icons.${hashOf(sprite)}.svg`;
fs.writeFileSync(path.join(next, spriteName), sprite);
manifest["icons.svg"] = spriteName;
const brand = fs.readFileSync(path.join(root, "src/icons/brand.svg"));
manifest["icon.svg"] = `icon.${hashOf(brand)}.svg`;
fs.writeFileSync(path.join(next, manifest["icon.svg"]), brand);
fs.writeFileSync(path.join(next, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");

// Packed beside each, for browsers that take them so (nearly all): whitenoise gives these.
for (const file of Object.values(manifest))
  if (/\.(css|js|svg)$/.test(file)) fs.writeFileSync(path.join(next, `${file}.gz`), gzipSync(fs.readFileSync(path.join(next, file)), { level: 9 }));

fs.mkdirSync(path.dirname(out), { recursive: true });
fs.rmSync(out, { recursive: true, force: true });
fs.renameSync(next, out);
for (const [name, file] of Object.entries(manifest)) console.log(`${name.padEnd(28)}${String(fs.statSync(path.join(out, file)).size).padStart(8)}  ${file}`);
console.log(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`);

// Bundles the design tokens with our own style sheets and script, copies the icon, names each file by its content and writes
// manifest.json with the subresource-integrity value of each. Usage: node build.mjs SOURCE_FOLDER TARGET_FOLDER
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const [source, target] = process.argv.slice(2).map((path) => resolve(path));
const inputs = { "mizuhiki.css": join(source, "styles", "main.css"), "mizuhiki.js": join(source, "scripts", "main.js") };

const manifest = {};
const contents = new Map();
for (const [name, entry] of Object.entries(inputs)) {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: ["chrome109", "firefox115", "safari16"],
    nodePaths: [join(import.meta.dirname, "node_modules")],
    logLevel: "warning",
  });
  keep(name, result.outputFiles[0].contents);
}
keep("favicon.svg", readFileSync(join(source, "images", "favicon.svg")));

function keep(name, bytes) {
  const [stem, ending] = name.split(".");
  const file = `${stem}.${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}.${ending}`;
  contents.set(file, bytes);
  manifest[name] = { file, integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}` };
}

mkdirSync(target, { recursive: true });
for (const old of readdirSync(target)) {
  if (/^(mizuhiki|favicon)\.[0-9a-f]{12}\.(css|js|svg)$/.test(old) && !contents.has(old)) rmSync(join(target, old));
}
for (const [file, bytes] of contents) writeFileSync(join(target, file), bytes);
// Written last: its presence means that the build is complete.
writeFileSync(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

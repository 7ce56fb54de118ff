// Builds the demo page, a static folder: node scripts/build-demo.mjs [FOLDER]      build/demo if not given
//
// Serve it from any web server, by HTTPS or on localhost (`npx serve build/demo`). Needs `npm run build` before.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageFiles, zip } from "./pack.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? here("../build/demo");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(here("../demo"), folder, { recursive: true });
cpSync(here("../dist/browser"), join(folder, "auricle"), { recursive: true });
cpSync(here("../../tests/data/speech/1462-170138-0027.flac"), join(folder, "example.flac"));
writeFileSync(join(folder, "en.auricle"), zip(packageFiles(here("../../models/en"))));

const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const pathOf = (entry) => join(entry.parentPath ?? entry.path, entry.name);

// Puts a value in place of a word of a file.
function fill(name, word, value) {
  const path = join(folder, name);
  writeFileSync(path, readFileSync(path, "utf8").replace(word, value));
}

const size = names.reduce((sum, entry) => sum + statSync(pathOf(entry)).size, 0);
fill("index.html", "SIZE", (size / 1e6).toFixed(0));

// The service worker's store has the name of all that it may hold.
const hash = createHash("sha256");
for (const entry of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
  hash.update(readFileSync(pathOf(entry)));
}
fill("sw.js", "auricle-VERSION", `auricle-${hash.digest("hex").slice(0, 16)}`);

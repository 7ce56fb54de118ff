// Builds the demo page, a static folder: node scripts/build-demo.mjs [FOLDER]      build/demo if not given
//
// Serve it from any web server, by HTTPS or on localhost (`npx serve build/demo`). Needs `npm run build` before.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

// The service worker's store has the name of all that it may hold.
const hash = createHash("sha256");
const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
for (const entry of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
  hash.update(readFileSync(join(entry.parentPath ?? entry.path, entry.name)));
}
const worker = join(folder, "sw.js");
writeFileSync(worker, readFileSync(worker, "utf8").replace("auricle-VERSION", `auricle-${hash.digest("hex").slice(0, 16)}`));

// Builds the package into dist/: node scripts/build.mjs
//
//   src/*.ts -> dist/*.js and types (tsc)          for Node and bundlers
//            -> dist/browser/ (esbuild)            for pages without a bundler: copy the folder
//   core/    -> dist/core.wasm (scripts/build-wasm)
import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const runtime = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");

process.chdir(root);
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], { stdio: "inherit" });
execFileSync("../scripts/build-wasm", ["js/dist/core.wasm"], { stdio: "inherit" });
copyFileSync("../LICENSE", "LICENSE");

rmSync("dist/browser", { recursive: true, force: true });
await build({
  entryPoints: { auricle: "src/index.ts", worker: "src/worker.ts", "microphone-worklet": "src/microphone-worklet.ts" },
  outdir: "dist/browser",
  bundle: true,
  splitting: true,
  chunkNames: "[name]-[hash]",
  format: "esm",
  platform: "browser",
  target: "es2022",
  minify: true,
  legalComments: "none",
  alias: { "#platform": "./src/platform-browser.ts" },
});
copyFileSync("dist/core.wasm", "dist/browser/core.wasm");
copyFileSync(runtime, "dist/browser/ort-wasm-simd-threaded.wasm");
console.log(`core.wasm: ${statSync("dist/core.wasm").size} bytes`);

// Measures size, loading and real-time factor: node benchmarks/speed.mjs MODEL.auricle RECORDING.wav... [--chromium]
//
// The real-time factor is the time that transcribing takes, by the length of the sound. One thread. The first
// recording is heard once before, so that WebAssembly is compiled. With --chromium the same in a headless Chromium.
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { cpSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeWav, load } from "auricle";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [packed, ...rest] = process.argv.slice(2);
const recordings = rest.filter((name) => !name.startsWith("--"));
const sounds = recordings.map((name) => decodeWav(readFileSync(name)));

function report(where, { loading, seconds, heard }) {
  console.log(`${where}: loaded in ${loading.toFixed(2)} s, ${heard.toFixed(1)} s of sound in ${seconds.toFixed(2)} s, ` +
    `real-time factor ${(seconds / heard).toFixed(4)}`);
}

async function measure(load, source, options, sounds) {
  let began = performance.now();
  const model = await load(source, options);
  const loading = (performance.now() - began) / 1000;
  const { samples, sampleRate } = sounds[0];
  await model.transcribe(samples, { sampleRate });
  began = performance.now();
  let heard = 0;
  for (const { samples, sampleRate } of sounds) heard += (await model.transcribe(samples, { sampleRate })).duration;
  const seconds = (performance.now() - began) / 1000;
  model.free();
  return { loading, seconds, heard };
}

async function inChromium() {
  const { launch, openPage, serve } = await import("../test/browsing.mjs");
  const site = mkdtempSync(join(tmpdir(), "auricle-speed-"));
  cpSync(here("../dist/browser"), join(site, "auricle"), { recursive: true });
  cpSync(packed, join(site, "en.auricle"));
  recordings.forEach((name, index) => cpSync(name, join(site, `${index}.wav`)));
  cpSync(here("./speed.html"), join(site, "index.html"));
  const server = await serve(site);
  const browser = await launch();
  const { page } = await openPage(browser);
  await page.goto(`${server.url}/`);
  const result = await page.evaluate(
    async ({ measure, count }) => {
      const { decodeWav, load } = await import("/auricle/auricle.js");
      const sounds = [];
      for (let index = 0; index < count; index++) {
        sounds.push(decodeWav(new Uint8Array(await (await fetch(`/${index}.wav`)).arrayBuffer())));
      }
      return eval(`(${measure})`)(load, "/en.auricle", {}, sounds);
    },
    { measure: measure.toString(), count: recordings.length },
  );
  await browser.close();
  server.close();
  return result;
}

for (const name of ["core.wasm", "browser/auricle.js", "browser/worker.js", "browser/ort-wasm-simd-threaded.wasm"]) {
  console.log(`${name}: ${(statSync(here(`../dist/${name}`)).size / 1000).toFixed(0)} kB`);
}
for (const runtime of ["web", "node"]) {
  try {
    report(`Node, onnxruntime-${runtime}`, await measure(load, packed, { runtime }, sounds));
  } catch (error) {
    console.log(`Node, onnxruntime-${runtime}: ${error.message}`);
  }
}
if (rest.includes("--chromium")) report("Chromium", await inChromium());

// Measures size, loading and real-time factor: node benchmarks/speed.mjs MODEL.auricle RECORDING.wav... [--chromium]
//
// The real-time factor is the time that transcribing takes, by the length of the sound: by the clock, and of the processor
// (in Chromium that of all its processes), which says more on a busy machine. One thread. The first recording is heard
// once before, so that WebAssembly is compiled. With --chromium the same in a headless Chromium.
import { cpSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeWav, load } from "auricle";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [packed, ...rest] = process.argv.slice(2);
const recordings = rest.filter((name) => !name.startsWith("--"));
const sounds = recordings.map((name) => decodeWav(readFileSync(name)));

function report(where, loading, heard, seconds, processor) {
  console.log(`${where}: loaded in ${loading.toFixed(2)} s, ${heard.toFixed(1)} s of sound in ${seconds.toFixed(2)} s, ` +
    `real-time factor ${(seconds / heard).toFixed(4)} by the clock, ${(processor / heard).toFixed(4)} of processor time`);
}

// Both run in pages too, so they name nothing from outside.
async function prepare(load, source, options, [{ samples, sampleRate }]) {
  const began = performance.now();
  const model = await load(source, options);
  const loading = (performance.now() - began) / 1000;
  await model.transcribe(samples, { sampleRate });
  return { model, loading };
}

async function hear(model, sounds) {
  const began = performance.now();
  let heard = 0;
  for (const { samples, sampleRate } of sounds) heard += (await model.transcribe(samples, { sampleRate })).duration;
  return { heard, seconds: (performance.now() - began) / 1000 };
}

async function inNode(runtime) {
  const { model, loading } = await prepare(load, packed, { runtime }, sounds);
  const before = process.cpuUsage();
  const { heard, seconds } = await hear(model, sounds);
  const { user, system } = process.cpuUsage(before);
  model.free();
  report(`Node, onnxruntime-${runtime}`, loading, heard, seconds, (user + system) / 1e6);
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
  const session = await browser.newBrowserCDPSession();
  const processor = async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const loading = await page.evaluate(
    async ({ prepare, count }) => {
      const { decodeWav, load } = await import("/auricle/auricle.js");
      globalThis.sounds = [];
      for (let index = 0; index < count; index++) {
        sounds.push(decodeWav(new Uint8Array(await (await fetch(`/${index}.wav`)).arrayBuffer())));
      }
      const { model, loading } = await eval(`(${prepare})`)(load, "/en.auricle", {}, sounds);
      globalThis.model = model;
      return loading;
    },
    { prepare: prepare.toString(), count: recordings.length },
  );
  const before = await processor();
  const { heard, seconds } = await page.evaluate((hear) => eval(`(${hear})`)(model, sounds), hear.toString());
  report("Chromium", loading, heard, seconds, (await processor()) - before);
  await browser.close();
  server.close();
}

for (const name of ["core.wasm", "browser/auricle.js", "browser/worker.js", "browser/ort-wasm-simd-threaded.wasm"]) {
  console.log(`${name}: ${(statSync(here(`../dist/${name}`)).size / 1000).toFixed(0)} kB`);
}
for (const runtime of ["web", "node"]) {
  try {
    await inNode(runtime);
  } catch (error) {
    console.log(`Node, onnxruntime-${runtime}: ${error.message}`);
  }
}
if (rest.includes("--chromium")) await inChromium();

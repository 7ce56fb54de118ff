// Measures size, loading and real-time factor: node benchmarks/speed.mjs MODEL.auricle RECORDING.wav... [--chromium]
//
// The real-time factor is the time that transcribing takes, by the length of the sound: by the clock, and of the processor
// (in Chromium that of all its processes), which says more on a busy machine. One thread. As files, in the longer chunks
// that a package may have for them, and in a stream's. What is not counted: all recordings are heard three times before,
// for WebAssembly is compiled better and better while it runs. With --chromium the same in a headless Chromium.
import { cpSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeWav, load } from "auricle";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [packed, ...rest] = process.argv.slice(2);
const recordings = rest.filter((name) => !name.startsWith("--"));
const sounds = recordings.map((name) => decodeWav(readFileSync(name)));

const CHUNKS = [["as files", false], ["in a stream's chunks", true]]; // and their `lowLatency`

function report(how, { heard, seconds }, processor) {
  console.log(`  ${how}: ${heard.toFixed(1)} s of sound in ${seconds.toFixed(2)} s, ` +
    `real-time factor ${(seconds / heard).toFixed(4)} by the clock, ${(processor / heard).toFixed(4)} of processor time`);
}

// Both run in pages too, so they name nothing from outside.
async function prepare(load, source, options) {
  const began = performance.now();
  const model = await load(source, options);
  return { model, loading: (performance.now() - began) / 1000 };
}

async function hear(model, sounds, lowLatency) {
  const began = performance.now();
  let heard = 0;
  for (const { samples, sampleRate } of sounds) {
    heard += (await model.transcribe(samples, { sampleRate, lowLatency })).duration;
  }
  return { heard, seconds: (performance.now() - began) / 1000 };
}

async function warm(hearAll) {
  for (let turn = 0; turn < 3; turn++) await hearAll();
}

async function inNode(runtime) {
  const { model, loading } = await prepare(load, packed, { runtime });
  console.log(`Node, onnxruntime-${runtime}: loaded in ${loading.toFixed(2)} s`);
  for (const [how, lowLatency] of CHUNKS) {
    await warm(() => hear(model, sounds, lowLatency));
    const before = process.cpuUsage();
    const done = await hear(model, sounds, lowLatency);
    const { user, system } = process.cpuUsage(before);
    report(how, done, (user + system) / 1e6);
  }
  model.free();
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
      const { model, loading } = await eval(`(${prepare})`)(load, "/en.auricle", {});
      globalThis.model = model;
      return loading;
    },
    { prepare: prepare.toString(), count: recordings.length },
  );
  console.log(`Chromium: loaded in ${loading.toFixed(2)} s`);
  const run = (lowLatency) =>
    page.evaluate(({ hear, lowLatency }) => eval(`(${hear})`)(model, sounds, lowLatency), { hear: hear.toString(), lowLatency });
  for (const [how, lowLatency] of CHUNKS) {
    await warm(() => run(lowLatency));
    const before = await processor();
    const done = await run(lowLatency);
    report(how, done, (await processor()) - before);
  }
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

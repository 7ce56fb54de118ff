// The package as users get it: installed into an empty folder, its documented examples run there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { encodeWav, load, Status } from "auricle";
import { table, text } from "../scripts/status.mjs";
import { CHROMIUM, launch, openPage, serve } from "./browsing.mjs";
import { PACKED, ROOT, samplesOf, vectors } from "./data.mjs";
import { code, command } from "./documents.mjs";
import { serveRegistry } from "./registry.mjs";

const run = promisify(execFile);
const js = join(ROOT, "js");
const home = mkdtempSync(join(tmpdir(), "auricle-home-"));
const archives = mkdtempSync(join(tmpdir(), "auricle-archives-"));
const read = (path) => readFileSync(join(ROOT, path), "utf8");
const clip = Float32Array.from(samplesOf("clip"), (sample) => sample / 32768);
const skip = !CHROMIUM && "there is no Chromium here";

// npm as users run it, in the folder `cwd`, without what it would tell and keep beside.
async function npm(line, cwd, settings = {}) {
  const common = { audit: "false", fund: "false", package_lock: "false", prefer_offline: "true" };
  const named = Object.entries({ ...common, ...settings }).map(([name, value]) => [`npm_config_${name}`, value]);
  const { stdout } = await run("sh", ["-c", line], { cwd, env: { ...process.env, ...Object.fromEntries(named) } });
  return stdout.trim();
}

before(async () => {
  const make = command("docs/javascript.md", "cd auricle/js");
  await npm(make.replace("auricle/js", js), home, { pack_destination: archives });
  const upstream = await npm("npm config get registry", home);
  const registry = await serveRegistry(archives, upstream.replace(/\/$/, ""));
  await npm(command("docs/javascript.md", "npm install auricle"), home, { registry: registry.url, replace_registry_host: "never" });
  registry.close();
  writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module" }));
  cpSync(PACKED, join(home, "en.auricle"));
  cpSync(join(js, "examples", "node"), join(home, "node"), { recursive: true });
  writeFileSync(join(home, "talk.wav"), encodeWav(clip, 16_000));
  writeFileSync(join(home, "talk.raw"), Buffer.from(samplesOf("clip").buffer));
});

test("the files that npm packs install into an empty folder, and are what a registry gives", async () => {
  const program = mkdtempSync(join(tmpdir(), "auricle-my-program-"));
  const install = command("docs/javascript.md", "cd ~/my-program");
  await npm(install.replace("~/my-program", program).replace("~/auricle/js", archives), home);
  for (const name of ["auricle", "auricle-en"]) {
    await run("diff", ["-r", join(home, "node_modules", name), join(program, "node_modules", name)]);
  }
  rmSync(program, { recursive: true });
});

test("the package's own page names the same command as the guide", () => {
  assert.equal(command("js/README.md", "npm install auricle"), command("docs/javascript.md", "npm install auricle"));
});

test("the core is a module of less than 400 kB", () => {
  assert.ok(statSync(join(js, "dist", "core.wasm")).size < 400_000);
});

test("the codes of errors are those of the shared table", () => {
  assert.equal(read("js/src/status.ts"), text, "run node scripts/status.mjs");
  assert.deepEqual(Status, Object.fromEntries(table.map(({ name, code }) => [name, code])));
});

test("the version is that of the core", () => {
  const [, version] = read("CMakeLists.txt").match(/VERSION (\d+\.\d+\.\d+)/);
  assert.equal(JSON.parse(read("js/package.json")).version, version);
});

const examples = {
  "js/README.md": code("js/README.md", "js"),
  "js/auricle-en/README.md": code("js/auricle-en/README.md", "js"),
  "docs/javascript.md": code("docs/javascript.md", "js"),
};
for (const [document, programs] of Object.entries(examples)) {
  programs.forEach((program, index) => {
    test(`example ${index + 1} of ${document} runs in Node`, async () => {
      const file = join(home, `example-${index}.mjs`);
      writeFileSync(file, program);
      const { stderr } = await run("node", [file], { cwd: home });
      assert.equal(stderr, "");
    });
  });
}

test("the programs of examples/node run", async () => {
  const { stdout } = await run("node", ["node/transcribe.mjs", "en.auricle", "talk.wav"], { cwd: home });
  const streamed = await run("sh", ["-c", "node node/stream.mjs en.auricle < talk.raw"], { cwd: home });
  const words = stdout.trim().split("\n").map((line) => line.split(" ").at(-1));
  assert.ok(words.length > 3);
  const model = await load(PACKED);
  const live = await model.stream(); // hears less far ahead
  await live.feed(clip);
  assert.deepEqual(streamed.stdout.trim().split(/\s+/), (await live.finish()).words.map(({ text }) => text));
  model.free();
});

test("the types fit the documented examples", async () => {
  const program = `import { load, type Transcript, AuricleError } from "auricle";
    import en from "auricle-en";
    import { Model, FreeModel } from "auricle/deepspeech";
    const model = await load(en, { verify: false });
    const stream = await model.stream({ hotWords: { auricle: 6 } });
    stream.on("final", ({ segment }) => console.log(segment.words[0]?.start.toFixed(2)));
    await stream.feed(new Float32Array(16_000), { sampleRate: 48_000 });
    const transcript: Transcript = await stream.finish();
    const old = new Model("en.auricle"); const text: string = old.stt(Buffer.alloc(2)); FreeModel(old);
    console.log(transcript.toSrt(), text, AuricleError);`;
  writeFileSync(join(home, "typed.mts"), program);
  const compiler = join(js, "node_modules", "typescript", "bin", "tsc");
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--typeRoots", join(js, "node_modules", "@types")];
  await run("node", [compiler, ...options, "--types", "node", "typed.mts"], { cwd: home }).catch(({ stdout }) => assert.fail(stdout));
});

// Serves a folder until the test `t` ends, and opens a page of it.
async function visit(t, folder, path = "/") {
  const server = await serve(folder);
  t.after(() => server.close());
  const browser = await launch({ sound: join(home, "talk.wav") });
  t.after(() => browser.close());
  const opened = await openPage(browser);
  await opened.page.goto(server.url + path);
  return opened;
}

// Tells what a page makes of the recording.
async function inChromium(t, folder, path) {
  const { page, seen } = await visit(t, folder, path);
  await page.getByText("Ready.").waitFor({ timeout: 60_000 });
  await page.locator("input[type=file]").setInputFiles(join(home, "talk.wav"));
  await page.waitForFunction(() => document.querySelector("#text").textContent.split(" ").length > 3, null, { timeout: 60_000 });
  const heard = await page.locator("#text").innerText();
  assert.deepEqual(seen.errors, []);
  return { page, heard };
}

let expected; // heard once for all pages
async function expectedText() {
  if (expected) return expected;
  const { stdout } = await run("node", ["node/transcribe.mjs", "en.auricle", "talk.wav"], { cwd: home });
  return (expected = stdout.trim().split("\n").map((line) => line.split(" ").at(-1)).join(" "));
}

// A folder that has what pages need: the package, the model and a recording.
function makeSite(name) {
  const site = join(home, name);
  cpSync(join(home, "node_modules", "auricle", "dist", "browser"), join(site, "auricle"), { recursive: true });
  cpSync(PACKED, join(site, "en.auricle"));
  cpSync(join(home, "talk.wav"), join(site, "talk.wav"));
  return site;
}

test("a page without a bundler works", { skip }, async (t) => {
  const site = makeSite("plain");
  cpSync(join(js, "examples", "plain"), site, { recursive: true });
  const { page, heard } = await inChromium(t, site);
  assert.equal(heard, await expectedText());
  await page.getByRole("button", { name: "Record" }).click();
  await page.waitForFunction((before) => document.querySelector("#text").textContent !== before, heard);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Record" }).waitFor();
});

test("formats that the browser decodes are heard in pages", { skip }, async (t) => {
  const site = makeSite("formats");
  writeFileSync(join(site, "index.html"), "<!doctype html>");
  const [{ audio }] = vectors.vectors;
  cpSync(join(ROOT, "tests", "data", "speech", `${audio[0]}.flac`), join(site, "talk.flac"));
  const { page } = await visit(t, site);
  const heard = await page.evaluate(async () => {
    const { load } = await import("/auricle/auricle.js");
    const model = await load("en.auricle");
    return (await model.transcribe("talk.flac")).text;
  });
  assert.equal(heard, await expectedText());
});

test("a page does not stand still while a long recording is decoded", { skip }, async (t) => {
  const site = makeSite("long");
  writeFileSync(join(site, "index.html"), "<!doctype html>");
  const { page } = await visit(t, site);
  const { all, atOnce, transcribed, decoded } = await page.evaluate(async () => {
    const { decodeAudio, decodeWav, encodeWav, load } = await import("/auricle/auricle.js");
    const model = await load("en.auricle");
    const all = 300 * 48_000;
    const bytes = encodeWav(new Float32Array(all), 48_000);
    const { getInt16 } = DataView.prototype;
    let read = 0;
    DataView.prototype.getInt16 = function (at, littleEndian) {
      read++;
      return getInt16.call(this, at, littleEndian);
    };
    // The most samples that are decoded without anything else being done between.
    async function mostAtOnce(work) {
      let most = 0;
      read = 0;
      const look = () => {
        most = Math.max(most, read);
        read = 0;
      };
      const timer = setInterval(look);
      await work();
      look();
      clearInterval(timer);
      return most;
    }
    const begin = () => {
      const control = new AbortController();
      return model.transcribe(bytes, { progress: () => control.abort(), signal: control.signal }).catch(() => undefined);
    };
    return {
      all,
      atOnce: await mostAtOnce(() => decodeWav(bytes)),
      transcribed: await mostAtOnce(begin),
      decoded: await mostAtOnce(() => decodeAudio(bytes, 16_000)),
    };
  });
  assert.equal(atOnce, all);
  for (const part of [transcribed, decoded]) assert.ok(part > 0 && part < all / 5, `${part} of ${all}`);
});

// What Electron puts into windows with nodeIntegration, and into their workers with nodeIntegrationInWorker. There
// `require` gives Node's modules; here it throws, for a page needs none.
const NODE_GLOBALS = `
  const type = globalThis.document ? "renderer" : "worker";
  const versions = { node: "24.9.0", chrome: "142.0.0.0", electron: "45.0.0" };
  const process = { type, versions, platform: "linux", arch: "x64", argv: [], env: {}, cwd: () => "/", nextTick: queueMicrotask };
  const require = (name) => { throw new Error("a page asked for " + name); };
  const module = { exports: {} };
  Object.assign(globalThis, { global: globalThis, process, require, module, exports: module.exports });
  Object.assign(globalThis, { Buffer: class Buffer extends Uint8Array {}, setImmediate: setTimeout, __dirname: "/", __filename: "/index.html" });`;

// A folder with a page that tells what it hears, as a worker's and as its own. Returns it.
function electronPage(name) {
  const site = makeSite(name);
  writeFileSync(join(site, "node-globals.js"), NODE_GLOBALS);
  const worker = readFileSync(join(site, "auricle", "worker.js"), "utf8");
  writeFileSync(join(site, "auricle", "worker.js"), `import "../node-globals.js";\n${worker}`);
  const page = `<!doctype html><p id="text"></p><script type="module">
    import "./node-globals.js";
    import { load } from "./auricle/auricle.js";
    const texts = [];
    for (const worker of [true, false]) {
      const model = await load("en.auricle", { worker });
      texts.push((await model.transcribe("talk.wav")).text);
    }
    document.querySelector("#text").textContent = JSON.stringify(texts);
  </script>`;
  writeFileSync(join(site, "index.html"), page);
  return site;
}

async function assertElectronPageHears({ page, seen }) {
  await page.getByText("[").waitFor({ timeout: 60_000 });
  assert.deepEqual(JSON.parse(await page.locator("#text").innerText()), [await expectedText(), await expectedText()]);
  assert.deepEqual(seen.errors, []);
}

test("a page and a worker that have Node's globals work, as in Electron with nodeIntegration", { skip }, async (t) => {
  await assertElectronPageHears(await visit(t, electronPage("electron")));
});

test("the same opened as a file, as by Electron's loadFile", { skip }, async (t) => {
  const browser = await launch({ files: true });
  t.after(() => browser.close());
  const opened = await openPage(browser);
  await opened.page.goto(pathToFileURL(join(electronPage("electron-file"), "index.html")).href);
  await assertElectronPageHears(opened);
});

test("a window that resolves modules as Node does works, as in Electron with nodeIntegration", async () => {
  const program = `
    Object.assign(globalThis, { window: globalThis, self: globalThis, document: { baseURI: "file:///app/index.html" } });
    process.type = "renderer";
    const { decodeWav, load } = await import("auricle");
    // Knows all formats.
    globalThis.OfflineAudioContext = class {
      async decodeAudioData(bytes) {
        const { samples, sampleRate } = decodeWav(new Uint8Array(bytes, 4));
        return { numberOfChannels: 1, sampleRate, getChannelData: () => samples };
      }
    };
    const model = await load("en.auricle", { runtime: "web" });
    const wav = await (await import("node:fs/promises")).readFile("talk.wav");
    for (const recording of ["talk.wav", Buffer.concat([Buffer.from("any:"), wav])]) {
      console.log((await model.transcribe(recording)).text);
    }
    model.free();`;
  writeFileSync(join(home, "window.mjs"), program);
  const { stdout } = await run("node", ["window.mjs"], { cwd: home });
  assert.deepEqual(stdout.trim().split("\n"), [await expectedText(), await expectedText()]);
});

test("a page of the document works", { skip }, async (t) => {
  const [page] = code("docs/javascript.md", "html");
  writeFileSync(join(home, "plain", "page.html"), page);
  const { heard } = await inChromium(t, join(home, "plain"), "/page.html");
  assert.equal(heard, await expectedText());
});

test("the Vite example builds and works", { skip }, async (t) => {
  const site = join(home, "vite");
  cpSync(join(js, "examples", "vite"), site, { recursive: true });
  symlinkSync(join(js, "node_modules", "vite"), join(home, "node_modules", "vite")); // what its package.json asks for
  await run("node", ["../node_modules/vite/bin/vite.js", "build"], { cwd: site });
  const { heard } = await inChromium(t, join(site, "dist"));
  assert.equal(heard, await expectedText());
});

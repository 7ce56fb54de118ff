// The demo page in a real Chromium.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { encodeWav, load } from "auricle";
import { CHROMIUM, launch, openPage, serve } from "./browsing.mjs";
import { PACKED, samplesOf } from "./data.mjs";

const folder = mkdtempSync(join(tmpdir(), "auricle-demo-"));
const clip = Float32Array.from(samplesOf("clip"), (sample) => sample / 32768);
const wav = encodeWav(clip, 16_000);
let server;
let browser;
let expected;

// The share of pairs of letters that two texts have in common.
function alike(one, other) {
  const pairs = (text) => Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
  const rest = pairs(other);
  const common = pairs(one).filter((pair) => rest.includes(pair) && rest.splice(rest.indexOf(pair), 1));
  return (2 * common.length) / (pairs(one).length + pairs(other).length);
}

describe("the demo page", { skip: !CHROMIUM && "there is no Chromium here" }, () => {
  before(async () => {
    execFileSync(process.execPath, [new URL("../scripts/build-demo.mjs", import.meta.url).pathname, folder]);
    server = await serve(folder);
    writeFileSync(join(folder, "sound.wav"), wav);
    browser = await launch({ sound: join(folder, "sound.wav") });
    const model = await load(PACKED, { runtime: "web" });
    expected = await model.transcribe(wav);
    model.free();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function open() {
    const opened = await openPage(browser);
    await opened.page.goto(`${server.url}/`);
    await opened.page.getByText("Ready, also offline").waitFor({ timeout: 60_000 });
    return opened;
  }

  const done = (page) => page.getByText(/s of sound/).waitFor({ timeout: 60_000 });
  const words = (page) => page.locator("#text button").allInnerTexts();

  async function drop(page, bytes, name) {
    await page.evaluate(
      ({ bytes, name }) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
        const init = { dataTransfer, bubbles: true, cancelable: true };
        document.querySelector("#drop").dispatchEvent(new DragEvent("drop", init));
      },
      { bytes: [...bytes], name },
    );
  }

  test("a dropped file becomes text that fades, can be heard and downloaded; nothing leaves the page", async () => {
    const { page, seen, context } = await open();
    await drop(page, wav, "talk.wav");
    await done(page);
    assert.deepEqual(await words(page), expected.words.map(({ text }) => text));
    const faintness = await page.locator("#text button").evaluateAll((buttons) => buttons.map(({ style }) => Number(style.opacity)));
    expected.words.forEach(({ confidence }, index) => assert.ok(Math.abs(faintness[index] - (0.62 + 0.38 * confidence)) < 0.03));
    await page.locator("#text button").nth(2).click();
    await page.waitForFunction((start) => document.querySelector("#player").currentTime > start - 0.1, expected.words[2].start);
    const texts = {};
    for (const form of ["txt", "srt", "vtt", "json"]) {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: form, exact: true }).click();
      texts[form] = readFileSync(await (await download).path(), "utf8");
    }
    assert.equal(texts.txt, expected.toText());
    assert.match(texts.srt, /^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n/);
    assert.match(texts.vtt, /^WEBVTT\n/);
    assert.equal(JSON.parse(texts.json).text, expected.text);
    assert.equal(page.workers().length, 1); // the heavy work is not in the page
    assert.ok(seen.requests.every((url) => new URL(url).origin === server.url || /^(blob|data):/.test(url)), seen.requests.join("\n"));
    assert.deepEqual(seen.errors, []);
    await context.close();
  });

  test("what the microphone hears becomes text while it is spoken", async () => {
    const { page, seen, context } = await open();
    await page.getByRole("button", { name: "Speak" }).click();
    await page.waitForFunction(() => document.querySelector("#partial").textContent, null, { timeout: 30_000 });
    await page.waitForTimeout(5_500);
    await page.getByRole("button", { name: "Stop" }).click();
    await done(page);
    // Chromium resamples what it plays, and the page hears the silence before it.
    const heard = (await words(page)).join(" ");
    assert.ok(alike(heard, expected.text) > 0.45, heard);
    await page.locator("#text button").first().click(); // plays what was recorded
    const length = () => page.evaluate(() => document.querySelector("#player").duration);
    await page.waitForFunction(() => document.querySelector("#player").duration > 0);
    assert.ok((await length()) > 5 && (await length()) < 60, String(await length()));
    assert.deepEqual(seen.errors, []);
    await context.close();
  });

  test("once loaded, the page works offline", async () => {
    const { page, context } = await open();
    await context.setOffline(true);
    await page.reload();
    await page.getByText("Ready, also offline").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Try an example" }).click();
    await done(page);
    assert.ok((await words(page)).length > 3);
    await page.getByRole("button", { name: "Speak" }).click();
    await page.waitForFunction(() => document.querySelector("#partial").textContent, null, { timeout: 60_000 });
    await page.getByRole("button", { name: "Stop" }).click();
    await done(page);
    await context.close();
  });

  test("a recording that is read can be stopped; what was heard of it stays", async () => {
    const { page, seen, context } = await open();
    const turn = clip.length + 16_000; // with a pause after it
    const long = new Float32Array(30 * turn);
    for (let at = 0; at < long.length; at += turn) long.set(clip, at);
    const buffer = Buffer.from(encodeWav(long, 16_000));
    await page.locator("#file").setInputFiles({ name: "long.wav", mimeType: "audio/wav", buffer });
    await page.locator("#text button").first().waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("the rest was left out").waitFor({ timeout: 60_000 });
    assert.ok((await words(page)).length > 3);
    await page.getByRole("button", { name: "Speak" }).waitFor();
    assert.deepEqual(seen.errors, []);
    await context.close();
  });

  test("what is wrong with a file is said, and the page goes on", async () => {
    const { page, context } = await open();
    await drop(page, Buffer.from("no recording"), "notes.txt");
    await page.getByText(/cannot decode the recording/).waitFor();
    await drop(page, wav, "talk.wav");
    await done(page);
    await context.close();
  });

  test("it can be used by keyboard, and its parts have names", async () => {
    const { page, context } = await open();
    const stops = [];
    for (let turn = 0; turn < 3; turn++) {
      await page.keyboard.press("Tab");
      stops.push(await page.evaluate(() => document.activeElement.id));
    }
    assert.deepEqual(stops, ["record", "file", "example"]);
    const tree = await page.locator("main").ariaSnapshot();
    for (const part of ['button "Speak"', 'heading "Text"', 'button "srt" [disabled]']) {
      assert.ok(tree.includes(part), `${part} is not in\n${tree}`);
    }
    assert.equal(await page.getByRole("log", { name: "Text" }).count(), 1);
    await page.keyboard.press("Enter"); // plays the example
    await done(page);
    await page.waitForFunction(() => document.activeElement.id === "example"); // it has kept the focus
    await page.keyboard.press("Tab");
    for (const [key, place] of [["ArrowRight", 1], ["End", -1], ["ArrowLeft", -2], ["Home", 0]]) {
      await page.keyboard.press(key);
      assert.equal(await page.evaluate(() => document.activeElement.textContent), (await words(page)).at(place), key);
    }
    await page.keyboard.press("Tab"); // all words are one stop
    assert.equal(await page.evaluate(() => document.activeElement.id), "copy");
    await context.close();
  });

  test("pictures", { skip: !process.env.PICTURES }, async () => {
    for (const [name, width, height, colorScheme] of [
      ["desk", 1200, 1000, "light"],
      ["telephone", 390, 844, "dark"],
      ["telephone-light", 390, 844, "light"],
      ["desk-dark", 1200, 1000, "dark"],
    ]) {
      const { page, context } = await openPage(browser, { viewport: { width, height }, colorScheme, deviceScaleFactor: 1.5 });
      await page.goto(`${server.url}/`);
      await page.getByText("Ready, also offline").waitFor({ timeout: 60_000 });
      await page.screenshot({ path: join(process.env.PICTURES, `${name}-empty.png`), fullPage: true });
      await page.getByRole("button", { name: "Try an example" }).click();
      await done(page);
      await page.screenshot({ path: join(process.env.PICTURES, `${name}.png`), fullPage: true });
      await context.close();
    }
  });
});

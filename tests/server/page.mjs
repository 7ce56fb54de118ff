// Drives the page in Chromium and prints what it saw as JSON.
//
//   node page.mjs NODE_MODULES CHROMIUM URL TASK ARGUMENT
//     microphone WAV     records what the fake microphone plays
//     file RECORDING     chooses a file, clicks a word, downloads every form
//     drop RECORDING     drops a file on the page
//     keyboard -         walks through the page by Tab
//     captions WAV       shows captions of what the fake microphone plays
//     pictures WAV       screenshots at the width of a telephone and of a desk, into $PICTURES
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

const [modules, executablePath, url, task, argument] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");

const args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
if (["microphone", "captions", "pictures"].includes(task)) {
  args.push(`--use-file-for-fake-audio-capture=${argument}%noloop`);
}
const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage({ acceptDownloads: true });
const seen = { requests: [], errors: [] };
page.on("request", (request) => seen.requests.push(request.url()));
page.on("pageerror", (error) => seen.errors.push(String(error)));
page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));

async function open(width = 1100, height = 900) {
  await page.setViewportSize({ width, height });
  await page.goto(url);
  await page.waitForFunction(() => document.querySelectorAll("#model option").length > 0);
}

const done = () => page.waitForFunction(
  () => /of sound|No speech/.test(document.querySelector("#status").textContent)
    || document.querySelector("#problem").textContent,
  null, { timeout: 60_000 });

async function note() {
  seen.text = await page.locator("#text p").allInnerTexts();
  seen.problem = await page.locator("#problem").innerText();
  seen.status = await page.locator("#status").innerText();
}

async function microphone(wait) {
  await page.getByRole("button", { name: "Record", exact: true }).click();
  await page.getByText("Listening.").waitFor();
  await page.waitForFunction(() => document.querySelector("#partial").textContent);
  seen.partial = await page.locator("#partial").innerText();
  await page.waitForTimeout(wait);
  await page.getByRole("button", { name: "Stop" }).click();
  await done();
  await note();
}

const tasks = {
  async microphone() {
    await open();
    await microphone(7_000);
  },
  async file() {
    await open();
    await page.locator("#file").setInputFiles(argument);
    await done();
    await note();
    await page.locator("#text button").nth(3).click();
    await page.waitForFunction(() => document.querySelector("#player").currentTime > 0);
    seen.played = await page.locator("#player").evaluate((player) => player.currentTime);
    seen.title = await page.locator("#text button").nth(3).getAttribute("title");
    seen.downloads = {};
    for (const form of ["txt", "srt", "vtt", "json"]) {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: form, exact: true }).click();
      seen.downloads[form] = readFileSync(await (await download).path(), "utf8");
    }
  },
  async drop() {
    await open();
    const bytes = [...readFileSync(argument)];
    await page.evaluate(({ bytes, name }) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
      document.querySelector("#drop").dispatchEvent(
        new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, { bytes, name: basename(argument) });
    await done();
    await note();
  },
  async keyboard() {
    await open();
    seen.stops = [];
    for (let k = 0; k < 8; k++) {
      await page.keyboard.press("Tab");
      seen.stops.push(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
    }
    seen.tree = await page.locator("main").ariaSnapshot();
  },
  async captions() {
    await page.goto(`${url}/captions.html`);
    const size = () => page.locator("#captions").evaluate((room) => getComputedStyle(room).fontSize);
    seen.sizes = [await size()];
    await page.keyboard.press("+");
    seen.sizes.push(await size());
    await page.locator("#contrast").selectOption("yellow");
    seen.colour = await page.locator("body").evaluate((body) => getComputedStyle(body).color);
    await page.getByRole("button", { name: "Listen" }).click();
    await page.waitForFunction(() => document.querySelector("#partial").textContent);
    await page.waitForTimeout(7_000);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Listen" }).waitFor();
    seen.text = await page.locator("#text p").allInnerTexts();
  },
  async pictures() {
    await open();
    await microphone(6_000);
    for (const [name, width, height] of [["telephone", 390, 844], ["desk", 1100, 800]]) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${process.env.PICTURES}/page-${name}.png` });
    }
  },
};

try {
  await tasks[task]();
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));

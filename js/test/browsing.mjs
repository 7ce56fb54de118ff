// A real Chromium for tests, and a server of static files.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { accessSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** The program, or undefined where there is none. */
export const CHROMIUM = [process.env.CHROMIUM, "chromium", "chromium-browser", "google-chrome"]
  .filter(Boolean)
  .flatMap((name) => (name.includes("/") ? [name] : process.env.PATH.split(":").map((folder) => join(folder, name))))
  .find((path) => {
    try {
      accessSync(path);
      return true;
    } catch {
      return false;
    }
  });

export async function serve(folder) {
  const server = createServer(async ({ url }, answer) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    if (path === "/favicon.ico") return answer.writeHead(204).end(); // Chromium asks for one by itself
    try {
      const file = path.endsWith("/") ? `${path}index.html` : path;
      const content = await readFile(join(folder, file));
      answer.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(content);
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** `sound`: a WAV file that the microphone hears, once. `files`: pages that are opened as files may read files, as Electron's may. */
export function launch({ sound, files } = {}) {
  const args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  if (sound) args.push(`--use-file-for-fake-audio-capture=${sound}%noloop`);
  if (files) args.push("--allow-file-access-from-files");
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** A page whose errors and requests are kept. */
export async function openPage(browser, options) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  const seen = { errors: [], requests: [] };
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  context.on("request", (request) => seen.requests.push(request.url()));
  return { context, page, seen };
}

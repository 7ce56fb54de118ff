// What Node.js and Electron's main process give; and windows of Electron that find modules as Node.js does.
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { parentPort, Worker } from "node:worker_threads";
import { openByBrowser } from "./browser-audio.js";
import type { Progress } from "./engine.js";
import { AudioError } from "./errors.js";
import type { Runtime } from "./graph.js";
import type { Port, WorkerThread } from "./port.js";
import type { Sound } from "./wav.js";
import { download } from "./download.js";

/** Whether models run in a worker unless it is said otherwise: here nothing has to be drawn meanwhile. */
export const prefersWorker = false;

let core: Promise<WebAssembly.Module> | undefined;

export function compileCore(): Promise<WebAssembly.Module> {
  core ??= readFile(new URL("./core.wasm", import.meta.url)).then((bytes) => WebAssembly.compile(bytes));
  return core;
}

/** onnxruntime-node where it is installed, for speed; else onnxruntime-web, which runs everywhere. */
export async function loadRuntime(wanted: "auto" | "web" | "node", threads: number): Promise<[string, Runtime]> {
  if (wanted !== "web") {
    try {
      process.env.ORT_DISABLE_TELEMETRY ??= "1"; // before it is loaded; from 1.29 on it would report to its maker
      const name = "onnxruntime-node"; // a variable, for it need not be installed
      const module = (await import(name)) as { default?: Runtime } & Runtime;
      return [name, module.default ?? module];
    } catch (error) {
      if (wanted === "node") throw error;
    }
  }
  const web = await import("onnxruntime-web");
  web.env.wasm.numThreads = threads;
  // In a window it would fetch its module, which lies in a file.
  if ("window" in globalThis) web.env.wasm.wasmBinary = await readFile(webAssemblyOfRuntime());
  web.env.logLevel = "error";
  return ["onnxruntime-web", web as unknown as Runtime];
}

function webAssemblyOfRuntime(): string {
  return createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
}

export async function isFolder(source: string): Promise<boolean> {
  if (/^https?:/.test(source)) return source.endsWith("/");
  return stat(pathOf(source)).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

export async function readAll(source: string, progress?: Progress): Promise<Uint8Array> {
  if (/^https?:/.test(source)) return download(source, progress);
  return new Uint8Array(await readFile(pathOf(source)));
}

function pathOf(source: string): string {
  return source.startsWith("file:") ? fileURLToPath(source) : source;
}

/** Paths stay paths. */
export function absolute(source: string | URL): string {
  return String(source);
}

export async function openOther(bytes: Uint8Array, sampleRate: number): Promise<Sound> {
  if ("OfflineAudioContext" in globalThis) return openByBrowser(bytes, sampleRate);
  throw new AudioError(
    "the recording is not a WAV file, and Node decodes nothing else; convert it, as in: " +
      "ffmpeg -i talk.mp3 -ac 1 -ar 16000 talk.wav",
  );
}

export function startWorker(): WorkerThread {
  const worker = new Worker(new URL("./worker.js", import.meta.url));
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer as ArrayBuffer[]),
    listen: (receive, fail) => {
      worker.on("message", receive);
      worker.on("error", fail);
    },
    // While an answer is awaited, the process must not end.
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    stop: () => void worker.terminate(),
  };
}

/** The other end, in the worker. */
export function ownPort(): Port {
  return {
    post: (message) => parentPort!.postMessage(message),
    listen: (receive) => void parentPort!.on("message", receive),
  };
}

// What browsers and Electron's pages give.
import type { Progress } from "./engine.js";
import type { Runtime } from "./graph.js";
import type { Port, WorkerThread } from "./port.js";
import { download } from "./download.js";

/** Whether models run in a worker unless it is said otherwise: so a page never stutters. */
export const prefersWorker = true;

let core: Promise<WebAssembly.Module> | undefined;

export function compileCore(): Promise<WebAssembly.Module> {
  core ??= fetch(new URL("./core.wasm", import.meta.url))
    .then((answer) => answer.arrayBuffer())
    .then((bytes) => WebAssembly.compile(bytes));
  return core;
}

export async function loadRuntime(_wanted: string, threads: number): Promise<[string, Runtime]> {
  const web = await import("onnxruntime-web/wasm");
  // More than one thread works on pages that are cross-origin isolated only.
  web.env.wasm.numThreads = threads;
  web.env.logLevel = "error";
  return ["onnxruntime-web", web as unknown as Runtime];
}

export async function isFolder(source: string): Promise<boolean> {
  return source.endsWith("/");
}

export function readAll(source: string, progress?: Progress): Promise<Uint8Array> {
  return download(source, progress);
}

/** Relative to the page; a worker would understand it relative to itself. */
export function absolute(source: string | URL): string {
  return new URL(source, globalThis.document?.baseURI ?? globalThis.location?.href).href;
}

export { openByBrowser as openOther } from "./browser-audio.js";

export function startWorker(): WorkerThread {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "auricle" });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (receive, fail) => {
      worker.addEventListener("message", ({ data }) => receive(data));
      worker.addEventListener("error", (event) => fail(new Error(event.message || "the worker could not be started")));
    },
    hold: () => undefined,
    stop: () => worker.terminate(),
  };
}

/** The other end, in the worker. */
export function ownPort(): Port {
  return {
    post: (message) => globalThis.postMessage(message),
    listen: (receive) => globalThis.addEventListener("message", ({ data }) => receive(data)),
  };
}

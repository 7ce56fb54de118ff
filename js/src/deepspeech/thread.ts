// The thread in which a model of the old API runs; see waiting.ts for the other end.
import { workerData, type MessagePort } from "node:worker_threads";
import { errorToPlain } from "../errors.js";
import type { Request } from "../port.js";
import { Recogniser } from "../recogniser.js";

const { port, signal } = workerData as { port: MessagePort; signal: Int32Array };
const recogniser = new Recogniser() as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;

port.on("message", async ({ id, method, values }: Request) => {
  try {
    port.postMessage({ id, result: await recogniser[method]!(...values, () => undefined) });
  } catch (error) {
    port.postMessage({ id, error: errorToPlain(error) });
  }
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
});

// Calls that wait for their answer. DeepSpeech's API returned results, not promises, so a model runs in a thread of
// its own, and the caller's thread sleeps until the answer is there.
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from "node:worker_threads";
import { errorFromPlain } from "../errors.js";
import type { Answer } from "../port.js";

export class WaitingEngine {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  #calls = 0;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(new URL("./thread.js", import.meta.url), {
      workerData: { port: port2, signal: this.#signal },
      transferList: [port2],
    });
    this.#worker.unref();
    this.#port.unref();
  }

  call(method: string, ...values: unknown[]): any {
    const before = Atomics.load(this.#signal, 0);
    this.#port.postMessage({ id: ++this.#calls, method, values });
    Atomics.wait(this.#signal, 0, before);
    const answer = receiveMessageOnPort(this.#port)!.message as Answer;
    if ("error" in answer) throw errorFromPlain(answer.error);
    return (answer as { result: unknown }).result;
  }

  stop(): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}

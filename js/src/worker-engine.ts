// A model in a worker: calls go out with a number, answers come back with it.
import type { Engine, LoadRequest, ModelFacts, Progress, Samples, Source } from "./engine.js";
import { AuricleError, errorFromPlain } from "./errors.js";
import { startWorker } from "#platform";
import type { Answer, WorkerThread } from "./port.js";

interface Waiting {
  resolve(result: any): void;
  reject(error: Error): void;
  progress: Progress | undefined;
}

export class WorkerEngine implements Engine {
  readonly #worker: WorkerThread = startWorker();
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #ended: Error | undefined;

  constructor() {
    this.#worker.listen(
      (answer) => this.#receive(answer),
      (error) => this.#stop(new AuricleError(`the worker failed: ${error.message}; load the model again`)),
    );
  }

  load(request: LoadRequest, progress: Progress): Promise<ModelFacts> {
    return this.#call("load", [request], [], progress);
  }

  useScorer(source: Source | null): Promise<boolean> {
    return this.#call("useScorer", [source]);
  }

  begin(stream: number, options: string): Promise<void> {
    return this.#call("begin", [stream, options]);
  }

  /** The samples are copied, so that the caller may go on with them. */
  feed(stream: number, samples: Samples, sampleRate: number | undefined) {
    const copy = ArrayBuffer.isView(samples) ? samples.slice() : samples;
    return this.#call("feed", [stream, copy, sampleRate], ArrayBuffer.isView(copy) ? [copy.buffer] : []);
  }

  partial(stream: number) {
    return this.#call("partial", [stream]);
  }

  flush(stream: number) {
    return this.#call("flush", [stream]);
  }

  finish(stream: number) {
    return this.#call("finish", [stream]);
  }

  reset(stream: number): Promise<void> {
    return this.#call("reset", [stream]);
  }

  end(stream: number): Promise<void> {
    return this.#ended ? Promise.resolve() : this.#call("end", [stream]);
  }

  async close(): Promise<void> {
    this.#stop(new AuricleError("the model was freed; load it again"));
  }

  #call(method: string, values: unknown[], transfer: Transferable[] = [], progress?: Progress): Promise<any> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#worker.post({ id, method, values }, transfer);
      this.#waiting.set(id, { resolve, reject, progress });
      this.#worker.hold(true);
    });
  }

  #receive(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    if ("loaded" in answer) return waiting.progress?.(answer.loaded, answer.total);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.hold(false);
    if ("error" in answer) waiting.reject(errorFromPlain(answer.error));
    else waiting.resolve(answer.result);
  }

  #stop(reason: Error): void {
    this.#ended ??= reason;
    this.#worker.stop();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

// A model in this thread: the core searches, ONNX Runtime runs the graph between.
//
//   feed -> StreamRun: checked, resampled -> core (waiting samples) -> chunk -> Graph -> core (search)
//        -> what listeners have not heard of yet
//
// Calls of all streams are done one after the other: a session of ONNX Runtime serves one at a time.
import { Core } from "./core.js";
import type { Engine, Heard, LoadRequest, ModelFacts, PlainEvent, Progress, Samples, Source } from "./engine.js";
import { ModelError, StreamError } from "./errors.js";
import { Graph, type AcousticContract } from "./graph.js";
import { compileCore, loadRuntime } from "#platform";
import { readPackage, readScorer, withPackage } from "./package.js";
import { StreamRun } from "./stream-run.js";
import type { TranscriptJson } from "./transcript.js";

interface Description {
  name: string;
  language: string;
  acoustic: AcousticContract;
}

export class Recogniser implements Engine {
  #core: Core | undefined;
  #graph: Graph | undefined;
  readonly #streams = new Map<number, StreamRun>();
  #last: Promise<unknown> = Promise.resolve();

  load(request: LoadRequest, progress: Progress): Promise<ModelFacts> {
    return this.#inTurn(async () => {
      const [module, [runtimeName, runtime], bytes] = await Promise.all([
        compileCore(),
        loadRuntime(request.runtime, request.threads),
        readPackage(request.source, progress),
      ]);
      const core = await Core.instantiate(module);
      const graphBytes = withPackage(core, bytes, () => {
        core.check("load", Number(request.verify));
        core.check("find_graph");
        if (request.scorer === undefined) core.check("use_own_scorer");
        return core.bytes(core.call("file"), core.call("file_bytes")).slice();
      });
      core.call("description");
      const description = JSON.parse(core.text()) as Description;
      const { acoustic } = description;
      this.#graph = await Graph.open(runtime, graphBytes, acoustic, core.call("columns"), request.threads);
      this.#core = core;
      if (request.scorer !== undefined) await this.#useScorer(request.scorer);
      core.call("version");
      return {
        name: description.name,
        language: description.language,
        sampleRate: description.acoustic.sample_rate,
        hasScorer: core.call("has_scorer") !== 0,
        description: description as unknown as Record<string, unknown>,
        runtime: runtimeName,
        version: core.text(),
      };
    });
  }

  useScorer(source: Source | null): Promise<boolean> {
    return this.#inTurn(() => this.#useScorer(source));
  }

  begin(id: number, options: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#streams.set(id, new StreamRun(this.#open(), this.#graph!, options));
    });
  }

  feed(id: number, samples: Samples, sampleRate: number | undefined): Promise<PlainEvent[]> {
    return this.#inTurn(async () => {
      const stream = this.#stream(id);
      await stream.feed(samples, sampleRate);
      return stream.news();
    });
  }

  partial(id: number): Promise<TranscriptJson> {
    return this.#inTurn(async () => this.#stream(id).partial());
  }

  flush(id: number): Promise<Heard> {
    return this.#inTurn(async () => {
      const stream = this.#stream(id);
      await stream.flush();
      return { events: stream.news(), transcript: stream.transcript() };
    });
  }

  finish(id: number): Promise<Heard> {
    return this.#inTurn(async () => {
      const stream = this.#stream(id);
      await stream.finish();
      return { events: [...stream.news(), { type: "end" }], transcript: stream.transcript() };
    });
  }

  reset(id: number): Promise<void> {
    return this.#inTurn(async () => this.#stream(id).reset());
  }

  end(id: number): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#core) this.#streams.get(id)?.free();
      this.#streams.delete(id);
    });
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#streams.clear();
      this.#core = undefined; // its memory goes with it
      await this.#graph?.release();
      this.#graph = undefined;
    });
  }

  async #useScorer(source: Source | null): Promise<boolean> {
    const core = this.#open();
    if (source === null) {
      core.call("drop_scorer");
      return false;
    }
    const scorer = await readScorer(source);
    if (scorer instanceof Uint8Array) core.with(scorer, (pointer) => core.check("use_scorer", pointer, scorer.length));
    else withPackage(core, scorer, () => core.check("use_own_scorer"));
    return core.call("has_scorer") !== 0;
  }

  #open(): Core {
    if (!this.#core) throw new ModelError("the model was freed; load it again");
    return this.#core;
  }

  #stream(id: number): StreamRun {
    this.#open();
    const stream = this.#streams.get(id);
    if (!stream) throw new StreamError("the stream was freed; make a new one with model.stream()");
    return stream;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

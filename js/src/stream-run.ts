// One stream of a Recogniser: its part in the core, its states in the graph, its resampler.
import type { Core } from "./core.js";
import type { PlainEvent, Samples } from "./engine.js";
import { AudioError, OptionError } from "./errors.js";
import { GraphRun, type Graph } from "./graph.js";
import { Resampler } from "./resampler.js";
import { Status } from "./status.js";
import type { SegmentJson, TranscriptJson, Word } from "./transcript.js";

const PIECE_SAMPLES = 1 << 16; // that wait in the core at a time

export class StreamRun {
  readonly #core: Core;
  readonly #graph: Graph;
  readonly #run: GraphRun;
  readonly #pointer: number;
  #resampler: { from: number; filter: Resampler } | undefined;
  #toldSegments = 0;
  #toldWords = "[]";

  /** `options`: JSON, as optionsToJson writes it. */
  constructor(core: Core, graph: Graph, options: string) {
    this.#core = core;
    this.#graph = graph;
    this.#run = new GraphRun(graph);
    const encoded = new TextEncoder().encode(options);
    this.#pointer = core.with(new Uint8Array(4), (out) =>
      core.with(encoded, (pointer) => {
        core.check("stream_create", pointer, encoded.length, out);
        return core.uint32(out);
      }),
    );
  }

  async feed(samples: Samples, sampleRate = this.#graph.contract.sample_rate): Promise<void> {
    checkSamples(samples);
    if (sampleRate === this.#graph.contract.sample_rate) {
      await this.#push(this.#rest());
      await this.#push(samples);
      return;
    }
    if (this.#resampler?.from !== sampleRate) {
      const filter = new Resampler(sampleRate, this.#graph.contract.sample_rate);
      await this.#push(this.#rest());
      this.#resampler = { from: sampleRate, filter };
    }
    await this.#push(this.#resampler!.filter.push(floatsOf(samples)));
  }

  /** What has happened since the last call: finals, then a partial where the open words have changed. */
  news(): PlainEvent[] {
    const closed = this.#core.call("stream_segments", this.#pointer) - this.#toldSegments;
    this.#core.call("stream_partial_since", this.#pointer, this.#toldSegments);
    const { segments } = JSON.parse(this.#core.text()) as TranscriptJson;
    const events: PlainEvent[] = segments
      .slice(0, closed)
      .map((segment: SegmentJson) => ({ type: "final", segment, number: this.#toldSegments++ }));
    if (closed > 0) this.#toldWords = "[]";
    const words: readonly Word[] = segments[closed]?.words ?? [];
    const spelled = JSON.stringify(words);
    if (spelled !== this.#toldWords) {
      this.#toldWords = spelled;
      events.push({ type: "partial", text: segments[closed]?.text ?? "", words: [...words] });
    }
    return events;
  }

  partial(): TranscriptJson {
    this.#core.call("stream_partial", this.#pointer);
    return JSON.parse(this.#core.text()) as TranscriptJson;
  }

  transcript(): TranscriptJson {
    this.#core.call("stream_transcript", this.#pointer);
    return JSON.parse(this.#core.text()) as TranscriptJson;
  }

  async flush(): Promise<void> {
    await this.#end("stream_flush");
  }

  async finish(): Promise<void> {
    await this.#end("stream_finish");
  }

  reset(): void {
    this.#core.call("stream_reset", this.#pointer);
    this.#run.reset();
    this.#resampler = undefined;
    this.#toldSegments = 0;
    this.#toldWords = "[]";
  }

  free(): void {
    this.#core.call("stream_free", this.#pointer);
  }

  async #end(call: "stream_flush" | "stream_finish"): Promise<void> {
    await this.#push(this.#rest());
    this.#core.check(call, this.#pointer);
    await this.#runChunks();
  }

  #rest(): Float32Array {
    const rest = this.#resampler?.filter.rest();
    this.#resampler = undefined;
    return rest ?? new Float32Array(0);
  }

  async #push(samples: Samples): Promise<void> {
    const feed = samples instanceof Int16Array ? "stream_feed_int16" : "stream_feed_float";
    let at = 0;
    do {
      const piece = samples.subarray(at, (at += PIECE_SAMPLES));
      this.#core.with(piece, (pointer) => this.#core.check(feed, this.#pointer, pointer, piece.length));
      await this.#runChunks();
    } while (at < samples.length);
  }

  async #runChunks(): Promise<void> {
    for (;;) {
      const pointer = this.#core.call("stream_chunk", this.#pointer);
      if (pointer === 0) return;
      const chunk = this.#core.floats(pointer, this.#core.call("stream_chunk_samples", this.#pointer));
      const logProbs = await this.#run.run(chunk, this.#core.call("stream_course", this.#pointer));
      this.#core.with(logProbs, (rows) => this.#core.check("stream_take", this.#pointer, rows, logProbs.length));
    }
  }
}

function checkSamples(samples: Samples): void {
  if (samples instanceof Int16Array) return;
  if (!(samples instanceof Float32Array)) {
    throw new OptionError(
      "samples must be a Float32Array in [-1, 1] or an Int16Array; for bytes of 16-bit samples: " +
        "new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)",
      Status.InvalidArgument,
    );
  }
  const wrong = samples.findIndex((sample) => !Number.isFinite(sample));
  if (wrong >= 0) {
    throw new AudioError(
      `an array holds a value that is not a number or is infinite: sample ${wrong} of the block`,
      Status.NotFinite,
    );
  }
}

function floatsOf(samples: Samples): Float32Array {
  return samples instanceof Float32Array ? samples : Float32Array.from(samples, (sample) => sample / 32768);
}

// What users call: load a model, transcribe, begin streams.
import { openAudio, type AudioSource } from "./audio.js";
import type { Engine, LoadRequest, ModelFacts, Source } from "./engine.js";
import { OptionError } from "./errors.js";
import { optionsToJson, type StreamOptions } from "./options.js";
import { absolute, prefersWorker } from "#platform";
import { Recogniser } from "./recogniser.js";
import { Status } from "./status.js";
import { Stream } from "./stream.js";
import type { Transcript } from "./transcript.js";
import { WorkerEngine } from "./worker-engine.js";

/** Where a package or scorer is (a URL; in Node a path too), or its bytes. */
export type ModelSource = string | URL | ArrayBuffer | Uint8Array | Blob;

export interface LoadOptions {
  /** Another scorer.lm, or a package whose scorer is meant, instead of the package's own. */
  scorer?: ModelSource;
  /** Whether to compare the package's files with their SHA-256 sums; true by default. */
  verify?: boolean;
  /** Whether the model runs in a worker; true in browsers, false in Node by default. */
  worker?: boolean;
  /** Which ONNX Runtime runs the graph; by default onnxruntime-node in Node if it is installed, else onnxruntime-web. */
  runtime?: "auto" | "web" | "node";
  /** Threads of the graph; 1 by default. In browsers more need a cross-origin isolated page. */
  threads?: number;
  /** Called while the package is downloaded: bytes so far, and of all where that is known. */
  progress?: (loaded: number, total: number | undefined) => void;
}

export interface TranscribeOptions extends StreamOptions {
  /** Of samples, Hz; the model's by default. */
  sampleRate?: number;
  /** Called with the seconds of audio done, and of all. */
  progress?: (done: number, all: number) => void;
  /** Stops the work; the promise rejects with its reason. */
  signal?: AbortSignal;
}

const PIECE_SECONDS = 5;

/** What stops the worker of a model that is no longer used. */
const forgotten = new FinalizationRegistry((engine: Engine) => void engine.close().catch(() => undefined));

/**
 * Loads a model package.
 *
 * @param source The URL of a .auricle file, or of a package folder with a "/" at its end; in Node a path of either
 *   too; or the bytes of a .auricle file.
 */
export async function load(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { worker = prefersWorker, progress = () => undefined } = options;
  const request: LoadRequest = {
    source: await plainSource(source),
    scorer: options.scorer === undefined ? undefined : await plainSource(options.scorer),
    verify: options.verify ?? true,
    runtime: options.runtime ?? "auto",
    threads: options.threads ?? 1,
  };
  const engine = worker ? new WorkerEngine() : new Recogniser();
  try {
    return new Model(engine, await engine.load(request, progress));
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function plainSource(source: ModelSource): Promise<Source> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (typeof source === "string" || source instanceof URL) return absolute(source);
  throw new OptionError("a model is a URL, a path or the bytes of a .auricle file", Status.InvalidArgument);
}

/** A loaded package; any number of streams may share it. */
export class Model {
  readonly #engine: Engine;
  #facts: ModelFacts;
  #streams = 0;

  /** @internal */
  constructor(engine: Engine, facts: ModelFacts) {
    this.#engine = engine;
    this.#facts = facts;
    forgotten.register(this, engine, this);
  }

  /** The name of the package, as in "en". */
  get name(): string {
    return this.#facts.name;
  }

  /** BCP 47. */
  get language(): string {
    return this.#facts.language;
  }

  /** Samples a second that the model hears, Hz. */
  get sampleRate(): number {
    return this.#facts.sampleRate;
  }

  get hasScorer(): boolean {
    return this.#facts.hasScorer;
  }

  /** The package's auricle.json. */
  get description(): Readonly<Record<string, unknown>> {
    return this.#facts.description;
  }

  /** What runs the graph: "onnxruntime-web" or "onnxruntime-node". */
  get runtime(): string {
    return this.#facts.runtime;
  }

  /** Turns a recording into words: the stream, run once from start to end. */
  async transcribe(source: AudioSource, options: TranscribeOptions = {}): Promise<Transcript> {
    const { sampleRate, progress, signal, ...choices } = options;
    signal?.throwIfAborted();
    const sound = await openAudio(source, this.sampleRate, sampleRate);
    const stream = await this.stream({ lowLatency: false, ...choices });
    try {
      const piece = PIECE_SECONDS * sound.sampleRate;
      for (let at = 0; at < sound.length; at += piece) {
        signal?.throwIfAborted();
        const end = Math.min(at + piece, sound.length);
        await stream.feed(sound.read(at, end), { sampleRate: sound.sampleRate });
        progress?.(end / sound.sampleRate, sound.length / sound.sampleRate);
      }
      return await stream.finish();
    } finally {
      stream.free();
    }
  }

  /** Begins a stream. */
  async stream(options: StreamOptions = {}): Promise<Stream> {
    const id = ++this.#streams;
    await this.#engine.begin(id, optionsToJson(options));
    return new Stream(this.#engine, id, this);
  }

  /** Takes another scorer for the streams that begin later; null for none. */
  async useScorer(scorer: ModelSource | null): Promise<void> {
    const source = scorer === null ? null : await plainSource(scorer);
    this.#facts = { ...this.#facts, hasScorer: await this.#engine.useScorer(source) };
  }

  /** Gives back the memory of the model and its streams, and stops its worker; any further use is an error. */
  free(): void {
    forgotten.unregister(this);
    void this.#engine.close().catch(() => undefined);
  }
}

// What runs a model: here (Recogniser) or in a worker (WorkerEngine). Only plain values cross.
import type { SegmentJson, TranscriptJson, Word } from "./transcript.js";

/** Samples of one channel: float32 in [-1, 1] or int16. */
export type Samples = Float32Array | Int16Array;

/** A package: the bytes of a .auricle file, or the files of a folder. */
export type PackageBytes = { archive: Uint8Array } | { files: Record<string, Uint8Array> };

/** Where a package or a scorer is: bytes, an absolute URL, or a path in Node. */
export type Source = string | Uint8Array;

export interface LoadRequest {
  source: Source;
  scorer: Source | undefined;
  verify: boolean;
  runtime: "auto" | "web" | "node";
  threads: number;
}

export interface ModelFacts {
  name: string;
  language: string;
  sampleRate: number;
  hasScorer: boolean;
  description: Record<string, unknown>;
  runtime: string;
  version: string;
}

/** What happened, before it has its classes. */
export type PlainEvent =
  | { type: "partial"; text: string; words: Word[] }
  | { type: "final"; segment: SegmentJson; number: number }
  | { type: "end" };

export interface Heard {
  events: PlainEvent[];
  transcript: TranscriptJson;
}

/** Bytes of a download so far, and of all of it where that is known. */
export type Progress = (loaded: number, total: number | undefined) => void;

export interface Engine {
  load(request: LoadRequest, progress: Progress): Promise<ModelFacts>;
  useScorer(source: Source | null): Promise<boolean>;
  begin(stream: number, options: string): Promise<void>;
  feed(stream: number, samples: Samples, sampleRate: number | undefined): Promise<PlainEvent[]>;
  partial(stream: number): Promise<TranscriptJson>;
  flush(stream: number): Promise<Heard>;
  finish(stream: number): Promise<Heard>;
  reset(stream: number): Promise<void>;
  end(stream: number): Promise<void>;
  close(): Promise<void>;
}

// The JavaScript API of Mozilla DeepSpeech 0.9.3, method for method, over Auricle's engine; for Node.js and
// Electron's main process.
//
//     const DeepSpeech = require("auricle/deepspeech");
//     const model = new DeepSpeech.Model("en.auricle");
//     model.enableExternalScorer("en.auricle");   // that package's scorer, or a scorer.lm
//     console.log(model.stt(buffer));             // 16-bit samples at model.sampleRate()
//     DeepSpeech.FreeModel(model);
//
// New programs do better with `load` of "auricle", which does not block.
import { readFileSync } from "node:fs";
import type { LoadRequest, ModelFacts } from "../engine.js";
import { AuricleError, OptionError } from "../errors.js";
import { optionsToJson, type StreamOptions } from "../options.js";
import { Status } from "../status.js";
import { Transcript, type TranscriptJson } from "../transcript.js";
import { DeepSpeechError, ErrorCode } from "./errors.js";
import { metadataOf, type CandidateTranscript, type Metadata, type TokenMetadata } from "./metadata.js";
import { samplesOf, type AudioBuffer } from "./samples.js";
import { WaitingEngine } from "./waiting.js";

export { DeepSpeechError, ErrorCode };
export type { AudioBuffer, CandidateTranscript, Metadata, Stream, TokenMetadata };

const OLD_MODEL = /\.(pb|pbmm|tflite)$/i;
const OLD_SCORER = /\.scorer$/i;

// A stream keeps its readings from the start, before it is known how many are wanted at the end.
const STREAM_READINGS = 10;
// Readings of segments are combined in pairs, so that the work grows with the square.
const MOST_READINGS = 100;

/** A model and how it is to search. What is set holds for what is transcribed later. */
export class Model {
  readonly #path: string;
  readonly #engine = new WaitingEngine();
  readonly #facts: ModelFacts;
  // As before, there is no scorer until one is enabled.
  #options: StreamOptions & { beamWidth: number } = { useScorer: false, beamWidth: 100 };
  #streams = 0;
  #freed = false;

  /** @param modelPath A .auricle file or a package folder. */
  constructor(modelPath: string) {
    this.#path = modelPath;
    try {
      if (typeof modelPath !== "string" || modelPath === "") {
        throw DeepSpeechError.ofCall("CreateModel", ErrorCode.NO_MODEL, "give a package folder or a .auricle file");
      }
      const request: LoadRequest = {
        source: modelPath,
        scorer: undefined,
        verify: true,
        runtime: "auto",
        threads: 1,
      };
      this.#facts = this.#call("load", request);
    } catch (error) {
      this.#engine.stop();
      throw modelError(modelPath, error);
    }
  }

  /** How many hypotheses the search keeps. */
  beamWidth(): number {
    return this.#options.beamWidth;
  }

  /** More are slower and may be better; 1 to 10000. */
  setBeamWidth(beamWidth: number): void {
    if (!(Number.isInteger(beamWidth) && beamWidth >= 1 && beamWidth <= 10_000)) {
      throw new OptionError(`beam_width is ${beamWidth}; it must be from 1 to 10000`, Status.InvalidArgument);
    }
    this.#options = { ...this.#options, beamWidth };
  }

  /** Samples a second that the model hears, Hz. */
  sampleRate(): number {
    return this.#facts.sampleRate;
  }

  /**
   * Searches with a scorer from now on, with the weights it brings.
   *
   * @param scorerPath A scorer.lm, or a package whose scorer is meant.
   */
  enableExternalScorer(scorerPath: string): void {
    try {
      if (!this.#call("useScorer", scorerPath)) throw new AuricleError(`${scorerPath}: the package has no scorer`);
    } catch (error) {
      throw scorerError(scorerPath, this.#path, error);
    }
    this.#options = { ...this.#options, useScorer: true, alpha: undefined, beta: undefined };
  }

  /** Searches without a scorer from now on. */
  disableExternalScorer(): void {
    this.#needScorer("DisableExternalScorer");
    this.#options = { ...this.#options, useScorer: false, alpha: undefined, beta: undefined };
  }

  /** How much the scorer counts: weight of its natural-log probabilities, and what each word adds. */
  setScorerAlphaBeta(alpha: number, beta: number): void {
    this.#needScorer("SetScorerAlphaBeta");
    this.#options = { ...this.#options, alpha, beta };
  }

  /** Expects a word or phrase, with or without a scorer; natural log, below 0 it is avoided. */
  addHotWord(word: string, boost: number): void {
    const words = this.#options.hotWords ?? {};
    if (Object.hasOwn(words, word)) throw hotWordError(word, "is one already; call eraseHotWord first to change it");
    if (typeof word !== "string" || !word.trim() || !Number.isFinite(boost)) {
      throw hotWordError(word, `with boost ${boost}: give a word and a finite number`);
    }
    this.#options = { ...this.#options, hotWords: { ...words, [word]: boost } };
  }

  /** Expects a word no longer. */
  eraseHotWord(word: string): void {
    const { [word]: boost, ...rest } = this.#options.hotWords ?? {};
    if (boost === undefined) {
      throw DeepSpeechError.ofCall(
        "EraseHotWord",
        ErrorCode.FAIL_ERASE_HOTWORD,
        `"${word}" is none of the hot words, which are: ${Object.keys(rest).join(", ") || "none"}`,
      );
    }
    this.#options = { ...this.#options, hotWords: rest };
  }

  /** Expects no word more than another. */
  clearHotWords(): void {
    this.#options = { ...this.#options, hotWords: {} };
  }

  /** The text of audio. */
  stt(buffer: AudioBuffer): string {
    const stream = this.#begin(1, false);
    stream.feedAudioContent(buffer);
    return stream.finishStream();
  }

  /** Up to `numResults` readings of audio, character by character. */
  sttWithMetadata(buffer: AudioBuffer, numResults = 1): Metadata {
    const stream = this.#begin(Math.min(Math.max(checkedCount(numResults), 2), MOST_READINGS), false);
    stream.feedAudioContent(buffer);
    return stream.finishStreamWithMetadata(numResults);
  }

  /** Begins a stream, with the model's settings of this moment. */
  createStream(): Stream {
    return this.#begin(STREAM_READINGS, true);
  }

  /** @internal */
  free(): void {
    this.#freed = true;
    this.#engine.stop();
  }

  #call(method: string, ...values: unknown[]): any {
    if (this.#freed) throw new DeepSpeechError("the model was freed by FreeModel; make another one");
    return this.#engine.call(method, ...values);
  }

  #begin(alternatives: number, lowLatency: boolean): Stream {
    const id = ++this.#streams;
    this.#call("begin", id, optionsToJson({ ...this.#options, alternatives, lowLatency }));
    return new Stream((method, ...values) => this.#call(method, id, ...values));
  }

  #needScorer(name: string): void {
    if (this.#options.useScorer) return;
    throw DeepSpeechError.ofCall(name, ErrorCode.SCORER_NOT_ENABLED, "call enableExternalScorer first");
  }
}

/** Audio that is transcribed while it arrives; made by `model.createStream()`. Finishing or freeing it ends it. */
class Stream {
  #call: ((method: string, ...values: unknown[]) => any) | undefined;

  /** @internal */
  constructor(call: (method: string, ...values: unknown[]) => any) {
    this.#call = call;
  }

  /** Takes the next samples, in blocks of any length. */
  feedAudioContent(buffer: AudioBuffer): void {
    const { samples, sampleRate } = samplesOf(buffer);
    this.#valid("feed")("feed", samples, sampleRate);
  }

  /** The text so far; its last words may still change. */
  intermediateDecode(): string {
    return this.#partial().text;
  }

  /** The same character by character; readings differ in the segments that have ended. */
  intermediateDecodeWithMetadata(numResults = 1): Metadata {
    return metadataOf(this.#partial(), checkedCount(numResults));
  }

  /** Ends the stream and returns its text. */
  finishStream(): string {
    return this.#finish().text;
  }

  /** The same character by character; a stream keeps ten readings. */
  finishStreamWithMetadata(numResults = 1): Metadata {
    const count = checkedCount(numResults);
    return metadataOf(this.#finish(), count);
  }

  /** @internal */
  free(): void {
    this.#valid("free")("end");
    this.#call = undefined;
  }

  #partial(): Transcript {
    return new Transcript(this.#valid("decode")("partial") as TranscriptJson);
  }

  #finish(): Transcript {
    const call = this.#valid("finish");
    const { transcript } = call("finish") as { transcript: TranscriptJson };
    call("end");
    this.#call = undefined;
    return new Transcript(transcript);
  }

  #valid(action: string): (method: string, ...values: unknown[]) => any {
    if (this.#call) return this.#call;
    throw new DeepSpeechError(
      `cannot ${action} a stream that has been finished or freed; begin another one with createStream()`,
    );
  }
}

/** Gives back the memory of a model. */
export function FreeModel(model: Model): void {
  model.free();
}

/** Ends a stream without a result. */
export function FreeStream(stream: Stream): void {
  stream.free();
}

/** Does nothing: metadata are plain values here. */
export function FreeMetadata(_metadata: Metadata): void {}

/** The version of the API with that of the engine, as in "0.9.3+auricle.0.1.0". */
export function Version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return `0.9.3+auricle.${version}`;
}

function checkedCount(results: number): number {
  if (Number.isInteger(results) && results >= 0) return results;
  throw new OptionError(`numResults is ${results}; it must be a whole number of at least 0`, Status.InvalidArgument);
}

function hotWordError(word: unknown, detail: string): DeepSpeechError {
  return DeepSpeechError.ofCall("AddHotWord", ErrorCode.FAIL_INSERT_HOTWORD, `"${word}" ${detail}`);
}

function modelError(path: string, error: unknown): unknown {
  if (!(error instanceof AuricleError) || error instanceof DeepSpeechError) return error;
  if (!OLD_MODEL.test(path)) return DeepSpeechError.ofCall("CreateModel", ErrorCode.FAIL_INIT_MMAP, error.message);
  return DeepSpeechError.ofCall(
    "CreateModel",
    ErrorCode.MODEL_INCOMPATIBLE,
    `${path}: DeepSpeech's models do not run in Auricle; give a model of Auricle, a .auricle file`,
  );
}

function scorerError(scorerPath: string, modelPath: string, error: unknown): unknown {
  if (!(error instanceof AuricleError)) return error;
  const detail = OLD_SCORER.test(scorerPath)
    ? `${scorerPath}: DeepSpeech's scorers do not run in Auricle; take the scorer of the model's package, ` +
      `enableExternalScorer("${modelPath}"), or build one from the same text with \`auricle lm build\``
    : error.message;
  return DeepSpeechError.ofCall("EnableExternalScorer", ErrorCode.INVALID_SCORER, detail);
}

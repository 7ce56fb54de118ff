// What a recording became: words with times, in segments, with other readings of the whole.
import { subtitles } from "./subtitles.js";

/** One word; times are seconds from the first sample, the confidence is from 0 to 1. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

/** A stretch of speech between two pauses; it has at least one word. */
export interface Segment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** That all its words are right; null while it is open. */
  readonly confidence: number | null;
  readonly words: readonly Word[];
  /** Whether the grammar gives the text, and its tags there; only with a grammar. */
  readonly inGrammar?: boolean;
  readonly tags?: readonly string[];
}

/** A reading of the whole; its confidence is its share of those that were kept. */
export interface Alternative {
  readonly text: string;
  readonly confidence: number;
  readonly words: readonly Word[];
}

/** The JSON that Python, C and the command line write too. */
export interface TranscriptJson {
  text: string;
  language: string;
  duration: number;
  model: string;
  separator: string;
  segments: SegmentJson[];
  alternatives: Alternative[];
}

export type SegmentJson = Omit<Segment, "inGrammar"> & { in_grammar?: boolean };

export function segmentFromJson({ in_grammar, ...segment }: SegmentJson): Segment {
  return in_grammar === undefined ? segment : { ...segment, inGrammar: in_grammar };
}

/** The words of one recording. */
export class Transcript {
  /** The whole text on one line; empty for silence. */
  readonly text: string;
  /** BCP 47, as in "en". */
  readonly language: string;
  /** Seconds that were heard, silence included. */
  readonly duration: number;
  /** The name of the model. */
  readonly model: string;
  /** What stands between two words. */
  readonly separator: string;
  /** In the order of time. */
  readonly segments: readonly Segment[];
  /** Best first; empty unless more than one was asked for. */
  readonly alternatives: readonly Alternative[];
  readonly #json: TranscriptJson;

  constructor(json: TranscriptJson) {
    this.#json = json;
    this.text = json.text;
    this.language = json.language;
    this.duration = json.duration;
    this.model = json.model;
    this.separator = json.separator;
    this.segments = json.segments.map(segmentFromJson);
    this.alternatives = json.alternatives;
  }

  /** All words, in the order of time. */
  get words(): Word[] {
    return this.segments.flatMap((segment) => segment.words);
  }

  /** For JSON.stringify: the same as `auricle transcribe -f json` writes. */
  toJSON(): TranscriptJson {
    return this.#json;
  }

  /** The text, a line for each segment. */
  toText(): string {
    return this.segments.map(({ text }) => `${text}\n`).join("");
  }

  /** SubRip subtitles. */
  toSrt(): string {
    return subtitles(this, "srt");
  }

  /** WebVTT subtitles. */
  toVtt(): string {
    return subtitles(this, "vtt");
  }
}

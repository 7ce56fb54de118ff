// What happens in a stream, in the order in which listeners hear of it.
import type { Segment, Transcript, Word } from "./transcript.js";

/** The words of the open segment have changed; they may change again. */
export interface PartialEvent {
  readonly type: "partial";
  readonly text: string;
  readonly words: readonly Word[];
}

/** A segment has ended, at a pause, at a flush or with the stream; it never changes again. */
export interface FinalEvent {
  readonly type: "final";
  readonly segment: Segment;
  /** Counts the segments of the stream from 0. */
  readonly number: number;
}

/** The stream has ended. */
export interface EndEvent {
  readonly type: "end";
  readonly transcript: Transcript;
}

export type StreamEvent = PartialEvent | FinalEvent | EndEvent;

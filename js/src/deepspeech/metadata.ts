// Results character by character, as DeepSpeech gave them.
//
// The engine times words. A word's characters are spread evenly from its start to its end, whatever units the
// model spells in, and the space after it stands at its end.
import type { Transcript, Word } from "../transcript.js";

const STEPS_PER_SECOND = 50; // a timestep of DeepSpeech is 20 ms

/** A character and its place: `timestep` counts 20 ms, `start_time` is the same in seconds. */
export interface TokenMetadata {
  text: string;
  timestep: number;
  start_time: number;
}

/** A reading of the whole audio; its confidence is the natural logarithm of its share, at most 0. */
export interface CandidateTranscript {
  tokens: TokenMetadata[];
  confidence: number;
  /** Its words with ends and confidences, which DeepSpeech did not have. */
  words: readonly Word[];
}

/** All readings, best first. */
export interface Metadata {
  transcripts: CandidateTranscript[];
}

/**
 * Up to so many readings of a transcript with alternatives. Only the best reading of a segment that is still open is
 * known; it ends every candidate.
 */
export function metadataOf(transcript: Transcript, results: number): Metadata {
  const best = transcript.alternatives[0]!;
  const openWords = transcript.words.slice(best.words.length);
  const openConfidence = openWords.reduce((sum, { confidence }) => sum + log(confidence), 0);
  return {
    transcripts: transcript.alternatives.slice(0, results).map(({ words, confidence }) => ({
      tokens: [...tokensOf([...words, ...openWords], transcript.separator)],
      confidence: log(confidence) + openConfidence,
      words: [...words, ...openWords],
    })),
  };
}

function* tokensOf(words: readonly Word[], separator: string): Generator<TokenMetadata> {
  let previous: Word | undefined;
  for (const word of words) {
    if (previous && separator) yield token(separator, previous.end);
    const characters = [...word.text];
    const seconds = (word.end - word.start) / characters.length;
    for (const [place, character] of characters.entries()) yield token(character, word.start + place * seconds);
    previous = word;
  }
}

function token(text: string, seconds: number): TokenMetadata {
  // A little more, because 0.58 * 50 is just below 29.
  const timestep = Math.floor(seconds * STEPS_PER_SECOND + 1e-6);
  return { text, timestep, start_time: timestep / STEPS_PER_SECOND };
}

function log(probability: number): number {
  return Math.log(Math.min(Math.max(probability, Number.MIN_VALUE), 1));
}

// How a stream listens, as callers write it and as the core reads it.

/** All have good defaults; set what you want to change. Weights and margins are natural logarithms. */
export interface StreamOptions {
  /** Phrases to prefer, or to avoid where the boost is negative; 2 to 8 are usual. */
  hotWords?: Readonly<Record<string, number>>;
  /** Readings of the whole in the result, 1 to 10000; 1, the default, leaves the list empty. */
  alternatives?: number;
  /** What may be said: phrases, one a line, or a JSGF grammar. */
  grammar?: string;
  /** Taken off a text that the grammar does not give; none comes out by default. */
  unknownPhraseCost?: number;
  /** Whether to use the model's scorer; true by default. */
  useScorer?: boolean;
  /** Whether the graph hears short chunks, so that words show while they are spoken: true by default for a stream,
   *  false for `transcribe`, which takes longer chunks, where the package has them, at a fraction of the cost;
   *  some models make fewer errors there. */
  lowLatency?: boolean;
  /** Whether only the scorer's words and the hot words may come out. */
  closedVocabulary?: boolean;
  /** The scorer's weights; its file has defaults. */
  alpha?: number;
  beta?: number;
  unknownPenalty?: number;
  unknownUnitPenalty?: number;
  /** Hypotheses that the search keeps, 1 to 10000; 100 by default, unless the package names another. */
  beamWidth?: number;
  /** Drops hypotheses so far below the best; 10 by default. */
  beamMargin?: number;
  /** Skips tokens so far below the best of their frame; 8 by default. */
  tokenMargin?: number;
  /** Looks at so many tokens of a frame at most; 40 by default. */
  topTokens?: number;
  /** Seconds of silence that close a segment, 0 for never; the model says by default. */
  endpointSilence?: number;
  /** Seconds of a segment after which a short pause closes it, 0 for never; the model says by default. */
  endpointMaximum?: number;
  /** Seconds of silence that close a segment whose text is less certain than `endpointCertainty`: longer than
   *  `endpointSilence`; 0 by default, which asks for no more silence there. */
  endpointUnsureSilence?: number;
  endpointCertainty?: number;
}

/** The options as JSON for the core, under the names that Python and the shared test vectors use. */
export function optionsToJson(options: StreamOptions): string {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return JSON.stringify(Object.fromEntries(Object.entries(options).map(([name, value]) => [snake(name), value])));
}

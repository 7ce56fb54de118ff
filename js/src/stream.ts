// One speaker's audio, turned into words while it arrives.
import type { Engine, Heard, PlainEvent, Samples } from "./engine.js";
import { StreamError } from "./errors.js";
import type { EndEvent, FinalEvent, PartialEvent, StreamEvent } from "./events.js";
import { segmentFromJson, Transcript, type TranscriptJson } from "./transcript.js";

interface Listeners {
  partial: (event: PartialEvent) => void;
  final: (event: FinalEvent) => void;
  end: (event: EndEvent) => void;
}

/** What stops a stream that is no longer used. */
const forgotten = new FinalizationRegistry(({ engine, id }: { engine: Engine; id: number }) => {
  void engine.end(id).catch(() => undefined);
});

/**
 * A stream, made by `model.stream()`. Calls are done in their order, whether or not they are awaited; each
 * settles when it is done. Times are seconds from the first sample.
 */
export class Stream {
  readonly #engine: Engine;
  readonly #id: number;
  readonly #owner: object; // the model must live as long as its streams
  readonly #listeners = new Map<string, Set<(event: never) => void>>();
  #freed = false;

  /** @internal */
  constructor(engine: Engine, id: number, owner: object) {
    this.#engine = engine;
    this.#id = id;
    this.#owner = owner;
    forgotten.register(this, { engine, id }, this);
  }

  /**
   * Takes the next samples, in blocks of any length; block sizes do not change the result.
   *
   * @param samples One channel: float32 in [-1, 1] or int16.
   * @param options.sampleRate Of this block, Hz; the model's by default. Another rate is resampled, without a
   *   seam between blocks of one rate.
   */
  async feed(samples: Samples, { sampleRate }: { sampleRate?: number } = {}): Promise<void> {
    this.#tell(await this.#open().feed(this.#id, samples, sampleRate));
  }

  /** What has been heard so far; words of the open segment may still change. */
  async partial(): Promise<Transcript> {
    return new Transcript(await this.#open().partial(this.#id));
  }

  /** Ends the open segment now, as when a key is released; the stream goes on. */
  async flush(): Promise<Transcript> {
    return this.#heard(await this.#open().flush(this.#id));
  }

  /** Ends the stream. Afterwards only `reset` and `free` are allowed. */
  async finish(): Promise<Transcript> {
    return this.#heard(await this.#open().finish(this.#id));
  }

  /** Forgets everything that was heard: as a new stream with the same options. */
  async reset(): Promise<void> {
    await this.#open().reset(this.#id);
  }

  /**
   * Calls a function for every event of a kind: "partial" (the words of the open segment have changed), "final" (a
   * segment has ended), "end". They are called before the call that caused them settles.
   */
  on<K extends keyof Listeners>(kind: K, listener: Listeners[K]): this {
    if (!this.#listeners.has(kind)) this.#listeners.set(kind, new Set());
    this.#listeners.get(kind)!.add(listener);
    return this;
  }

  /** Stops calling a function. */
  off<K extends keyof Listeners>(kind: K, listener: Listeners[K]): this {
    this.#listeners.get(kind)?.delete(listener);
    return this;
  }

  /** Feeds blocks as they come, and yields what happens, up to the end of the stream. */
  async *events(
    blocks: Iterable<Samples> | AsyncIterable<Samples>,
    options: { sampleRate?: number } = {},
  ): AsyncGenerator<StreamEvent, void> {
    const happened: StreamEvent[] = [];
    const listener = (event: StreamEvent) => void happened.push(event);
    const kinds = ["partial", "final", "end"] as const;
    for (const kind of kinds) this.on(kind, listener);
    try {
      for await (const block of blocks) {
        await this.feed(block, options);
        yield* happened.splice(0);
      }
      await this.finish();
      yield* happened.splice(0);
    } finally {
      for (const kind of kinds) this.off(kind, listener);
    }
  }

  /** Gives back the stream's memory; any further use is an error. */
  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    forgotten.unregister(this);
    void this.#engine.end(this.#id).catch(() => undefined);
  }

  #open(): Engine {
    if (this.#freed) throw new StreamError("the stream was freed; make a new one with model.stream()");
    return this.#owner && this.#engine;
  }

  #heard({ events, transcript }: Heard): Transcript {
    this.#tell(events, transcript);
    return new Transcript(transcript);
  }

  #tell(events: readonly PlainEvent[], transcript?: TranscriptJson): void {
    for (const event of events) {
      for (const listener of this.#listeners.get(event.type) ?? []) {
        (listener as (event: StreamEvent) => void)(eventOf(event, transcript));
      }
    }
  }
}

function eventOf(event: PlainEvent, transcript: TranscriptJson | undefined): StreamEvent {
  if (event.type === "final") return { ...event, segment: segmentFromJson(event.segment) };
  if (event.type === "end") return { type: "end", transcript: new Transcript(transcript!) };
  return event;
}

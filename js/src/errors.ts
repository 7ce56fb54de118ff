// The errors of the package.
//
//     AuricleError
//     ├── OptionError     an option or argument outside its allowed range
//     ├── AudioError      a recording that cannot be read or decoded, a microphone that cannot be had
//     ├── ModelError      a package that is missing, corrupt or incompatible
//     │   └── ScorerError a scorer that is missing, corrupt or of another vocabulary
//     ├── StreamError     a stream used after its end
//     └── MemoryError     too little memory
//
// A message says what was given, what is allowed and what to do.
import { Status } from "./status.js";

/** Base of every error that Auricle throws on purpose. */
export class AuricleError extends Error {
  /** The code of the shared table (`Status`), where there is one. */
  readonly code: number | undefined;
  /** Its name there, such as "ScorerTruncated". */
  readonly status: string | undefined;

  constructor(message: string, code?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.status = names.get(code);
  }
}

/** An option or argument is outside its allowed range. */
export class OptionError extends AuricleError {}

/** A recording cannot be read, decoded or used, or a microphone cannot be had. */
export class AudioError extends AuricleError {}

/** A model package is missing, corrupt or incompatible. */
export class ModelError extends AuricleError {}

/** A scorer is missing, corrupt or was built for another vocabulary. */
export class ScorerError extends ModelError {}

/** A stream or model was used after its end. */
export class StreamError extends AuricleError {}

/** There is too little memory. */
export class MemoryError extends AuricleError {}

const names = new Map<number | undefined, string>(
  Object.entries(Status).map(([name, code]) => [code, name] as const),
);

// By the hundreds digit of the code.
const subjects: Record<number, typeof AuricleError> = {
  1: OptionError,
  2: ModelError,
  3: ScorerError,
  4: StreamError,
  6: ModelError,
};

/** Makes the error of a status of the core. */
export function errorFromStatus(code: number, message: string): AuricleError {
  if (code === Status.NotFinite) return new AudioError(message, code);
  if (code === Status.OutOfMemory) return new MemoryError(message, code);
  return new (subjects[Math.floor(code / 100)] ?? AuricleError)(message, code);
}

const classes = { AuricleError, OptionError, AudioError, ModelError, ScorerError, StreamError, MemoryError };

/** What of an error crosses from a worker. */
export interface PlainError {
  name: string;
  message: string;
  code: number | undefined;
}

export function errorToPlain(error: unknown): PlainError {
  const { name, message, code } = error instanceof Error ? (error as AuricleError) : new AuricleError(String(error));
  return { name, message, code };
}

export function errorFromPlain({ name, message, code }: PlainError): Error {
  const known = (classes as Record<string, typeof AuricleError>)[name];
  return known ? new known(message, code) : new Error(`${name}: ${message}`);
}

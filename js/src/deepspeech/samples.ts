// Audio as callers of the old API have it.
import { OptionError } from "../errors.js";
import type { Samples } from "../engine.js";
import { Status } from "../status.js";
import { decodeWav, isWav } from "../wav.js";

/** int16 samples at the model's rate, or their bytes, or those of a whole WAV file of any rate. */
export type AudioBuffer = Int16Array | Uint8Array | ArrayBuffer;

/** The samples of a buffer; `sampleRate` is undefined where it is the model's. */
export function samplesOf(buffer: AudioBuffer): { samples: Samples; sampleRate: number | undefined } {
  if (buffer instanceof Int16Array) return { samples: buffer, sampleRate: undefined };
  const bytes = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : buffer;
  if (!(bytes instanceof Uint8Array)) {
    throw new OptionError(
      "the audio must be a Buffer of 16-bit samples, or an Int16Array, of one channel",
      Status.InvalidArgument,
    );
  }
  if (isWav(bytes)) return decodeWav(bytes);
  if (bytes.length % 2) {
    throw new OptionError(
      `the audio is ${bytes.length} bytes, but a sample has two; give whole samples, ` +
        "and check that they are 16-bit ones",
      Status.InvalidArgument,
    );
  }
  const copy = new Uint8Array(bytes); // a Buffer may begin at an odd address
  return { samples: new Int16Array(copy.buffer, 0, copy.length / 2), sampleRate: undefined };
}

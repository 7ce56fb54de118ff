// Recordings as callers have them, brought to samples of one channel.
import type { Samples } from "./engine.js";
import { AudioError, OptionError } from "./errors.js";
import { absolute, decodeOther, readAll } from "#platform";
import { Status } from "./status.js";
import { decodeWav, isWav } from "./wav.js";

/**
 * A recording: samples of one channel, or a file's bytes, or where it is (a URL; in Node a path too).
 * WAV is decoded everywhere, other formats as far as the browser decodes them.
 */
export type AudioSource = Samples | ArrayBuffer | Uint8Array | Blob | string | URL;

/**
 * Decodes a recording: samples of one channel, float32 in [-1, 1] or as they were given, and their rate in Hz.
 *
 * @param wantedRate Hz, that a browser's decoder turns samples into; a WAV file's own rate stays.
 * @param sampleRate Of samples, Hz; the wanted rate by default.
 */
export async function decodeAudio(
  source: AudioSource,
  wantedRate: number,
  sampleRate?: number,
): Promise<{ samples: Samples; sampleRate: number }> {
  if (source instanceof Float32Array || source instanceof Int16Array) {
    return { samples: source, sampleRate: sampleRate ?? wantedRate };
  }
  if (sampleRate !== undefined) {
    throw new OptionError("sampleRate is for samples; a file says its own", Status.InvalidArgument);
  }
  const bytes = await bytesOf(source);
  if (bytes.length === 0) throw new AudioError("the recording is empty");
  return isWav(bytes) ? decodeWav(bytes) : decodeOther(bytes, wantedRate);
}

async function bytesOf(source: ArrayBuffer | Uint8Array | Blob | string | URL): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (typeof source !== "string" && !(source instanceof URL)) {
    throw new OptionError(
      "a recording is a Float32Array or Int16Array of samples, the bytes of a file (ArrayBuffer, Uint8Array, Blob), " +
        "a URL or a path",
      Status.InvalidArgument,
    );
  }
  try {
    return await readAll(absolute(source));
  } catch (cause) {
    throw new AudioError(`the recording cannot be read: ${source}: ${(cause as Error).message}`, undefined, { cause });
  }
}

// Recordings as callers have them, brought to samples of one channel.
import type { Samples } from "./engine.js";
import { AudioError, OptionError } from "./errors.js";
import { absolute, openOther, readAll } from "#platform";
import { Status } from "./status.js";
import { isWav, openWav, type Sound } from "./wav.js";

/**
 * A recording: samples of one channel, or a file's bytes, or where it is (a URL; in Node a path too).
 * WAV is decoded everywhere, other formats as far as the browser decodes them.
 */
export type AudioSource = Samples | ArrayBuffer | Uint8Array | Blob | string | URL;

const PIECE_SAMPLES = 1 << 19; // that are decoded at a time

/**
 * Decodes a recording: samples of one channel, float32 in [-1, 1] or as they were given, and their rate in Hz.
 * A page can do other things between its parts.
 *
 * @param wantedRate Hz, that a browser's decoder turns samples into; a WAV file's own rate stays.
 * @param sampleRate Of samples, Hz; the wanted rate by default.
 */
export async function decodeAudio(
  source: AudioSource,
  wantedRate: number,
  sampleRate?: number,
): Promise<{ samples: Samples; sampleRate: number }> {
  const sound = await openAudio(source, wantedRate, sampleRate);
  if (source instanceof Float32Array || source instanceof Int16Array) return { samples: source, sampleRate: sound.sampleRate };
  const samples = new Float32Array(sound.length);
  for (let at = 0; at < samples.length; at += PIECE_SAMPLES) {
    samples.set(sound.read(at, Math.min(at + PIECE_SAMPLES, samples.length)), at);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { samples, sampleRate: sound.sampleRate };
}

/** The same, of which only those parts are decoded that are asked for. */
export async function openAudio(source: AudioSource, wantedRate: number, sampleRate?: number): Promise<Sound> {
  if (source instanceof Float32Array || source instanceof Int16Array) {
    const read = (start: number, end: number) => source.subarray(start, end);
    return { length: source.length, sampleRate: sampleRate ?? wantedRate, read };
  }
  if (sampleRate !== undefined) {
    throw new OptionError("sampleRate is for samples; a file says its own", Status.InvalidArgument);
  }
  const bytes = await bytesOf(source);
  if (bytes.length === 0) throw new AudioError("the recording is empty");
  return isWav(bytes) ? openWav(bytes) : openOther(bytes, wantedRate);
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

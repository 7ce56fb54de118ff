// WAV files: integer PCM of 8 to 32 bits and floating point, any number of channels, mixed to one.
import type { Samples } from "./engine.js";
import { AudioError } from "./errors.js";
import { HIGHEST_RATE, LOWEST_RATE } from "./resampler.js";

/** Samples in [-1, 1], one channel, at a rate in Hz. */
export interface Recording {
  samples: Float32Array;
  sampleRate: number;
}

/** A recording that is decoded part by part, so that a page can do other things between. */
export interface Sound<Kind extends Samples = Samples> {
  /** Samples of one channel. */
  length: number;
  /** Hz. */
  sampleRate: number;
  /** Decodes the samples from one number up to another. */
  read(start: number, end: number): Kind;
}

interface Format {
  encoding: "integer" | "float";
  channels: number;
  sampleRate: number;
  bits: number;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const UNKNOWN_LENGTH = 0xffffffff; // of a file that was written to a pipe

/** Whether bytes begin as a WAV file does. */
export function isWav(bytes: Uint8Array): boolean {
  return ["RIFF", "RF64"].includes(name(bytes, 0)) && name(bytes, 8) === "WAVE";
}

/** Decodes a WAV file. */
export function decodeWav(bytes: Uint8Array): Recording {
  const { length, sampleRate, read } = openWav(bytes);
  return { samples: read(0, length), sampleRate };
}

/** Reads what a WAV file says of its samples, and decodes those that are asked for. */
export function openWav(bytes: Uint8Array): Sound<Float32Array> {
  if (!isWav(bytes)) throw new AudioError("the recording is not a WAV file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: Format | undefined;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const kind = name(bytes, at);
    const length = view.getUint32(at + 4, true);
    const start = at + 8;
    if (kind === "fmt ") format = readFormat(view, start, length);
    if (kind === "data") {
      if (!format) throw new AudioError("the WAV file is damaged: its samples come before their format");
      return openSamples(view, start, length, format);
    }
    at = start + length + (length % 2);
  }
  throw new AudioError("the WAV file is damaged: it ends before its samples");
}

function readFormat(view: DataView, start: number, length: number): Format {
  if (length < 16 || start + length > view.byteLength) throw new AudioError("the WAV file is damaged: its format is cut off");
  let code = view.getUint16(start, true);
  if (code === EXTENSIBLE && length >= 26) code = view.getUint16(start + 24, true);
  const channels = view.getUint16(start + 2, true);
  const sampleRate = view.getUint32(start + 4, true);
  const bits = view.getUint16(start + 14, true);
  const allowed = code === PCM ? [8, 16, 24, 32] : code === FLOAT ? [32, 64] : [];
  if (!allowed.includes(bits)) {
    throw new AudioError(
      `the WAV file has the encoding ${code} with ${bits} bits; convert it to 16-bit PCM, ` +
        "as in: ffmpeg -i in.wav -c:a pcm_s16le out.wav",
    );
  }
  if (channels < 1) throw new AudioError("the WAV file is damaged: it has no channels");
  if (sampleRate < LOWEST_RATE || sampleRate > HIGHEST_RATE) {
    throw new AudioError(`the WAV file is damaged: its rate is ${sampleRate} Hz, not from ${LOWEST_RATE} to ${HIGHEST_RATE}`);
  }
  return { encoding: code === PCM ? "integer" : "float", channels, sampleRate, bits };
}

function openSamples(view: DataView, start: number, length: number, format: Format): Sound<Float32Array> {
  const { channels, bits, sampleRate } = format;
  const present = view.byteLength - start;
  if (length > present && length !== UNKNOWN_LENGTH) {
    throw new AudioError(`the WAV file is cut off: it has ${present} bytes of samples, its header says ${length}`);
  }
  const size = bits / 8;
  const count = Math.floor(Math.min(length, present) / (size * channels));
  if (count === 0) throw new AudioError("the WAV file has no samples");
  const valueAt = reader(view, format);
  const read = (from: number, to: number) => {
    const samples = new Float32Array(to - from);
    for (let n = 0, at = start + from * size * channels; n < samples.length; n++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++, at += size) sum += valueAt(at);
      samples[n] = sum / channels;
    }
    return samples;
  };
  return { length: count, sampleRate, read };
}

function reader(view: DataView, { encoding, bits }: Format): (at: number) => number {
  if (encoding === "float") return bits === 32 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  switch (bits) {
    case 8:
      return (at) => (view.getUint8(at) - 128) / 128;
    case 16:
      return (at) => view.getInt16(at, true) / 32768;
    case 24:
      return (at) => (view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 8388608;
    default:
      return (at) => view.getInt32(at, true) / 2147483648;
  }
}

function name(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Writes samples as a 16-bit WAV file. */
export function encodeWav(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const put = (at: number, letters: string) => [...letters].forEach((letter, k) => view.setUint8(at + k, letter.charCodeAt(0)));
  put(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, n) => view.setInt16(44 + 2 * n, Math.max(-32768, Math.min(32767, Math.round(32768 * sample))), true));
  return new Uint8Array(view.buffer);
}

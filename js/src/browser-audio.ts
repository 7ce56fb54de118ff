// What browsers decode, and Electron's windows.
import { AudioError } from "./errors.js";
import type { Sound } from "./wav.js";

/** Decodes what the browser can, at a rate in Hz; the channels are mixed where samples are asked for. */
export async function openByBrowser(bytes: Uint8Array, sampleRate: number): Promise<Sound> {
  const context = new OfflineAudioContext(1, 1, sampleRate);
  let audio: AudioBuffer;
  try {
    audio = await context.decodeAudioData(new Uint8Array(bytes).buffer);
  } catch (cause) {
    throw new AudioError("this browser cannot decode the recording; try another format, such as WAV or MP3", undefined, {
      cause,
    });
  }
  const channels = Array.from({ length: audio.numberOfChannels }, (_, channel) => audio.getChannelData(channel));
  const read = (start: number, end: number) => mixed(channels.map((samples) => samples.subarray(start, end)));
  return { length: channels[0]!.length, sampleRate: audio.sampleRate, read };
}

function mixed(channels: Float32Array[]): Float32Array {
  return channels[0]!.map((_, n) => channels.reduce((sum, samples) => sum + samples[n]!, 0) / channels.length);
}

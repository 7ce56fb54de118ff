// What browsers decode, and Electron's windows.
import { AudioError } from "./errors.js";
import type { Recording } from "./wav.js";

/** Decodes what the browser can, at a rate in Hz. */
export async function decodeByBrowser(bytes: Uint8Array, sampleRate: number): Promise<Recording> {
  const context = new OfflineAudioContext(1, 1, sampleRate);
  let audio: AudioBuffer;
  try {
    audio = await context.decodeAudioData(new Uint8Array(bytes).buffer);
  } catch (cause) {
    throw new AudioError("this browser cannot decode the recording; try another format, such as WAV or MP3", undefined, {
      cause,
    });
  }
  const samples = audio.getChannelData(0).slice();
  for (let channel = 1; channel < audio.numberOfChannels; channel++) {
    audio.getChannelData(channel).forEach((sample, n) => (samples[n]! += sample));
  }
  return { samples: samples.map((sample) => sample / audio.numberOfChannels), sampleRate: audio.sampleRate };
}

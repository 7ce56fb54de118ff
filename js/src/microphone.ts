// The microphone of a browser, fed to a stream: an AudioWorklet gathers blocks of 100 ms.
import { AudioError } from "./errors.js";
import type { Stream } from "./stream.js";

export interface MicrophoneOptions {
  /** Of navigator.mediaDevices.enumerateDevices(); the system's default if not given. */
  deviceId?: string;
  /** Called about ten times a second with the loudness, 0 (-60 dB and below) to 1. */
  level?: (loudness: number) => void;
  /** Called with every block and its rate in Hz, for those who keep or draw the sound. */
  block?: (samples: Float32Array, sampleRate: number) => void;
  /** Called with what goes wrong while the stream is fed, and when the microphone is unplugged. */
  error?: (error: Error) => void;
}

/** An open microphone. */
export interface Microphone {
  readonly sampleRate: number;
  /** Closes the microphone; settles when everything that it heard has been fed. */
  stop(): Promise<void>;
}

/**
 * Opens the microphone and feeds a stream until it is stopped. The browser asks the user for permission. Finish the
 * stream after stopping:
 *
 *     const microphone = await openMicrophone(stream);
 *     ...
 *     await microphone.stop();
 *     const transcript = await stream.finish();
 */
export async function openMicrophone(stream: Stream, options: MicrophoneOptions = {}): Promise<Microphone> {
  const media = await openMedia(options.deviceId);
  for (const track of media.getTracks()) {
    track.onended = () => options.error?.(new AudioError("the microphone is gone: it was unplugged, or its permission taken back"));
  }
  const context = new AudioContext();
  let fed: Promise<void> = Promise.resolve();
  try {
    await context.audioWorklet.addModule(new URL("./microphone-worklet.js", import.meta.url));
    await context.resume();
  } catch (cause) {
    stopMedia(media);
    await context.close();
    throw new AudioError(`the microphone cannot be heard: ${(cause as Error).message}`, undefined, { cause });
  }
  const source = context.createMediaStreamSource(media);
  const worklet = new AudioWorkletNode(context, "auricle-microphone", { numberOfOutputs: 0 });
  const drained = new Promise<void>((resolve) => {
    worklet.port.onmessage = ({ data }: MessageEvent<Float32Array | null>) => {
      if (data === null) return resolve();
      options.level?.(loudnessOf(data));
      options.block?.(data, context.sampleRate);
      fed = stream.feed(data, { sampleRate: context.sampleRate }).catch((error: Error) => options.error?.(error));
    };
  });
  source.connect(worklet);
  return {
    sampleRate: context.sampleRate,
    stop: async () => {
      worklet.port.postMessage("stop");
      await drained;
      source.disconnect();
      stopMedia(media);
      await context.close();
      await fed;
    },
  };
}

async function openMedia(deviceId: string | undefined): Promise<MediaStream> {
  // Browsers would else change the sound for calls between people, which a model has not learnt.
  const audio: MediaTrackConstraints = {
    channelCount: 1,
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
  };
  if (deviceId !== undefined) audio.deviceId = { exact: deviceId };
  if (!globalThis.navigator?.mediaDevices) {
    throw new AudioError("there is no microphone here: pages need HTTPS (or localhost) for one");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (cause) {
    throw new AudioError(`there is no microphone to use: ${(cause as Error).message}`, undefined, { cause });
  }
}

function stopMedia(media: MediaStream): void {
  for (const track of media.getTracks()) track.stop();
}

function loudnessOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.max(0, Math.min(1, 1 + (10 * Math.log10(power + 1e-12)) / 60));
}

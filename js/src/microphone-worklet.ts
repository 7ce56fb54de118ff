// In the audio thread: gathers the first channel in blocks of 100 ms; after "stop" the rest, and null.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

class MicrophoneProcessor extends AudioWorkletProcessor {
  #block = new Float32Array(Math.round(sampleRate / 10));
  #filled = 0;
  #stopped = false;

  constructor() {
    super();
    this.port.onmessage = () => {
      this.#send();
      this.port.postMessage(null);
      this.#stopped = true;
    };
  }

  process([[channel]]: [[Float32Array | undefined]]): boolean {
    for (const sample of channel ?? []) {
      this.#block[this.#filled++] = sample;
      if (this.#filled === this.#block.length) this.#send();
    }
    return !this.#stopped;
  }

  #send(): void {
    if (this.#filled === 0 || this.#stopped) return;
    this.port.postMessage(this.#block.slice(0, this.#filled));
    this.#filled = 0;
  }
}

registerProcessor("auricle-microphone", MicrophoneProcessor as unknown as typeof AudioWorkletProcessor);

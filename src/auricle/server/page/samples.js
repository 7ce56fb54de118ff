// In the audio thread: gathers blocks of 40 ms, as 16-bit samples with their loudness from 0 to 1.
class Samples extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(Math.round(sampleRate / 25));
    this.filled = 0;
    this.power = 0;
  }

  process([[channel]]) {
    for (const value of channel ?? []) {
      this.block[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(value * 32768)));
      this.power += value * value;
      if (this.filled === this.block.length) this.send();
    }
    return true;
  }

  send() {
    const decibels = 10 * Math.log10(this.power / this.block.length + 1e-12);
    const loudness = Math.max(0, Math.min(1, 1 + decibels / 60));
    this.port.postMessage({ samples: this.block, loudness });
    this.block = new Int16Array(this.block.length);
    this.filled = 0;
    this.power = 0;
  }
}

registerProcessor("samples", Samples);

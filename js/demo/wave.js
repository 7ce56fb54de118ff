// The sound as bars: the last seconds of the microphone, or a whole recording with what is done of it.
const BAR = 3;
const GAP = 3;

export class Wave {
  #canvas = document.getElementById("wave");
  #levels = []; // 0 to 1, a bar each
  #done = 1;

  constructor() {
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
  }

  clear() {
    this.#levels = [];
    this.#done = 1;
    this.#draw();
  }

  /** The next loudness of the microphone. */
  push(level) {
    this.#levels.push(level);
    this.#levels = this.#levels.slice(-this.#bars());
    this.#draw();
  }

  /** A whole recording. */
  show(samples) {
    const bars = this.#bars();
    const length = Math.max(1, Math.floor(samples.length / bars));
    this.#levels = Array.from({ length: bars }, (_, bar) => {
      let most = 0;
      for (let n = bar * length; n < (bar + 1) * length; n += 8) most = Math.max(most, Math.abs(samples[n] ?? 0));
      return Math.min(1, 1.3 * Math.sqrt(most));
    });
    this.#done = 0;
    this.#draw();
  }

  /** The part that is done, 0 to 1. */
  done(part) {
    this.#done = part;
    this.#draw();
  }

  #bars() {
    return Math.max(1, Math.floor(this.#canvas.clientWidth / (BAR + GAP)));
  }

  #draw() {
    const { clientWidth, clientHeight } = this.#canvas;
    const scale = globalThis.devicePixelRatio;
    this.#canvas.width = clientWidth * scale;
    this.#canvas.height = clientHeight * scale;
    const context = this.#canvas.getContext("2d");
    context.scale(scale, scale);
    context.fillStyle = getComputedStyle(this.#canvas).color;
    const bars = this.#bars();
    for (let bar = 0; bar < bars; bar++) {
      const level = this.#levels[bar - (bars - this.#levels.length)] ?? 0;
      const height = Math.max(BAR, level * clientHeight);
      context.globalAlpha = this.#levels.length === 0 || bar / bars >= this.#done ? 0.25 : 0.9;
      context.beginPath();
      context.roundRect(bar * (BAR + GAP), (clientHeight - height) / 2, BAR, height, BAR / 2);
      context.fill();
    }
  }
}

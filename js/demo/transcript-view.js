// The text on the page: words that fade by confidence, and can be heard again.
const find = (id) => document.getElementById(id);

// Faint, but with a contrast of 4.5 to the paper at least.
const shade = (confidence) => (0.62 + 0.38 * confidence).toFixed(2);

/** Minutes and seconds. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export class TranscriptView {
  #player = find("player");
  #playing = null; // the button of the word that is heard

  constructor() {
    find("text").addEventListener("keydown", (event) => this.#move(event));
  }

  clear() {
    find("text").replaceChildren();
    find("partial").textContent = "";
    find("empty").hidden = false;
    find("again").hidden = true;
    this.offer(null);
  }

  /** A segment that is final. */
  add({ words, start }) {
    find("empty").hidden = true;
    find("partial").textContent = "";
    const line = document.createElement("p");
    const time = document.createElement("time");
    time.textContent = clock(start);
    const text = document.createElement("span");
    words.forEach((word, index) => text.append(index ? " " : "", this.#button(word)));
    line.append(time, text);
    find("text").append(line);
    find("text").scrollTop = find("text").scrollHeight;
    find("text").querySelector("button")?.setAttribute("tabindex", "0");
  }

  /** Words that may still change. */
  showPartial(text) {
    if (text) find("empty").hidden = true;
    find("partial").textContent = text;
  }

  /** Nothing more will come. */
  end() {
    this.showPartial("");
    find("again").hidden = find("text").childElementCount === 0;
  }

  /** The sound that words are played from: a Blob, or null. */
  offer(sound) {
    if (this.#player.src) URL.revokeObjectURL(this.#player.src);
    if (sound) this.#player.src = URL.createObjectURL(sound);
    else this.#player.removeAttribute("src");
  }

  #button(word) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.textContent = word.text;
    button.style.opacity = shade(word.confidence);
    button.title = `${word.start.toFixed(2)} to ${word.end.toFixed(2)} s, ${Math.round(100 * word.confidence)} % sure`;
    button.addEventListener("click", () => this.#play(button, word));
    return button;
  }

  // The words are one stop of the Tab key; arrows go from one to the next.
  #move(event) {
    const words = [...find("text").querySelectorAll("button")];
    const at = words.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: words.length - 1 }[event.key];
    if (at < 0 || !words[to]) return;
    event.preventDefault();
    words[at].tabIndex = -1;
    words[to].tabIndex = 0;
    words[to].focus();
  }

  async #play(button, { start, end }) {
    if (!this.#player.src) return;
    this.#player.currentTime = Math.max(0, start - 0.05);
    await this.#player.play();
    this.#playing?.classList.remove("playing");
    this.#playing = button;
    button.classList.add("playing");
    const watch = () => {
      if (this.#playing !== button) return; // another word has been chosen meanwhile
      if (!this.#player.paused && this.#player.currentTime < Math.max(end, start + 0.2) + 0.05) return requestAnimationFrame(watch);
      button.classList.remove("playing");
      this.#player.pause();
    };
    watch();
  }
}

// The text on the page: words that fade by confidence, and can be heard again.
const find = (id) => document.getElementById(id);

// Faint, but never below what can be read.
const shade = (confidence) => (0.5 + 0.5 * confidence).toFixed(2);

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export class TranscriptView {
  #player = find("player");

  clear() {
    find("text").replaceChildren();
    find("partial").textContent = "";
    find("empty").hidden = false;
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
  }

  /** Words that may still change. */
  showPartial(text) {
    if (text) find("empty").hidden = true;
    find("partial").textContent = text;
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
    button.textContent = word.text;
    button.style.opacity = shade(word.confidence);
    button.title = `${word.start.toFixed(2)} to ${word.end.toFixed(2)} s, ${Math.round(100 * word.confidence)} % sure`;
    button.addEventListener("click", () => this.#play(button, word));
    return button;
  }

  async #play(button, { start, end }) {
    if (!this.#player.src) return;
    this.#player.currentTime = Math.max(0, start - 0.05);
    await this.#player.play();
    button.classList.add("playing");
    const watch = () => {
      if (!this.#player.paused && this.#player.currentTime < Math.max(end, start + 0.2) + 0.05) return requestAnimationFrame(watch);
      button.classList.remove("playing");
      this.#player.pause();
    };
    watch();
  }
}

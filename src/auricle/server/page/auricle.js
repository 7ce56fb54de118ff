// The page: sound to the server, words from it.
//
//   microphone -> recorder.js (samples, 16 bits) -> live.js (WS /v1/stream) -> partial, final, end
//   file       -> POST /v1/audio/transcriptions                             -> segments with words
//   segments   -> words that can be clicked; downloads by forms.js
import { download } from "./forms.js";
import { listen } from "./live.js";

const find = (id) => document.getElementById(id);
const text = find("text"), partial = find("partial"), player = find("player");
let segments = [];
let duration = 0;
let models = {};
let recording = null;

function say(status, problem = "") {
  find("status").textContent = status;
  find("problem").textContent = problem;
}

function headers() {
  const key = find("key").value.trim();
  return key ? { Authorization: `Bearer ${key}` } : {};
}

function hotWords() {
  const words = {};
  for (const line of find("hot-words").value.split("\n")) {
    const [, word, boost] = line.match(/^(.*?)(?::\s*(-?[\d.]+))?\s*$/);
    if (word.trim()) words[word.trim()] = Number(boost ?? 5);
  }
  return words;
}

function showPartial(words) {
  partial.replaceChildren(
    ...words.map((word, index) => {
      const span = document.createElement("span");
      span.textContent = (index ? " " : "") + word.text;
      span.style.opacity = shade(word.confidence);
      return span;
    }),
  );
}

// Confidence fades a word, but never below what can be read.
function shade(confidence) {
  return 0.55 + 0.45 * confidence;
}

// 75 -> 1:15
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function show(segment) {
  segments.push(segment);
  const line = document.createElement("p");
  line.dataset.time = clock(segment.start);
  segment.words.forEach((word, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word.text;
    button.style.opacity = shade(word.confidence);
    button.title = `${word.start.toFixed(2)} s, confidence ${Math.round(100 * word.confidence)} %`;
    button.addEventListener("click", () => play(button, word));
    line.append(index ? " " : "", button);
  });
  text.append(line);
  text.scrollTop = text.scrollHeight;
  setDownloads();
}

function setDownloads() {
  for (const button of document.querySelectorAll("[data-form]")) button.disabled = !segments.length;
}

async function play(button, word) {
  find("word").textContent = `“${word.text}”: ${word.start.toFixed(2)} to ${word.end.toFixed(2)} s, confidence ${Math.round(100 * word.confidence)} %`;
  if (player.hidden) return;
  const end = Math.max(word.end, word.start + 0.15);
  player.currentTime = word.start;
  await player.play();
  button.classList.add("playing");
  const watch = () => {
    if (!player.paused && player.currentTime < end) return requestAnimationFrame(watch);
    button.classList.remove("playing");
    player.pause();
  };
  watch();
}

function offer(sound) {
  if (player.src) URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(sound);
  player.hidden = false;
}

function clear() {
  segments = [];
  duration = 0;
  text.replaceChildren();
  partial.textContent = find("word").textContent = "";
  player.hidden = true;
  say("");
  setDownloads();
}

async function transcribe(file) {
  if (recording) return;
  clear();
  offer(file);
  say(`Transcribing ${file.name} …`);
  const form = new FormData();
  form.append("model", find("model").value);
  form.append("response_format", "verbose_json");
  form.append("timestamp_granularities[]", "word");
  form.append("timestamp_granularities[]", "segment");
  form.append("hot_words", JSON.stringify(hotWords()));
  form.append("file", file);
  try {
    const answer = await fetch("v1/audio/transcriptions", { method: "POST", body: form, headers: headers() });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error.message);
    showAll(body);
    duration = body.duration;
    say(segments.length ? `${body.duration.toFixed(1)} s of sound.` : "No speech was heard.");
  } catch (error) {
    say("", error.message);
  }
}

// OpenAI's form keeps words beside the segments; here each segment gets its own.
function showAll({ segments: found, words }) {
  let next = 0;
  for (const { text: line, start, end } of found) {
    const own = [];
    while (next < words.length && words[next].start <= end) {
      const { word, ...rest } = words[next++];
      own.push({ text: word, ...rest });
    }
    show({ text: line, start, end, words: own });
  }
}

async function start() {
  clear();
  say("Waiting for the microphone …");
  const key = find("key").value.trim();
  try {
    recording = await listen({
      start: { model: find("model").value, hot_words: hotWords(), ...(key && { key }) },
      react,
      level: (value) => (find("level").value = value),
      closed: stopped,
    });
  } catch (error) {
    return say("", `There is no microphone to use: ${error.message}`);
  }
  find("record").setAttribute("aria-pressed", "true");
  find("record").textContent = "Stop";
}

function react(event) {
  if (event.type === "ready") {
    say("Listening.");
  } else if (event.type === "partial") {
    showPartial(event.words);
  } else if (event.type === "final") {
    partial.textContent = "";
    const { text, start, end, words } = event;
    show({ text, start, end, words });
  } else if (event.type === "end") {
    duration = event.duration;
    partial.textContent = "";
    say(segments.length ? `${event.duration.toFixed(1)} s of sound.` : "No speech was heard.");
  } else if (event.type === "error") {
    say("", event.message);
  }
}

function stopped(sound) {
  recording = null;
  offer(sound);
  find("level").value = 0;
  find("record").setAttribute("aria-pressed", "false");
  find("record").textContent = "Record";
}

async function listModels() {
  try {
    const answer = await fetch("v1/models", { headers: headers() });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error.message);
    models = Object.fromEntries(body.data.map((model) => [model.id, model]));
    const options = body.data.map(({ id, description }) => new Option(`${id} – ${description}`, id));
    find("model").replaceChildren(...options);
    say("");
  } catch (error) {
    say("", error.message);
  }
}

async function save(form) {
  const { id, language, separator } = models[find("model").value];
  const lengths = segments.map(({ end }) => end);
  const transcript = { segments, language, separator, model: id, duration: Math.max(duration, ...lengths) };
  try {
    await download(form, transcript, headers());
  } catch (error) {
    say("", error.message);
  }
}

find("record").addEventListener("click", () => (recording ? recording.stop() : start()));
find("clear").addEventListener("click", () => recording || clear());
find("key").addEventListener("change", listModels);
find("file").addEventListener("change", ({ target }) => {
  if (target.files.length) transcribe(target.files[0]);
  target.value = "";
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  find("drop").classList.add("over");
});
document.addEventListener("dragleave", () => find("drop").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  find("drop").classList.remove("over");
  if (event.dataTransfer.files.length) transcribe(event.dataTransfer.files[0]);
});
for (const button of document.querySelectorAll("[data-form]")) {
  button.addEventListener("click", () => save(button.dataset.form));
}
listModels();

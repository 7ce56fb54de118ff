// The page: sound to the server, words from it.
//
//   microphone -> recorder.js (samples, 16 bits) -> live.js (WS /v1/stream)      -> partial, final, end
//   file       -> POST /v1/audio/transcriptions   -> events.js (as it is heard)  -> segments with words
//   segments   -> words that can be clicked; downloads by forms.js
import { serverSent } from "./events.js";
import { download } from "./forms.js";
import { listen } from "./live.js";

const find = (id) => document.getElementById(id);
const text = find("text"), partial = find("partial"), player = find("player");
let segments = [];
let duration = 0;
let models = {};
let model = {};  // that hears what is shown
let recording = null;  // what listens; "soon" while the microphone is asked for
let upload = null;  // stops the file that is under way

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
      span.textContent = (index ? model.separator : "") + word.text;
      span.style.opacity = shade(word.confidence);
      return span;
    }),
  );
}

// Confidence fades a word, but never below what can be read.
function shade(confidence) {
  return 0.65 + 0.35 * confidence;
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
    button.tabIndex = -1;
    button.addEventListener("click", () => play(button, word));
    line.append(index ? model.separator : "", button);
  });
  text.append(line);
  if (segments.length === 1) text.querySelector("button").tabIndex = 0;
  text.scrollTop = text.scrollHeight;
  setDownloads();
}

function setDownloads() {
  for (const button of document.querySelectorAll("[data-form]")) button.disabled = !segments.length;
}

// Tab reaches the text once, however long it is; arrows go from word to word.
function walk(event) {
  const words = [...text.querySelectorAll("button")];
  const at = words.indexOf(event.target);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: words.length - 1 }[event.key];
  if (at < 0 || !words[to]) return;
  event.preventDefault();
  words[to].focus();
}

// The word that had the focus last is the one that Tab comes back to.
function stay({ target }) {
  if (target === text) return;
  for (const word of text.querySelectorAll('[tabindex="0"]')) word.tabIndex = -1;
  target.tabIndex = 0;
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
  upload?.abort();
  model = models[find("model").value] ?? { separator: " " };
  segments = [];
  duration = 0;
  text.replaceChildren();
  partial.textContent = find("word").textContent = "";
  player.hidden = true;
  say("");
  setDownloads();
}

async function transcribe(file) {
  if (recording) return say(find("status").textContent, "Stop the recording first.");
  clear();
  offer(file);
  say(`Transcribing ${file.name} …`);
  const form = new FormData();
  form.append("model", find("model").value);
  form.append("response_format", "verbose_json");
  form.append("stream", "true");
  form.append("hot_words", JSON.stringify(hotWords()));
  form.append("file", file);
  const { signal } = (upload = new AbortController());
  const request = { method: "POST", body: form, headers: headers(), signal };
  const share = find("share");
  share.hidden = false;
  share.removeAttribute("value");
  try {
    const answer = await fetch("v1/audio/transcriptions", request);
    if (!answer.ok) throw new Error((await answer.json()).error.message);
    for await (const event of serverSent(answer.body)) hear(event);
  } catch (error) {
    if (!signal.aborted) say("", error.message);
  } finally {
    if (signal === upload.signal) share.hidden = true;
  }
}

// What the server says of a file while it hears it.
function hear(event) {
  if (event.type === "error") throw new Error(event.error.message);
  if (event.type === "transcript.text.done") return end(event);
  show(event.segment);
  if (player.duration > 0) find("share").value = event.segment.end / player.duration;
}

function end(event) {
  duration = event.duration;
  partial.textContent = "";
  say(segments.length ? `${duration.toFixed(1)} s of sound.` : "No speech was heard.");
}

async function start() {
  clear();
  recording = "soon";
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
    recording = null;
    return say("", `There is no microphone to use: ${error.message}`);
  }
  showRecording(true);
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
    end(event);
  } else if (event.type === "error") {
    say("", event.message);
  }
}

function stopped(sound) {
  recording = null;
  offer(sound);
  showRecording(false);
}

function showRecording(isRecording) {
  find("level").value = 0;
  find("level").hidden = !isRecording;
  find("record").setAttribute("aria-pressed", String(isRecording));
  find("record").textContent = isRecording ? "Stop" : "Record";
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
  const { id, language, separator } = model;
  const lengths = segments.map(({ end }) => end);
  const transcript = { segments, language, separator, model: id, duration: Math.max(duration, ...lengths) };
  try {
    await download(form, transcript, headers());
  } catch (error) {
    say("", error.message);
  }
}

find("record").addEventListener("click", () => {
  if (!recording) start();
  else if (recording !== "soon") recording.stop();
});
text.addEventListener("keydown", walk);
text.addEventListener("focusin", stay);
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

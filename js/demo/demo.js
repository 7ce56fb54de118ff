// The demo page. Everything that is heard stays here:
//
//   microphone -> stream (in a worker) -> partial, final, end -> TranscriptView
//   recording  -> the same stream, as fast as it goes
import { decodeAudio, encodeWav, load, openMicrophone } from "./auricle/auricle.js";
import { clock, TranscriptView } from "./transcript-view.js";
import { Wave } from "./wave.js";

const HEADER_BYTES = 44; // of a WAV file that the package writes

const find = (id) => document.getElementById(id);
const view = new TranscriptView();
const wave = new Wave();
const inputs = ["record", "file", "example"].map(find);
let model;
let live = null; // what the microphone feeds: { stream, microphone, sound }
let reading = null; // what stops the recording that is read
let transcript = null;
let focused = null; // the last of the inputs that had the focus

function say(status, problem = "") {
  find("status").textContent = status;
  find("problem").textContent = problem;
}

function showProgress(part) {
  find("progress").classList.toggle("busy", part < 1);
  find("progress").value = part;
}

// What has the focus loses it when it is disabled, and gets it back.
function enable(enabled, which = inputs) {
  focused = inputs.find((input) => input === document.activeElement) ?? focused;
  for (const input of which) input.disabled = !enabled;
  if (enabled && document.activeElement === document.body) focused?.focus();
}

function hotWords() {
  const words = {};
  for (const line of find("hot-words").value.split("\n")) {
    const [, word, boost] = line.match(/^(.*?)(?::\s*(-?[\d.]+))?\s*$/);
    if (word.trim()) words[word.trim()] = Number(boost ?? 5);
  }
  return words;
}

async function beginStream(options) {
  transcript = null;
  setActions();
  view.clear();
  wave.clear();
  const stream = await model.stream({ hotWords: hotWords(), ...options });
  stream.on("partial", ({ text }) => view.showPartial(text));
  stream.on("final", ({ segment }) => view.add(segment));
  return stream;
}

function setActions() {
  for (const button of [find("copy"), ...document.querySelectorAll("[data-form]")]) {
    button.disabled = !transcript?.segments.length;
  }
}

function finished(result, note) {
  transcript = result;
  view.end();
  setActions();
  say(result.segments.length ? `${result.duration.toFixed(1)} s of sound${note}` : "No speech was heard.");
}

// How fast it went, where that is worth saying.
function pace(duration, seconds) {
  const times = duration / seconds;
  const said = `, done in ${seconds.toFixed(1)} s`;
  return times < 2 ? `${said}.` : `${said}: ${times.toFixed(0)} times as fast as it was said.`;
}

async function transcribe(file) {
  if (!model || live || reading) return;
  enable(false);
  reading = new AbortController();
  say(`Reading ${file.name} …`);
  let stream;
  try {
    stream = await beginStream({ lowLatency: false });
    view.offer(file);
    const { samples, sampleRate } = await decodeAudio(file, model.sampleRate);
    wave.show(samples);
    say(`Listening to ${file.name} …`);
    showRecording(true);
    const began = performance.now();
    for (let at = 0; at < samples.length && !reading.signal.aborted; at += sampleRate) {
      await stream.feed(samples.subarray(at, at + sampleRate), { sampleRate });
      const part = Math.min(1, (at + sampleRate) / samples.length);
      showProgress(part);
      wave.done(part);
    }
    const result = await stream.finish();
    const seconds = (performance.now() - began) / 1000;
    finished(result, reading.signal.aborted ? ": the rest was left out." : pace(result.duration, seconds));
  } catch (error) {
    say("", error.message);
  } finally {
    stream?.free();
    reading = null;
    showProgress(1);
    showRecording(false);
    enable(true);
  }
}

async function listen() {
  enable(false);
  say("Waiting for the microphone …");
  const sound = { blocks: [], length: 0, sampleRate: 0 };
  let stream;
  try {
    stream = await beginStream();
    const microphone = await openMicrophone(stream, {
      level: (loudness) => {
        wave.push(loudness);
        find("record").style.setProperty("--loudness", loudness);
      },
      block: (samples, sampleRate) => {
        sound.blocks.push(encodeWav(samples, sampleRate).subarray(HEADER_BYTES));
        sound.sampleRate = sampleRate;
        sound.length += samples.length;
        find("clock").textContent = clock(sound.length / sampleRate);
      },
      error: (error) => say("", error.message),
    });
    live = { stream, microphone, sound };
    say("Listening. Speak, then press Stop.");
    showRecording(true);
  } catch (error) {
    stream?.free();
    say("", error.message);
    enable(true);
  }
}

async function stop() {
  const { stream, microphone, sound } = live;
  enable(false, [find("record")]);
  await microphone.stop();
  try {
    view.offer(recorded(sound));
    finished(await stream.finish(), ".");
  } catch (error) {
    say("", error.message);
  }
  stream.free();
  live = null;
  showRecording(false);
  enable(true);
}

// A WAV file of blocks that were encoded as they came, so that an hour of them takes no time now.
function recorded({ blocks, length, sampleRate }) {
  const header = encodeWav(new Float32Array(0), sampleRate);
  const view = new DataView(header.buffer);
  view.setUint32(4, HEADER_BYTES - 8 + 2 * length, true);
  view.setUint32(40, 2 * length, true);
  return new Blob([header, ...blocks], { type: "audio/wav" });
}

function showRecording(recording) {
  enable(true, [find("record")]);
  find("record").classList.toggle("recording", recording);
  find("record").style.setProperty("--loudness", 0);
  find("clock").textContent = "";
  find("record-label").textContent = recording ? "Stop" : "Speak";
}

function save(form) {
  const texts = {
    txt: () => transcript.toText(),
    srt: () => transcript.toSrt(),
    vtt: () => transcript.toVtt(),
    json: () => `${JSON.stringify(transcript, null, 2)}\n`,
  };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([texts[form]()], { type: "text/plain" }));
  link.download = `transcript.${form}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function example() {
  const answer = await fetch("example.flac");
  const file = new File([await answer.blob()], "example.flac", { type: "audio/flac" });
  await transcribe(file);
}

// The service worker comes first, so that what is loaded next is kept for offline use.
async function prepareOffline() {
  if (!("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register("sw.js");
    await navigator.serviceWorker.ready;
    for (let turn = 0; turn < 50 && !navigator.serviceWorker.controller; turn++) await new Promise((resolve) => setTimeout(resolve, 100));
    return navigator.serviceWorker.controller !== null;
  } catch {
    return false; // as in a private window: the page works, but online only
  }
}

// What was fetched before the service worker stood is fetched again, through it.
function keepShell() {
  const fetched = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = fetched.filter((url) => url.startsWith(new URL(".", location.href).href));
  // These two are asked for only when a button is pressed.
  const later = ["example.flac", "auricle/microphone-worklet.js"];
  return Promise.all(["./", ...later, ...own].map((url) => fetch(url)));
}

async function begin() {
  const offline = await prepareOffline();
  say("Loading the model …");
  try {
    const progress = (loaded, total) => {
      showProgress(total ? loaded / total : 0);
      say(`Loading the model, once: ${(loaded / 1e6).toFixed(0)}${total ? ` of ${(total / 1e6).toFixed(0)}` : ""} MB`);
    };
    model = await load("en.auricle", { progress });
    if (offline) await keepShell();
  } catch (error) {
    showProgress(1);
    find("offline").textContent = "Not loaded";
    return say("", `${error.message}; reload the page to try again`);
  }
  showProgress(1);
  say("Press Speak, or drop a recording.");
  find("offline").textContent = offline ? "Ready, also offline" : "Ready";
  find("offline").classList.add("ready");
  const { name, version, description } = model.description;
  find("facts").textContent = `Model ${name} ${version}. ${description}.`;
  enable(true);
}

find("record").addEventListener("click", () => {
  if (reading) reading.abort();
  else if (live) stop();
  else listen();
});
find("example").addEventListener("click", example);
find("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(transcript.toText());
    say("Copied.");
  } catch {
    say("", "This browser does not let the page copy; download the text instead.");
  }
});
find("file").addEventListener("change", ({ target }) => {
  if (target.files.length) transcribe(target.files[0]);
  target.value = "";
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  find("drop").classList.add("over");
});
document.addEventListener("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget) find("drop").classList.remove("over"); // it has left the window, not only a part of the page
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  find("drop").classList.remove("over");
  if (event.dataTransfer.files.length) transcribe(event.dataTransfer.files[0]);
});
for (const button of document.querySelectorAll("[data-form]")) {
  button.addEventListener("click", () => save(button.dataset.form));
}
begin();

// Captions for a room: large letters, the newest at the bottom, scrolled back at will.
import { listen } from "./live.js";

const find = (id) => document.getElementById(id);
const room = find("captions");
const settings = { size: 4, contrast: "dark", ...JSON.parse(localStorage.getItem("captions") ?? "{}") };
let recording = null;
let following = true;
let awake = null;  // keeps the screen from going dark

function apply() {
  document.documentElement.style.setProperty("--size", `${settings.size}rem`);
  document.body.dataset.contrast = find("contrast").value = settings.contrast;
  localStorage.setItem("captions", JSON.stringify(settings));
  follow();
}

function resize(factor) {
  settings.size = Math.min(20, Math.max(1, settings.size * factor));
  apply();
}

function follow() {
  if (following) room.scrollTop = room.scrollHeight;
}

function react(event) {
  if (event.type === "ready") find("status").textContent = "Listening.";
  if (event.type === "end") find("status").textContent = "";
  if (event.type === "error") find("status").textContent = event.message;
  if (event.type === "partial") find("partial").textContent = event.text;
  if (event.type === "final") {
    const line = document.createElement("p");
    line.textContent = event.text;
    find("text").append(line);
    find("partial").textContent = "";
  }
  follow();
}

function show(isListening) {
  find("listen").setAttribute("aria-pressed", String(isListening));
  find("listen").textContent = isListening ? "Stop" : "Listen";
  if (!isListening) find("partial").textContent = "";
  find("partial").dataset.hint = isListening ? "Listening …" : "Press Listen or the space bar: what is said appears here.";
  stayAwake();
}

// The system takes the lock back whenever the page is hidden.
async function stayAwake() {
  if (recording && document.visibilityState === "visible") {
    awake = await navigator.wakeLock?.request("screen").catch(() => null);
  } else if (!recording) {
    awake?.release();
  }
}

async function toggle() {
  if (recording === "soon") return;
  if (recording) return recording.stop();
  recording = "soon";
  find("status").textContent = "Waiting for the microphone …";
  try {
    recording = await listen({
      start: {},
      react,
      closed: () => {
        recording = null;
        show(false);
      },
      keep: false,
    });
    show(true);
  } catch (error) {
    recording = null;
    find("status").textContent = `There is no microphone to use: ${error.message}`;
  }
}

function fillScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

room.addEventListener("scroll", () => {
  following = room.scrollHeight - room.scrollTop - room.clientHeight < 20;
  find("latest").hidden = following;
});
find("latest").addEventListener("click", () => {
  following = true;
  follow();
});
find("listen").addEventListener("click", toggle);
find("smaller").addEventListener("click", () => resize(1 / 1.2));
find("larger").addEventListener("click", () => resize(1.2));
find("full").addEventListener("click", fillScreen);
document.addEventListener("visibilitychange", stayAwake);
find("contrast").addEventListener("change", ({ target }) => {
  settings.contrast = target.value;
  apply();
});
document.addEventListener("keydown", (event) => {
  if (event.target.closest("button, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = { " ": toggle, "+": () => resize(1.2), "-": () => resize(1 / 1.2), f: fillScreen };
  const act = keys[event.key.toLowerCase()];
  if (act) {
    event.preventDefault();
    act();
  }
});
show(false);
apply();

// A live stream: the microphone to WS /v1/stream, its events to `react`.
import { record } from "./recorder.js";

// With `keep` the sound is handed to `closed` as WAV; captions of hours would rather not hold it.
export async function listen({ start, react, closed, level = () => {}, keep = true }) {
  // What is said before the server is ready waits here.
  let early = [];
  const hear = (samples) => (early ? early.push(samples) : socket.readyState === 1 && socket.send(samples));
  const recording = await record({ hear, level, keep });
  const address = new URL("v1/stream", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  let sound = null;
  let told = false;  // how it ended
  const end = () => (sound ??= recording.end());
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ type: "start", sample_rate: recording.sampleRate, ...start }));
  });
  socket.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "ready") {
      for (const samples of early) socket.send(samples);
      early = null;
    }
    told ||= ["end", "error"].includes(event.type);
    react(event);
  });
  socket.addEventListener("close", async () => {
    if (!told) react({ type: "error", message: early ? "The server cannot be reached." : "The connection to the server was lost." });
    closed(await end());
  });
  return {
    async stop() {
      await end();
      if (socket.readyState === WebSocket.OPEN) socket.send('{"type": "finish"}');
      else socket.close();
    },
  };
}

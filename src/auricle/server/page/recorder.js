// The microphone: 16-bit samples for the server as they come, and all that were kept as WAV at the end.
export async function record({ hear, level, keep }) {
  // Browsers would else change the sound for calls between people, which a model has not learnt.
  const audio = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  if (!navigator.mediaDevices) throw new Error("browsers give it to pages over https or of this machine only.");
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const context = new AudioContext();
  await context.audioWorklet.addModule("samples.js");
  const source = context.createMediaStreamSource(stream);
  const worklet = new AudioWorkletNode(context, "samples", { numberOfOutputs: 0 });
  const kept = [];
  worklet.port.onmessage = ({ data }) => {
    const { samples, loudness } = data;
    level(loudness);
    if (keep) kept.push(samples);
    hear(samples);
  };
  source.connect(worklet);
  return {
    sampleRate: context.sampleRate,
    end: async () => {
      source.disconnect();
      for (const track of stream.getTracks()) track.stop();
      await context.close();
      return wav(kept, context.sampleRate);
    },
  };
}

function wav(blocks, sampleRate) {
  const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0);
  const header = new DataView(new ArrayBuffer(44));
  const name = (at, letters) => [...letters].forEach((letter, k) => header.setUint8(at + k, letter.charCodeAt(0)));
  name(0, "RIFF");
  header.setUint32(4, 36 + bytes, true);
  name(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, 2 * sampleRate, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  name(36, "data");
  header.setUint32(40, bytes, true);
  return new Blob([header, ...blocks], { type: "audio/wav" });
}

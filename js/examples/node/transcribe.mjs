// Prints what is said in WAV files: node transcribe.mjs MODEL.auricle RECORDING.wav...
import { load } from "auricle";

const [package_, ...recordings] = process.argv.slice(2);
const model = await load(package_);
for (const recording of recordings) {
  const transcript = await model.transcribe(recording);
  for (const { text, start, end, confidence } of transcript.words) {
    console.log(`${start.toFixed(2).padStart(7)} ${end.toFixed(2).padStart(7)} ${confidence.toFixed(2)} ${text}`);
  }
}

// Converted models of DeepSpeech give what the original gave, as tests/parity/test_deepspeech_text.py has it for Python.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "auricle";
import * as DeepSpeech from "auricle/deepspeech";
import { CONVERTED, rawSamples } from "./data.mjs";

const recordings = JSON.parse(readFileSync(join(CONVERTED, "texts.json"), "utf8"));
const samplesOf = ({ file }) => rawSamples(join(CONVERTED, file));
const texts = (some) => some.map(({ text }) => text);
// Not the first: by DeepSpeech's calls a segment ends at a pause within its "inquired", as the guide says of one.
const everyFourth = recordings.filter((_, number) => number % 4 === 1);
const AS_DEEPSPEECH = { beamWidth: 500, endpointSilence: 0, endpointMaximum: 0 };

for (const [weights, some, count] of [["float32", recordings, 64], ["int8", everyFourth, 16]]) {
  test(`the recordings that a model was taught have the texts of the original: ${weights}`, async () => {
    const model = await load(join(CONVERTED, weights), { runtime: "web" });
    const heard = [];
    for (const recording of some) heard.push((await model.transcribe(samplesOf(recording), AS_DEEPSPEECH)).text);
    model.free();
    assert.equal(heard.length, count);
    assert.deepEqual(heard, texts(some));
  });
}

test("so they have by DeepSpeech's own calls", () => {
  const model = new DeepSpeech.Model(join(CONVERTED, "float32"));
  model.enableExternalScorer(join(CONVERTED, "float32"));
  model.setBeamWidth(500);
  assert.deepEqual(everyFourth.map((recording) => model.stt(samplesOf(recording))), texts(everyFourth));
  DeepSpeech.FreeModel(model);
});

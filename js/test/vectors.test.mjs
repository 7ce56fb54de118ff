// JavaScript gives what the test vectors expect, which Python and C are held to as well.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load } from "auricle";
import { PACKED, samplesOf, vectors } from "./data.mjs";

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const optionsOf = (vector) => Object.fromEntries(Object.entries(vector.options).map(([name, value]) => [camel(name), value]));

async function run(model, vector) {
  const samples = samplesOf(vector.name);
  const flush = vector.flush_sample ?? 0;
  const stream = await model.stream(optionsOf(vector));
  for (const section of [samples.subarray(0, flush), samples.subarray(flush)]) {
    for (let at = 0; at < section.length; at += vector.block_samples) {
      await stream.feed(section.subarray(at, at + vector.block_samples));
    }
    if (flush && section.length === flush) await stream.flush();
  }
  const transcript = await stream.finish();
  stream.free();
  return JSON.parse(JSON.stringify(transcript));
}

function assertNear(given, wanted, tolerance, what) {
  assert.ok(Math.abs(given - wanted) <= tolerance, `${what} is ${given}, not ${wanted}`);
}

function assertSameWords(given, expected) {
  const { seconds, confidence } = vectors.tolerances;
  assert.deepEqual(given.words.map(({ text }) => text), expected.words.map(({ text }) => text));
  given.words.forEach((word, index) => {
    const wanted = expected.words[index];
    assertNear(word.start, wanted.start, seconds, `start of ${word.text}`);
    assertNear(word.end, wanted.end, seconds, `end of ${word.text}`);
    assertNear(word.confidence, wanted.confidence, confidence, `confidence of ${word.text}`);
  });
}

function assertSame(given, expected) {
  for (const name of ["text", "language", "model", "separator", "duration"]) assert.equal(given[name], expected[name]);
  for (const list of ["segments", "alternatives"]) {
    assert.equal(given[list].length, expected[list].length, list);
    given[list].forEach((item, index) => assertSameWords(item, expected[list][index]));
  }
}

for (const worker of [false, true]) {
  describe(worker ? "in a worker" : "in this thread", () => {
    let model;
    before(async () => {
      model = await load(PACKED, { worker, runtime: "web" });
    });
    after(() => model.free());
    // One vector shows that the worker's answers are the same.
    for (const vector of worker ? vectors.vectors.slice(0, 1) : vectors.vectors) {
      test(vector.name, async () => assertSame(await run(model, vector), vector.expected));
    }
  });
}

// What a program may hand over by mistake or in bad faith: an error of ours or a text, as in Python and C.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeAudio, encodeWav, load, AudioError, AuricleError, ScorerError } from "auricle";
import { FOLDER, packageFiles, samplesOf } from "./data.mjs";

const clip = samplesOf("clip").subarray(0, 8_000);
const scorer = packageFiles()["scorer.lm"];
const headerBytes = new DataView(scorer.buffer, scorer.byteOffset).getUint32(12, true);
let model;

before(async () => (model = await load(FOLDER, { runtime: "web" })));
after(() => model.free());

// Numbers from 0 to 1 that are the same in each run (a linear congruential generator).
function chance(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

// Resolves to the text, or to the error where it is one of ours.
async function outcome(work) {
  try {
    return await work();
  } catch (error) {
    assert.ok(error instanceof AuricleError, String(error?.stack));
    return error;
  }
}

async function hear(samples, options) {
  const stream = await model.stream(options);
  try {
    await stream.feed(samples);
    return (await stream.finish()).text;
  } finally {
    stream.free();
  }
}

const random = chance(1);
const noSpeech = {
  floor: new Int16Array(32_000).fill(-32_768),
  square: Int16Array.from({ length: 32_000 }, (_, n) => (n % 2 ? -32_768 : 32_767)),
  noise: Int16Array.from({ length: 32_000 }, () => 65_535 * random() - 32_768),
  denormal: new Float32Array(32_000).fill(1e-40),
  loud: new Float32Array(32_000).fill(1e4),
  one: new Int16Array(1),
  none: new Float32Array(0),
};
for (const [name, samples] of Object.entries(noSpeech)) {
  test(`samples that are no speech: ${name}`, async () => assert.equal(typeof (await hear(samples)), "string"));
}

for (const value of [NaN, Infinity, -Infinity]) {
  test(`a value that is no sample: ${value}`, () => assert.rejects(hear(new Float32Array(1_000).fill(value, 700, 701)), AudioError));
}

// A WAV file of 4 s, as floats.
function wavOf(values) {
  const bytes = encodeWav(new Float32Array(2 * values.length), 16_000); // with the room that floats take
  const view = new DataView(bytes.buffer);
  view.setUint16(20, 3, true);
  view.setUint16(34, 32, true);
  values.forEach((value, n) => view.setFloat32(44 + 4 * n, value, true));
  return bytes;
}
const sound = Float32Array.from({ length: 64_000 }, (_, n) => Math.sin(n / 7) / 2);
const short = encodeWav(sound, 16_000);

for (const value of [NaN, Infinity, -Infinity]) {
  test(`a WAV file with a value that is no sample: ${value}`, async () => {
    const values = sound.slice(0, 16_000);
    assert.equal(typeof (await model.transcribe(wavOf(values))).text, "string");
    values[9_000] = value;
    await assert.rejects(model.transcribe(wavOf(values)), AudioError);
  });
}

for (const rate of [0, 1, 100, 2_000_000]) {
  test(`a WAV file of the absurd rate ${rate}`, async () => {
    const bytes = short.slice();
    new DataView(bytes.buffer).setUint32(24, rate, true);
    const says = (error) => error instanceof AudioError && error.message.includes(`${rate} Hz, not from 1000 to 768000`);
    await assert.rejects(model.transcribe(bytes), says);
  });
}

test("any cut of a WAV file is an error", async () => {
  for (let size = 0; size < short.length; size += size < 200 ? 7 : 9_973) {
    await assert.rejects(decodeAudio(short.subarray(0, size), 16_000), AudioError, `${size} bytes`);
  }
});

test("flipped bytes of a WAV file are an error or sound", async () => {
  const random = chance(5);
  for (let turn = 0; turn < 100; turn++) {
    const bytes = short.slice();
    const reach = turn < 80 ? 48 : bytes.length; // mostly in the header
    for (let n = 0; n < 1 + (turn % 5); n++) bytes[Math.floor(reach * random())] ^= 0x5a;
    const read = await outcome(() => decodeAudio(bytes, 16_000));
    assert.ok(read instanceof AudioError || read.samples.length > 0);
  }
});

test("a folder is no recording", () => assert.rejects(model.transcribe(FOLDER), AudioError));

test("samples too large for any arithmetic", () => outcome(() => hear(new Float32Array(32_000).fill(3e38))));

test("random grammars", async () => {
  const pieces = ["#JSGF V1.0;", "grammar g;", "public", "<a>", "=", "(", "|", ")", "*", "+"];
  pieces.push("[", "]", "word", "{tag}", "/3/", ";", "\n", "\\", "\ud800", "日");
  const random = chance(2);
  for (let turn = 0; turn < 300; turn++) {
    const length = 1 + Math.floor(29 * random());
    const grammar = Array.from({ length }, () => pieces[Math.floor(pieces.length * random())]).join(" ");
    await outcome(() => hear(clip.subarray(0, 1_600), { grammar, unknownPhraseCost: 2 }));
  }
});

for (const phrase of ["\ud800", " ", "\n", "a".repeat(100_000), "日本"]) {
  test(`a phrase that no one says: ${JSON.stringify(phrase.slice(0, 3))}`, () =>
    outcome(() => hear(clip, { hotWords: { [phrase]: 5 } })));
}

function changed(at, value) {
  const copy = scorer.slice();
  copy[at] = value;
  return copy;
}

test("every damaged header of a scorer has its status", async () => {
  const damaged = [[changed(8, 0x63), "ScorerBadVersion"], [scorer.subarray(0, headerBytes), "ScorerTruncated"]];
  for (let at = 16; at < headerBytes; at += 17) damaged.push([changed(at, scorer[at] ^ 0xff), "ScorerChecksum"]);
  for (const [bytes, status] of damaged) {
    await assert.rejects(model.useScorer(bytes), (error) => error instanceof ScorerError && error.status === status);
  }
  assert.equal(typeof (await hear(clip)), "string"); // with the scorer that it had
});

test("damaged data of a scorer is harmless while it is searched", async () => {
  const random = chance(4);
  for (const count of [1, 10, 1_000, 1_000]) {
    const bytes = scorer.slice();
    for (let n = 0; n < count; n++) {
      bytes[headerBytes + Math.floor((bytes.length - headerBytes) * random())] = 256 * random();
    }
    await outcome(() => model.useScorer(bytes));
    await outcome(() => hear(samplesOf("clip")));
  }
});

// The call sequences of DeepSpeech's own documentation and examples, and what they gave.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { encodeWav } from "auricle";
import * as DeepSpeech from "auricle/deepspeech";
import { FOLDER, PACKED, samplesOf } from "./data.mjs";

const clip = samplesOf("clip");
const buffer = Buffer.from(clip.buffer);
let model;

before(() => (model = new DeepSpeech.Model(PACKED)));
after(() => DeepSpeech.FreeModel(model));

test("the names are the old ones, and `require` finds them", () => {
  const required = createRequire(import.meta.url)("auricle/deepspeech");
  for (const name of ["Model", "FreeModel", "FreeStream", "FreeMetadata", "Version"]) {
    assert.equal(typeof required[name], "function");
  }
  for (const name of [
    "beamWidth", "setBeamWidth", "addHotWord", "eraseHotWord", "clearHotWords", "sampleRate", "enableExternalScorer",
    "disableExternalScorer", "setScorerAlphaBeta", "stt", "sttWithMetadata", "createStream",
  ]) {
    assert.equal(typeof model[name], "function", name);
  }
  const stream = model.createStream();
  for (const name of [
    "feedAudioContent", "intermediateDecode", "intermediateDecodeWithMetadata", "finishStream", "finishStreamWithMetadata",
  ]) {
    assert.equal(typeof stream[name], "function", name);
  }
  DeepSpeech.FreeStream(stream);
  assert.match(DeepSpeech.Version(), /^0\.9\.3\+auricle\.\d/);
});

test("stt returns the text, of samples, bytes and WAV files alike", () => {
  assert.equal(model.sampleRate(), 16_000);
  const text = model.stt(buffer);
  assert.ok(text.split(" ").length > 3);
  assert.equal(model.stt(clip), text);
  const wav = encodeWav(Float32Array.from(clip, (sample) => sample / 32768), 16_000);
  assert.equal(model.stt(Buffer.from(wav)), text);
  assert.equal(model.stt(Buffer.concat([Buffer.alloc(1), buffer]).subarray(1)), text); // at an odd address
});

test("a stream fed in pieces gives the same text", () => {
  const stream = model.createStream();
  for (let at = 0; at < buffer.length; at += 3_200) stream.feedAudioContent(buffer.subarray(at, at + 3_200));
  assert.equal(typeof stream.intermediateDecode(), "string");
  assert.ok(stream.intermediateDecodeWithMetadata().transcripts[0].tokens.length > 0);
  const whole = model.createStream();
  whole.feedAudioContent(buffer);
  assert.equal(stream.finishStream(), whole.finishStream());
  for (const call of [() => stream.feedAudioContent(buffer), () => stream.intermediateDecode(), () => stream.finishStream()]) {
    assert.throws(call, (error) => error instanceof DeepSpeech.DeepSpeechError && /createStream/.test(error));
  }
});

test("metadata spell the text, with times in steps of 20 ms", () => {
  const metadata = model.sttWithMetadata(buffer, 3);
  assert.ok(metadata.transcripts.length >= 1 && metadata.transcripts.length <= 3);
  const [{ tokens, confidence }] = metadata.transcripts;
  assert.equal(tokens.map(({ text }) => text).join(""), model.stt(buffer));
  assert.ok(confidence <= 0);
  tokens.forEach(({ timestep, start_time }, index) => {
    assert.equal(start_time, timestep / 50);
    assert.ok(index === 0 || timestep >= tokens[index - 1].timestep);
  });
  DeepSpeech.FreeMetadata(metadata);
});

test("a scorer changes the text, and its weights count", () => {
  const without = model.stt(buffer);
  assert.throws(() => model.disableExternalScorer(), /DisableExternalScorer failed.*0x2004/);
  assert.throws(() => model.setScorerAlphaBeta(1, 1), /0x2004/);
  model.enableExternalScorer(PACKED);
  const withOwn = model.stt(buffer);
  assert.notEqual(withOwn, without);
  model.enableExternalScorer(`${FOLDER}/scorer.lm`);
  assert.equal(model.stt(buffer), withOwn);
  model.setScorerAlphaBeta(0.5, -20); // each word costs so much that some are left out
  assert.notEqual(model.stt(buffer), withOwn);
  model.disableExternalScorer();
  assert.equal(model.stt(buffer), without);
});

test("a scorer that cannot be used leaves the model as it was", () => {
  assert.throws(() => model.enableExternalScorer("/nowhere.lm"), /EnableExternalScorer failed.*0x2002/);
  assert.throws(() => model.enableExternalScorer("/old.scorer"), /auricle lm build/);
  assert.ok(model.stt(buffer));
});

test("hot words are added, erased and cleared", () => {
  const plain = model.stt(buffer);
  model.addHotWord("kindly", 9);
  assert.throws(() => model.addHotWord("kindly", 9), /AddHotWord failed.*0x3008/);
  assert.throws(() => model.addHotWord("", 9), /0x3008/);
  assert.throws(() => model.addHotWord("word", NaN), /0x3008/);
  model.eraseHotWord("kindly");
  assert.throws(() => model.eraseHotWord("kindly"), /EraseHotWord failed.*0x3010/);
  model.addHotWord("kindly", 9);
  model.clearHotWords();
  assert.equal(model.stt(buffer), plain);
});

test("the beam is as wide as it is set", () => {
  assert.equal(model.beamWidth(), 100);
  model.setBeamWidth(64);
  assert.equal(model.beamWidth(), 64);
  model.setBeamWidth(32);
  for (const width of [0, -1, 1.5, 1e6]) assert.throws(() => model.setBeamWidth(width), { name: "OptionError" });
});

test("audio that is none is refused", () => {
  assert.throws(() => model.stt(Buffer.alloc(3)), /whole samples/);
  assert.throws(() => model.stt("talk.wav"), { name: "OptionError" });
  assert.throws(() => model.sttWithMetadata(buffer, -1), { name: "OptionError" });
  assert.equal(model.stt(Buffer.alloc(0)), "");
});

test("a model that cannot be opened says why, as it did", () => {
  assert.throws(() => new DeepSpeech.Model(""), /CreateModel failed.*0x1000/);
  assert.throws(() => new DeepSpeech.Model("/nowhere.auricle"), (error) => /^CreateModel failed.*0x3000.*nowhere/.test(String(error)));
  assert.throws(() => new DeepSpeech.Model("/old.pbmm"), /CreateModel failed.*0x2003/);
});

test("a freed model refuses", () => {
  const other = new DeepSpeech.Model(FOLDER);
  DeepSpeech.FreeModel(other);
  assert.throws(() => other.stt(buffer), /freed/);
});

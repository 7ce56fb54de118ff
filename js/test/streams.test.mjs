import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { load, AudioError, AuricleError, ModelError, OptionError, Status, StreamError } from "auricle";
import { PACKED, FOLDER, samplesOf } from "./data.mjs";

const clip = samplesOf("clip");
const floats = Float32Array.from(clip, (sample) => sample / 32768);
let model;

before(async () => (model = await load(PACKED, { runtime: "web" })));
after(() => model.free());

function* blocks(samples, lengths) {
  for (let at = 0, turn = 0; at < samples.length; turn++) {
    const length = lengths[turn % lengths.length];
    yield samples.subarray(at, at + length);
    at += length;
  }
}

async function transcribe(samples, lengths, options) {
  const stream = await model.stream(options);
  for (const block of blocks(samples, lengths)) await stream.feed(block);
  const transcript = JSON.stringify(await stream.finish());
  stream.free();
  return transcript;
}

test("block sizes and sample types do not change the result", async () => {
  const whole = await transcribe(clip, [clip.length]);
  assert.equal(await transcribe(clip, [160, 1, 7_001]), whole);
  assert.equal(await transcribe(floats, [5_120]), whole);
  assert.equal(await transcribe(floats, [333, 16_000]), whole);
  assert.equal(JSON.stringify(await model.transcribe(clip, { lowLatency: true })), whole);
  // A file is heard in longer chunks and further ahead, whatever the blocks.
  const file = await transcribe(clip, [clip.length], { lowLatency: false });
  assert.equal(await transcribe(clip, [160, 1, 7_001], { lowLatency: false }), file);
  assert.equal(JSON.stringify(await model.transcribe(clip)), file);
});

test("calls that are not awaited are done in their order", async () => {
  const stream = await model.stream();
  for (const block of blocks(clip, [4_000])) void stream.feed(block);
  assert.equal(JSON.stringify(await stream.finish()), await transcribe(clip, [4_000]));
});

test("streams side by side do not disturb each other", async () => {
  const alone = await transcribe(clip, [3_200]);
  assert.deepEqual(await Promise.all([transcribe(clip, [3_200]), transcribe(clip, [1_600])]), [alone, alone]);
});

test("partials grow, finals stay, the end has everything", async () => {
  const stream = await model.stream();
  const seen = [];
  for await (const event of stream.events(blocks(samplesOf("pauses-and-odd-blocks"), [1_600]))) seen.push(event);
  const finals = seen.filter(({ type }) => type === "final");
  const { transcript } = seen.at(-1);
  assert.equal(seen.at(-1).type, "end");
  assert.ok(seen.some(({ type, text }) => type === "partial" && text));
  assert.deepEqual(finals.map(({ segment }) => segment), transcript.segments);
  assert.deepEqual(finals.map(({ number }) => number), transcript.segments.map((_, index) => index));
  assert.equal(finals.length, 2);
});

test("listeners are told, until they are taken off", async () => {
  const stream = await model.stream();
  let told = 0;
  const listener = () => told++;
  stream.on("partial", listener);
  await stream.feed(clip.subarray(0, 48_000));
  assert.ok(told > 0);
  const before = told;
  stream.off("partial", listener);
  await stream.feed(clip.subarray(48_000));
  assert.equal(told, before);
  assert.ok((await stream.partial()).text.length > 0);
  stream.free();
});

test("after flush the stream goes on", async () => {
  const stream = await model.stream();
  await stream.feed(clip);
  const first = await stream.flush();
  assert.ok(first.segments.length >= 1);
  await stream.feed(clip);
  const all = await stream.finish();
  assert.deepEqual(all.segments.slice(0, first.segments.length), first.segments);
  assert.equal(all.duration, Math.round((2e3 * clip.length) / 16_000) / 1e3);
});

test("reset makes a new stream of a finished one", async () => {
  const stream = await model.stream();
  await stream.feed(clip);
  const first = JSON.stringify(await stream.finish());
  await assert.rejects(stream.feed(clip), (error) => error instanceof StreamError && error.code === Status.StreamFinished);
  await assert.rejects(stream.finish(), StreamError);
  await stream.reset();
  await stream.feed(clip);
  assert.equal(JSON.stringify(await stream.finish()), first);
});

test("samples that are not numbers are refused, and the stream goes on", async () => {
  const stream = await model.stream();
  await stream.feed(clip.subarray(0, 16_000));
  for (const value of [NaN, Infinity]) {
    await assert.rejects(
      stream.feed(new Float32Array([0, value])),
      (error) => error instanceof AudioError && error.status === "NotFinite" && /sample 1/.test(error.message),
    );
  }
  await assert.rejects(stream.feed(new Float32Array([NaN]), { sampleRate: 48_000 }), AudioError);
  await assert.rejects(stream.feed([0, 1]), OptionError);
  await assert.rejects(stream.feed(clip, { sampleRate: 0 }), OptionError);
  await stream.feed(clip.subarray(16_000));
  assert.equal(JSON.stringify(await stream.finish()), await transcribe(clip, [clip.length]));
});

test("a grammar says what may be heard", async () => {
  const stream = await model.stream({ grammar: "yes\nno", unknownPhraseCost: Infinity });
  await stream.feed(clip);
  const { segments } = await stream.finish();
  for (const { text, inGrammar } of segments) {
    assert.match(text, /^(yes|no)$/);
    assert.equal(inGrammar, true);
  }
});

const wrong = [
  [{ beamWidth: 0 }, /beam_width is 0.*from 1 to 10000/],
  [{ beamWidth: 1.5 }, /whole number/],
  [{ beamMargin: -1 }, /beam_margin is -1.*above 0/],
  [{ alpha: -0.5 }, /alpha is -0.5/],
  [{ hotWords: { "": 1 } }, /must not be empty/],
  [{ hotWords: { a: NaN } }, /boost/],
  [{ hotWords: ["a"] }, /map phrases/],
  [{ useScorer: "yes" }, /boolean/],
  [{ endpointSilence: 1e9 }, /86400/],
  [{ endpointUnsureSilence: 0.25 }, /uncertain text is 0.25 s, shorter/],
  [{ colour: "red" }, /no option colour/],
];
for (const [options, message] of wrong) {
  test(`options that are wrong say why: ${JSON.stringify(options)}`, async () => {
    await assert.rejects(model.stream(options), (error) => error instanceof OptionError && message.test(error.message));
  });
}

test("a grammar that is wrong has its code", async () => {
  await assert.rejects(
    model.stream({ grammar: "#JSGF V1.0;\ngrammar g;\npublic <a> = <b>;" }),
    (error) => error instanceof OptionError && error.status === "GrammarUndefined",
  );
});

test("what was freed refuses further use", async () => {
  const other = await load(FOLDER, { runtime: "web" });
  const stream = await other.stream();
  const second = await other.stream();
  stream.free();
  stream.free();
  await assert.rejects(stream.feed(clip), StreamError);
  other.free();
  await assert.rejects(second.feed(clip), AuricleError);
  await assert.rejects(other.stream(), ModelError);
});

test("a worker says what is wrong as the same errors", async () => {
  const other = await load(FOLDER, { worker: true });
  await assert.rejects(other.stream({ beamWidth: 0 }), (error) => error instanceof OptionError && error.code === 100);
  const stream = await other.stream();
  const kept = floats.slice();
  await stream.feed(kept);
  assert.equal(kept.length, floats.length); // was copied, not taken away
  other.free();
  await assert.rejects(stream.finish(), AuricleError);
});

test("a recording can be stopped, and tells how far it is", async () => {
  const done = [];
  await model.transcribe(clip, { progress: (seconds, all) => done.push([seconds, all]) });
  assert.deepEqual(done.at(-1), [clip.length / 16_000, clip.length / 16_000]);
  await assert.rejects(model.transcribe(clip, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("another scorer, or none, serves the streams that begin later", async () => {
  const other = await load(FOLDER, { runtime: "web" });
  const own = (await other.transcribe(clip)).text;
  await other.useScorer(null);
  assert.equal(other.hasScorer, false);
  assert.notEqual((await other.transcribe(clip)).text, own);
  await other.useScorer(`${FOLDER}/scorer.lm`);
  assert.equal((await other.transcribe(clip)).text, own);
  await other.useScorer(null);
  await other.useScorer(FOLDER);
  assert.equal((await other.transcribe(clip)).text, own);
  assert.equal(other.hasScorer, true);
  other.free();
});

test("streams and models that are dropped are collected", { skip: !globalThis.gc }, async () => {
  let stream = new WeakRef(await model.stream());
  for (let turn = 0; turn < 20 && stream.deref(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc();
  }
  assert.equal(stream.deref(), undefined);
});

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeWav, encodeWav, load, AudioError, OptionError, Resampler } from "auricle";
import { PACKED, samplesOf } from "./data.mjs";

const clip = samplesOf("clip");
const floats = Float32Array.from(clip, (sample) => sample / 32768);
let model;

before(async () => (model = await load(PACKED, { runtime: "web" })));
after(() => model.free());

// A WAV file of any format: wav(code, bits, channels, rate, samples in [-1, 1])
function wav(code, bits, channels, rate, samples, claimed) {
  const size = (bits / 8) * channels * samples.length;
  const data = Buffer.alloc(size);
  const write = {
    "1/8": (value, at) => data.writeUInt8(Math.round(127 * value) + 128, at),
    "1/16": (value, at) => data.writeInt16LE(Math.round(32767 * value), at),
    "1/24": (value, at) => data.writeIntLE(Math.round(8388607 * value), at, 3),
    "1/32": (value, at) => data.writeInt32LE(Math.round(2147483647 * value), at),
    "3/32": (value, at) => data.writeFloatLE(value, at),
    "3/64": (value, at) => data.writeDoubleLE(value, at),
  }[`${code}/${bits}`];
  samples.forEach((value, n) => {
    for (let channel = 0; channel < channels; channel++) write?.(value, (bits / 8) * (channels * n + channel));
  });
  const head = Buffer.alloc(36);
  head.write("RIFF\0\0\0\0WAVEfmt ", "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(code, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt16LE(bits, 34);
  const list = Buffer.from("LIST\x05\0\0\0hello\0", "latin1"); // a chunk of odd length before the samples
  const tag = Buffer.from("data\0\0\0\0", "latin1");
  tag.writeUInt32LE(claimed ?? size, 4);
  return new Uint8Array(Buffer.concat([head, list, tag, data]));
}

const tone = (count, rate, hertz) => Float32Array.from({ length: count }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate));
const loudest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

for (const [code, bits, tolerance] of [[1, 8, 0.02], [1, 16, 1e-4], [1, 24, 1e-6], [1, 32, 1e-7], [3, 32, 1e-7], [3, 64, 1e-7]]) {
  for (const channels of [1, 2, 5]) {
    test(`WAV of format ${code}, ${bits} bits, ${channels} channels`, () => {
      const samples = tone(1_000, 8_000, 440);
      const { samples: read, sampleRate } = decodeWav(wav(code, bits, channels, 8_000, samples));
      assert.equal(sampleRate, 8_000);
      assert.ok(loudest(read.map((value, n) => value - samples[n])) < tolerance);
    });
  }
}

test("what is written is read again", () => {
  assert.deepEqual(decodeWav(encodeWav(floats, 16_000)), { samples: floats, sampleRate: 16_000 });
});

const broken = [
  ["cut off", wav(1, 16, 1, 8_000, tone(100, 8_000, 440)).subarray(0, 120), /cut off/],
  ["without samples", wav(1, 16, 1, 8_000, []), /no samples/],
  ["that ends in its header", wav(1, 16, 1, 8_000, []).subarray(0, 30), /damaged/],
  ["of another encoding", wav(2, 4, 1, 8_000, []), /ffmpeg/],
  ["without channels", wav(1, 16, 0, 8_000, []), /no channels/],
  ["of another kind", new TextEncoder().encode("ID3 and so on, an MP3"), /not a WAV file.*ffmpeg/],
  ["that is empty", new Uint8Array(0), /empty/],
];
for (const [name, bytes, message] of broken) {
  test(`a recording ${name} says so`, () =>
    assert.rejects(model.transcribe(bytes), (error) => error instanceof AudioError && message.test(error.message)));
}

test("a file that is not there, and what is no recording", async () => {
  await assert.rejects(model.transcribe("/nowhere.wav"), AudioError);
  await assert.rejects(model.transcribe({}), OptionError);
  await assert.rejects(model.transcribe(encodeWav(floats, 16_000), { sampleRate: 8_000 }), OptionError);
});

test("a length that was never filled in means: to the end", () => {
  assert.equal(decodeWav(wav(1, 16, 1, 8_000, tone(100, 8_000, 440), 0xffffffff)).samples.length, 100);
});

test("a WAV file and its samples give the same transcript", async () => {
  const file = await model.transcribe(encodeWav(floats, 16_000));
  assert.deepEqual(file.toJSON(), (await model.transcribe(clip)).toJSON());
});

for (const from of [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 44_099]) {
  test(`resampling from ${from} Hz keeps a tone, and drops what lies above`, () => {
    const resample = (samples) => {
      const resampler = new Resampler(from, 16_000);
      return Float32Array.from([...resampler.push(samples), ...resampler.rest()]);
    };
    const kept = resample(tone(from, from, 1_000));
    assert.equal(kept.length, 16_000);
    const wanted = tone(16_000, 16_000, 1_000);
    const middle = kept.map((value, n) => value - wanted[n]).subarray(500, 15_500);
    assert.ok(loudest(middle) < 1e-3, `${loudest(middle)}`);
    if (from > 24_000) assert.ok(loudest(resample(tone(from, from, 10_000)).subarray(500, 15_500)) < 1e-3);
  });
}

test("blocks of any length are resampled alike", () => {
  const samples = tone(44_100, 44_100, 523);
  const whole = new Resampler(44_100, 16_000);
  const expected = [...whole.push(samples), ...whole.rest()];
  const parts = new Resampler(44_100, 16_000);
  const given = [];
  for (let at = 0, length = 1; at < samples.length; at += length, length = (length * 7) % 1_009) {
    given.push(...parts.push(samples.subarray(at, at + length)));
  }
  given.push(...parts.rest());
  assert.deepEqual(given, expected);
});

test("a stream takes another rate, and changes of it", async () => {
  const up = new Resampler(16_000, 48_000);
  const fast = Float32Array.from([...up.push(floats), ...up.rest()]);
  const words = (await model.transcribe(clip)).words.map(({ text }) => text);
  const heard = await model.transcribe(fast, { sampleRate: 48_000 });
  const same = heard.words.filter(({ text }) => words.includes(text)).length;
  assert.ok(same >= words.length - 3, heard.text);
  assert.ok(Math.abs(heard.duration - clip.length / 16_000) < 0.01);
  const stream = await model.stream();
  await stream.feed(fast.subarray(0, 96_000), { sampleRate: 48_000 });
  await stream.feed(clip.subarray(32_000));
  assert.ok(Math.abs((await stream.finish()).duration - clip.length / 16_000) < 0.01);
});

for (const rate of [0, -1, 1e9, NaN, 8_000.5]) {
  test(`no recording has the rate ${rate}`, () => assert.throws(() => new Resampler(rate, 16_000), OptionError));
}

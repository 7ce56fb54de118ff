// Every way in which a package can be broken has its own error, with a remedy.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { load, AuricleError, ModelError, ScorerError } from "auricle";
import { FOLDER, packageFiles, packed, packedBytes, samplesOf } from "./data.mjs";

const files = packageFiles();
const open = (source, options) => load(source, { runtime: "web", ...options });

function described(change) {
  const values = JSON.parse(Buffer.from(files["auricle.json"]));
  change(values);
  return { ...files, "auricle.json": Buffer.from(JSON.stringify(values)) };
}

// A file of the package with a checksum that fits.
function replaced(name, content) {
  const sum = createHash("sha256").update(content).digest("hex");
  return { ...described((values) => (values.checksums[name] = sum)), [name]: content };
}

function flipped(content) {
  const copy = new Uint8Array(content);
  copy[copy.length >> 1] ^= 1;
  return copy;
}

async function assertRefused(given, status, message = /./) {
  const source = given instanceof Uint8Array || typeof given === "string" ? given : packed(given);
  await assert.rejects(open(source), (error) => {
    assert.ok(error instanceof AuricleError, String(error?.stack));
    assert.ok([status].flat().includes(error.status), `${error.status}: ${error.message}`);
    assert.match(error.message, message);
    return true;
  });
}

const text = (content) => Buffer.from(content);

test("an unbroken package opens, whole or in parts", async () => {
  const clip = samplesOf("clip");
  const texts = new Set();
  for (const source of [packed(files), FOLDER, packedBytes().buffer, new Blob([packedBytes()])]) {
    const model = await open(source);
    assert.equal(model.name, "en");
    assert.equal(model.sampleRate, 16_000);
    texts.add((await model.transcribe(clip)).text);
    model.free();
  }
  assert.equal(texts.size, 1);
});

test("a path that is not there", () => assertRefused("/klingon.auricle", "PackageNotFound", /klingon/));
test("a folder without description", () => assertRefused(tmpdir(), "PackageNotFound", /no auricle\.json/));
test("what is no model at all", () => assert.rejects(open(7), { name: "OptionError" }));

for (const content of ["{", "\xff\xfe", "7", "[".repeat(100_000)]) {
  test(`a description that is not one: ${content.slice(0, 3)}`, () =>
    assertRefused({ ...files, "auricle.json": Buffer.from(content, "latin1") }, ["PackageDescription", "PackageFormat"], /install/));
}

test("a format of the future names both formats", () =>
  assertRefused(described((values) => (values.format = 99)), "PackageFormat", /format 99.*reads format 1/));

for (const name of ["units", "acoustic", "language", "name"]) {
  test(`a missing value is named: ${name}`, () =>
    assertRefused(described((values) => delete values[name]), "PackageDescription", new RegExp(`${name} is missing`)));
}

const numbers = [
  ["chunk_frames", 0],
  ["chunk_frames", 2 ** 40],
  ["frame_samples", -640],
  ["sample_rate", 1e300],
  ["delay_frames", 0.5],
  ["states", [{ name: "h", shape: [2 ** 31, 2 ** 31] }]],
  ["file", "../../acoustic.onnx"],
];
for (const [name, value] of numbers) {
  test(`numbers that no model has: ${name} ${JSON.stringify(value)}`, () =>
    assertRefused(described((values) => (values.acoustic[name] = value)), "PackageDescription"));
}

test("a chunk that the graph does not make", () =>
  assertRefused(described((values) => (values.acoustic.frame_samples /= 2)), "GraphContract"));
test("a blank that is no token", () =>
  assertRefused(described((values) => (values.units.blank = 100_000)), "VocabularyBlank"));
test("a graph with other states than described", () =>
  assertRefused(described((values) => (values.acoustic.states[0].name = "other")), "GraphContract", /does not fit/));
test("a graph with another vocabulary than described", () =>
  assertRefused(
    described((values) => {
      values.units.tokens.push("surplus");
      values.scorer = null;
    }),
    "GraphContract",
  ));

for (const name of Object.keys(files).filter((file) => file !== "auricle.json")) {
  test(`a missing file is named: ${name}`, () => {
    const { [name]: _, ...rest } = files;
    return assertRefused(rest, "PackageFileMissing", new RegExp(name));
  });
  test(`one changed bit is found: ${name}`, () =>
    assertRefused({ ...files, [name]: flipped(files[name]) }, "PackageChecksum", new RegExp(name)));
}

for (const content of ["", "not a graph", "\x08\x07".repeat(100)]) {
  test(`a file that is no graph: ${JSON.stringify(content.slice(0, 11))}`, () =>
    assertRefused(replaced("acoustic.onnx", text(content)), ["GraphInvalid", "GraphContract"]));
}
test("a truncated graph", () => {
  const graph = files["acoustic.onnx"];
  return assertRefused(replaced("acoustic.onnx", graph.subarray(0, graph.length >> 1)), "GraphInvalid");
});

const scorer = files["scorer.lm"];
const zeroed = scorer.slice().fill(0, 100, 150);
const scorers = [
  ["empty", text(""), "ScorerTruncated"],
  ["not a scorer", text("not a scorer"), "ScorerBadMagic"],
  ["cut off", scorer.subarray(0, scorer.length >> 1), "ScorerTruncated"],
  ["with a hole", zeroed, "ScorerChecksum"],
];
for (const [name, content, status] of scorers) {
  test(`a broken scorer: ${name}`, () => assertRefused(replaced("scorer.lm", content), status));
  test(`a broken scorer of the user: ${name}`, () =>
    assert.rejects(open(FOLDER, { scorer: new Uint8Array(content) }), (error) => error instanceof ScorerError && error.status === status));
}
test("a scorer that is not there", () =>
  assert.rejects(open(FOLDER, { scorer: "/nowhere.lm" }), (error) => error.status === "ScorerNotFound"));

test("a packed file that is no archive", () => assertRefused(text("no archive"), "PackageArchive"));
test("no bytes at all", () => assertRefused(new Uint8Array(0), "PackageArchive"));
for (const part of [0.1, 0.5, 0.99]) {
  test(`a packed package that is cut off at ${part}`, () => {
    const bytes = packedBytes();
    return assertRefused(bytes.subarray(0, Math.floor(part * bytes.length)), "PackageArchive");
  });
}
test("a packed file with folders", () => assertRefused({ "../evil": text("") }, "PackageArchive", /no folders/));
test("a packed file that is compressed", () => assertRefused(packed(files, 8), "PackageArchive", /stored/));

test("a package that a server gives, or does not", async () => {
  const server = createServer(({ url }, answer) => {
    const content = files[url.slice(4)];
    answer.writeHead(content && url.startsWith("/en/") ? 200 : 404).end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close());
  const base = `http://127.0.0.1:${server.address().port}`;
  const model = await open(`${base}/en/`);
  assert.equal(model.name, "en");
  model.free();
  await assertRefused(`${base}/nothing.auricle`, "PackageNotFound", /404/);
  await assertRefused(`${base}/nothing/`, "PackageNotFound");
});

test("a damaged byte anywhere in a description never does more than throw", async () => {
  const description = files["auricle.json"];
  const folder = mkdtempSync(join(tmpdir(), "auricle-"));
  for (let seed = 1; seed <= 40; seed++) {
    const damaged = description.slice();
    damaged[(seed * 7919) % damaged.length] = (seed * 104_729) & 0xff;
    writeFileSync(join(folder, "auricle.json"), damaged);
    await open(folder).then(
      (model) => model.free(),
      (error) => assert.ok(error instanceof ModelError, String(error.stack)),
    );
  }
});

// Every way in which a package can be broken has its own error, with a remedy.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { load, AuricleError, ModelError, OptionError, ScorerError } from "auricle";
import { BROKEN, FOLDER, packageFiles, packed, packedBytes, samplesOf } from "./data.mjs";

const files = packageFiles();
const open = (source, options) => load(source, { runtime: "web", ...options });
const broken = (kind) => JSON.parse(readFileSync(join(BROKEN, `${kind}.json`), "utf8"));

async function assertRefused(source, statuses, words = []) {
  await assert.rejects(open(source), (error) => {
    assert.ok(error instanceof AuricleError, String(error?.stack));
    assert.ok(statuses.includes(error.status), `${error.status}: ${error.message}`);
    for (const word of words) assert.ok(error.message.includes(word), error.message);
    return true;
  });
}

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

test("a path that is not there", () => assertRefused("/klingon.auricle", ["PackageNotFound"], ["klingon"]));
test("what is no model at all", () => assert.rejects(open(7), { name: "OptionError" }));
test("no bytes at all", () => assertRefused(new Uint8Array(0), ["PackageArchive"]));

for (const { name, file, status, words } of broken("packages")) {
  test(`a broken package, of a path: ${name}`, () => assertRefused(join(BROKEN, file), status, words));
}

test("a packed package may lack its description", () => {
  const { "auricle.json": _, ...rest } = files;
  return assertRefused(packed(rest), ["PackageFileMissing", "PackageArchive", "PackageDescription", "PackageNotFound"], ["auricle.json"]);
});

test("every damaged header and length of a scorer has its status", async () => {
  const model = await open(FOLDER);
  for (const { file, status } of broken("scorers")) {
    const bytes = readFileSync(join(BROKEN, file));
    const outcome = model.useScorer(new Uint8Array(bytes));
    if (status) {
      await assert.rejects(outcome, (error) => error instanceof ScorerError && error.status === status, file);
      continue;
    }
    await outcome.catch((error) => assert.ok(error instanceof ScorerError, String(error.stack))); // of another vocabulary
    await model.transcribe(samplesOf("clip").subarray(0, 16_000));
  }
  model.free();
});
test("a scorer that is not there", () =>
  assert.rejects(open(FOLDER, { scorer: "/nowhere.lm" }), (error) => error.status === "ScorerNotFound"));

test("every text that is no grammar has its status", async () => {
  const model = await open(FOLDER);
  for (const { name, text, status } of broken("grammars")) {
    await assert.rejects(model.stream({ grammar: text }), (error) => error instanceof OptionError && error.status === status, name);
  }
  model.free();
});

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
  await assertRefused(`${base}/nothing.auricle`, ["PackageNotFound"], ["404"]);
  await assertRefused(`${base}/nothing/`, ["PackageNotFound"]);
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

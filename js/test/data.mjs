// What the tests share: the packed model, the vectors that all languages run, their audio.
// scripts/test makes the audio and the package; AURICLE_TEST_DATA names another folder of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageFiles as filesOf, zip } from "../scripts/pack.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const DATA = process.env.AURICLE_TEST_DATA ?? join(ROOT, "build", "c-tests-data");
export const PACKED = join(DATA, "en.auricle");
/** The packages, scorers and grammars that are broken in every way that Python's tests know. */
export const BROKEN = join(DATA, "broken");
/** The packages of a model of DeepSpeech, and what it heard of recordings: see tests/deepspeech_files.py. */
export const CONVERTED = join(DATA, "deepspeech");
export const FOLDER = join(ROOT, "models", "en");
export const vectors = JSON.parse(readFileSync(join(ROOT, "tests", "data", "vectors", "en.json"), "utf8"));

/** The samples of a vector, int16 at 16 kHz. */
export const samplesOf = (name) => rawSamples(join(DATA, `${name}.raw`));

/** The samples of a file of nothing else. */
export function rawSamples(path) {
  const bytes = readFileSync(path);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The bytes of the packed model, a copy that may be damaged. */
export function packedBytes() {
  return new Uint8Array(readFileSync(PACKED));
}

/** The files of the package, name -> bytes that may be damaged. */
export const packageFiles = () =>
  Object.fromEntries(Object.entries(filesOf(FOLDER)).map(([name, content]) => [name, new Uint8Array(content)]));

/** A packed package of files; `method` 8 claims that they are deflated. */
export const packed = (files, method) => new Uint8Array(zip(files, method));

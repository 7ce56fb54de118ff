// Writes src/status.ts from the table that all languages share: node scripts/status.mjs
import { readFileSync, writeFileSync } from "node:fs";

const here = (path) => new URL(path, import.meta.url);
const header = readFileSync(here("../../core/include/auricle/status.h"), "utf8");

export const table = [...header.matchAll(/X\(k(\w+), (\d+), "(.*)"\)/g)].map(([, name, code, sentence]) => ({
  name,
  code: Number(code),
  sentence,
}));

export const text = [
  "// Made by scripts/status.mjs from core/include/auricle/status.h; do not edit.",
  "",
  "/** The codes of errors, shared with Python and C. They never change; new ones are added. */",
  "export const Status = {",
  ...table.flatMap(({ name, code, sentence }) => [`  /** ${sentence} */`, `  ${name}: ${code},`]),
  "} as const;",
  "",
].join("\n");

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(here("../src/status.ts"), text);

// The examples of the documents, as tests/documents.py gives them to tests in Python; it finds what is taken here, too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./data.mjs";

const read = (document) => readFileSync(join(ROOT, document), "utf8");

/** The code blocks of a language, in the order in which they stand there. */
export const code = (document, language) =>
  [...read(document).matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, block]) => block);

/** The one command for a shell, in an indented line, that begins like this. */
export function command(document, beginning) {
  const lines = read(document).split("\n").filter((line) => line.startsWith(`    ${beginning}`));
  assert.equal(lines.length, 1, `${document} has ${lines.length} commands that begin with ${beginning}`);
  return lines[0].trim();
}

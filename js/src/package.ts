// Reads model packages and scorers from wherever they are.
import type { Core } from "./core.js";
import type { PackageBytes, Progress, Source } from "./engine.js";
import { errorFromStatus, ModelError } from "./errors.js";
import { isFolder, readAll } from "#platform";
import { Status } from "./status.js";

const DESCRIPTION = "auricle.json";

/** Opens a package in the core while work is done. */
export function withPackage<T>(core: Core, bytes: PackageBytes, work: () => T): T {
  const pointers: number[] = [];
  const keep = (content: Uint8Array) => (pointers.push(core.copyIn(content)), pointers.at(-1)!);
  try {
    if ("archive" in bytes) {
      core.check("open_archive", keep(bytes.archive), bytes.archive.length);
    } else {
      for (const [name, content] of Object.entries(bytes.files)) {
        const encoded = new TextEncoder().encode(name);
        core.with(encoded, (pointer) => core.call("add_file", pointer, encoded.length, keep(content), content.length));
      }
      core.check("open_files");
    }
    return work();
  } finally {
    if (!core.dead) {
      core.call("close_package");
      for (const pointer of pointers) core.call("release", pointer);
    }
  }
}

/** A scorer.lm, or a package whose scorer is meant. */
export async function readScorer(source: Source): Promise<Uint8Array | PackageBytes> {
  if (typeof source === "string" && (await isFolder(source))) return readPackage(source, () => undefined);
  const bytes = await readBytes(source, Status.ScorerNotFound, "the scorer file cannot be opened");
  const isArchive = bytes[0] === 0x50 && bytes[1] === 0x4b; // "PK"
  return isArchive ? { archive: bytes } : bytes;
}

// The content of a file or URL; `status` and `sentence` tell what it means that there is none.
async function readBytes(
  source: Source,
  status: number,
  sentence: string,
  progress?: Progress,
): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  try {
    return await readAll(source, progress);
  } catch (error) {
    throw errorFromStatus(status, `${sentence}: ${source}: ${(error as Error).message}`);
  }
}

export async function readPackage(source: Source, progress: Progress): Promise<PackageBytes> {
  if (source instanceof Uint8Array || !(await isFolder(source))) {
    const sentence = "there is no model package at this place";
    return { archive: await readBytes(source, Status.PackageNotFound, sentence, progress) };
  }
  const place = (name: string) => `${source.replace(/\/$/, "")}/${name}`;
  let description: Uint8Array;
  try {
    description = await readAll(place(DESCRIPTION));
  } catch (cause) {
    throw new ModelError(
      `there is no model package at this place: ${source} has no ${DESCRIPTION}; ` +
        "give a package folder or a .auricle file",
      Status.PackageNotFound,
      { cause },
    );
  }
  const files: Record<string, Uint8Array> = { [DESCRIPTION]: description };
  for (const name of filesOf(description)) {
    try {
      files[name] = await readAll(place(name));
    } catch {
      // The core names what is missing.
    }
  }
  return { files };
}

// The files that a description names. The core says what is wrong with one that is not right.
function filesOf(description: Uint8Array): string[] {
  let values: any;
  try {
    values = JSON.parse(new TextDecoder().decode(description));
  } catch {
    return [];
  }
  const named = [values?.acoustic?.file, values?.scorer, values?.lexicon, ...Object.keys(values?.checksums ?? {})];
  return [...new Set(named)].filter((name) => typeof name === "string" && /^[^./\\:][^/\\:]*$/.test(name));
}

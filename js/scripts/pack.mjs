// Packs a model package: node scripts/pack.mjs FOLDER FILE.auricle
//
// The same as auricle.package.pack of Python: a zip file of the description and the files that it names, stored.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const METHOD_STORED = 0;
const FIRST_DAY_OF_DOS = 0x21; // 1 January 1980

/** A zip file of files, name -> bytes. */
export function zip(files, method = METHOD_STORED) {
  const parts = [];
  const directory = [];
  let place = 0;
  for (const [name, content] of Object.entries(files)) {
    const encoded = Buffer.from(name);
    const common = Buffer.alloc(26); // version, flags, method, time, date, sum, sizes, length of the name
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE(FIRST_DAY_OF_DOS, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(encoded.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(place, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, rest, encoded);
    const member = [Buffer.from("PK\x03\x04", "latin1"), common, encoded, content];
    parts.push(...member);
    place += member.reduce((sum, { length }) => sum + length, 0);
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(place, 16);
  return Buffer.concat([...parts, listing, end]);
}

/** The files of a package folder that belong to it, name -> bytes. */
export function packageFiles(folder) {
  const read = (name) => readFileSync(join(folder, name));
  const names = ["auricle.json", ...Object.keys(JSON.parse(read("auricle.json")).checksums)];
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

const sums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = sums[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [folder, file] = process.argv.slice(2);
  writeFileSync(file, zip(packageFiles(folder)));
}

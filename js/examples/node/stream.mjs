// Prints words while raw samples (16 bits, 16 kHz, one channel) come from standard input:
//     arecord -f S16_LE -r 16000 -t raw | node stream.mjs MODEL.auricle
import { load } from "auricle";

const model = await load(process.argv[2]);
const stream = await model.stream();

async function* blocks() {
  let rest = Buffer.alloc(0);
  for await (const part of process.stdin) {
    const bytes = Buffer.concat([rest, part]);
    const whole = bytes.length & ~1;
    rest = bytes.subarray(whole);
    yield new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + whole));
  }
}

for await (const event of stream.events(blocks())) {
  if (event.type === "partial") process.stderr.write(`\r\x1b[K${event.text}`);
  if (event.type === "final") {
    process.stderr.write("\r\x1b[K"); // the partial text makes room
    console.log(event.segment.text);
  }
}

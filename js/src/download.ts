// Downloads a file, telling how far it has come.
import type { Progress } from "./engine.js";

export async function download(url: string, progress?: Progress): Promise<Uint8Array> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the server answered ${answer.status} ${answer.statusText}`.trim());
  if (!progress || !answer.body) return new Uint8Array(await answer.arrayBuffer());
  // A compressed answer's length is not that of what comes out.
  const length = answer.headers.has("content-encoding") ? null : answer.headers.get("content-length");
  const total = length === null ? undefined : Number(length);
  const parts: Uint8Array[] = [];
  let loaded = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    progress((loaded += value.length), total);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

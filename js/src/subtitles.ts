// Subtitles of a transcript: cues that are short enough to read, broken where a word ends.
import type { Word } from "./transcript.js";

const LINE_CHARACTERS = 42;
const CUE_CHARACTERS = 2 * LINE_CHARACTERS;
const CUE_SECONDS = 7;
const SHORTEST_SECONDS = 0.8;

interface Spoken {
  readonly separator: string;
  readonly segments: readonly { readonly words: readonly Word[] }[];
}

interface Cue {
  start: number;
  end: number;
  lines: string[];
}

export function subtitles(transcript: Spoken, form: "srt" | "vtt"): string {
  const cues = cuesOf(transcript);
  if (form === "vtt") {
    return `WEBVTT\n${cues.map((cue) => `\n${times(cue, ".")}\n${vttEscaped(cue)}\n`).join("")}`;
  }
  return cues.map((cue, index) => `${index + 1}\n${times(cue, ",")}\n${cue.lines.join("\n")}\n`).join("\n");
}

function cuesOf({ segments, separator }: Spoken): Cue[] {
  const cues = segments.flatMap(({ words }) => split(words, separator).map((part) => cueOf(part, separator)));
  // A short cue stays until it can be read, but not into the next one.
  cues.forEach((cue, index) => {
    const next = cues[index + 1]?.start ?? Infinity;
    cue.end = Math.max(cue.end, Math.min(cue.start + SHORTEST_SECONDS, next));
  });
  return cues;
}

function split(words: readonly Word[], separator: string): Word[][] {
  const parts: Word[][] = [];
  let part: Word[] = [];
  for (const word of words) {
    const grown = [...part, word];
    const first = grown[0]!;
    if (part.length && (lines(grown, separator).length > 2 || word.end - first.start > CUE_SECONDS)) {
      parts.push(part);
      part = [];
    }
    part.push(word);
  }
  return part.length ? [...parts, part] : parts;
}

function cueOf(words: readonly Word[], separator: string): Cue {
  return { start: words[0]!.start, end: words.at(-1)!.end, lines: lines(words, separator) };
}

// One line where it fits; else two of about the same length.
function lines(words: readonly Word[], separator: string): string[] {
  const length = words.map(({ text }) => text).join(separator).length;
  const target = length <= LINE_CHARACTERS || length > CUE_CHARACTERS ? LINE_CHARACTERS : Math.ceil(length / 2) + 4;
  const result: string[] = [];
  for (const { text } of words) {
    const last = result.at(-1);
    const grown = last === undefined ? text : last + separator + text;
    if (last === undefined || grown.length > Math.min(target, LINE_CHARACTERS)) result.push(text);
    else result[result.length - 1] = grown;
  }
  return result;
}

function times({ start, end }: Cue, point: string): string {
  return `${clock(start, point)} --> ${clock(end, point)}`;
}

function clock(seconds: number, point: string): string {
  const milliseconds = Math.round(1000 * seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const [hours, minutes, rest] = [milliseconds / 3_600_000, (milliseconds / 60_000) % 60, (milliseconds / 1000) % 60];
  return `${two(hours)}:${two(minutes)}:${two(rest)}${point}${String(milliseconds % 1000).padStart(3, "0")}`;
}

function vttEscaped({ lines }: Cue): string {
  return lines.join("\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

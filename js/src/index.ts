// Auricle in JavaScript: offline speech recognition, in files and live.
//
//     import { load } from "auricle";
//     const model = await load("en.auricle");
//     const transcript = await model.transcribe("talk.wav");
export { load, Model, type LoadOptions, type ModelSource, type TranscribeOptions } from "./model.js";
export { Stream } from "./stream.js";
export type { StreamOptions } from "./options.js";
export type { EndEvent, FinalEvent, PartialEvent, StreamEvent } from "./events.js";
export { Transcript, type Alternative, type Segment, type TranscriptJson, type Word } from "./transcript.js";
export { decodeAudio, type AudioSource } from "./audio.js";
export type { Samples } from "./engine.js";
export { openMicrophone, type Microphone, type MicrophoneOptions } from "./microphone.js";
export { decodeWav, encodeWav, type Recording } from "./wav.js";
export { Resampler } from "./resampler.js";
export {
  AudioError,
  AuricleError,
  MemoryError,
  ModelError,
  OptionError,
  ScorerError,
  StreamError,
} from "./errors.js";
export { Status } from "./status.js";

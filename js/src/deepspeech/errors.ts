// The errors of the old API: the name of a function and DeepSpeech's code.
import { AuricleError } from "../errors.js";

/** Those of DeepSpeech's error codes that can occur here, with their old numbers. */
export const ErrorCode = {
  NO_MODEL: 0x1000,
  INVALID_SCORER: 0x2002,
  MODEL_INCOMPATIBLE: 0x2003,
  SCORER_NOT_ENABLED: 0x2004,
  FAIL_INIT_MMAP: 0x3000,
  FAIL_INSERT_HOTWORD: 0x3008,
  FAIL_ERASE_HOTWORD: 0x3010,
} as const;

const sentences: Record<number, string> = {
  [ErrorCode.NO_MODEL]: "No model is named.",
  [ErrorCode.INVALID_SCORER]: "The scorer cannot be used.",
  [ErrorCode.MODEL_INCOMPATIBLE]: "The model is of another engine.",
  [ErrorCode.SCORER_NOT_ENABLED]: "No scorer is enabled.",
  [ErrorCode.FAIL_INIT_MMAP]: "The model cannot be opened.",
  [ErrorCode.FAIL_INSERT_HOTWORD]: "The hot word cannot be added.",
  [ErrorCode.FAIL_ERASE_HOTWORD]: "The hot word cannot be erased.",
};

/** A call failed. DeepSpeech threw strings: `String(error)` is worded as they were. */
export class DeepSpeechError extends AuricleError {
  static ofCall(name: string, code: number, detail: string): DeepSpeechError {
    return new DeepSpeechError(`${name} failed: ${sentences[code]} (0x${code.toString(16)}): ${detail}`, code);
  }

  override toString(): string {
    return this.message;
  }
}

"""The errors of the old API: `RuntimeError` with the name of a function and DeepSpeech's code.

auricle.AuricleError
├── DeepSpeechError (RuntimeError)    a call that failed, a stream used after its end
└── auricle.OptionError (ValueError)
    └── AudioBufferError (TypeError)  audio that is neither int16 samples nor bytes
"""

from __future__ import annotations

import enum

from auricle.errors import AuricleError, OptionError


class ErrorCode(enum.IntEnum):
    """Those of DeepSpeech's error codes that can occur here, with their old numbers."""

    NO_MODEL = 0x1000
    INVALID_SCORER = 0x2002
    MODEL_INCOMPATIBLE = 0x2003
    SCORER_NOT_ENABLED = 0x2004
    FAIL_INIT_MMAP = 0x3000
    FAIL_INSERT_HOTWORD = 0x3008
    FAIL_ERASE_HOTWORD = 0x3010


_SENTENCES = {
    ErrorCode.NO_MODEL: "No model is named.",
    ErrorCode.INVALID_SCORER: "The scorer cannot be used.",
    ErrorCode.MODEL_INCOMPATIBLE: "The model is of another engine.",
    ErrorCode.SCORER_NOT_ENABLED: "No scorer is enabled.",
    ErrorCode.FAIL_INIT_MMAP: "The model cannot be opened.",
    ErrorCode.FAIL_INSERT_HOTWORD: "The hot word cannot be added.",
    ErrorCode.FAIL_ERASE_HOTWORD: "The hot word cannot be erased.",
}


class DeepSpeechError(AuricleError, RuntimeError):
    """A call failed; `code` is DeepSpeech's number and `status` its name, where it has one."""

    @classmethod
    def of_call(cls, function: str, code: ErrorCode, detail: str) -> DeepSpeechError:
        """Make the error of a function, worded as the old package worded it.

        Args:
            function: Its name in the C API, without the prefix.
            code: What failed.
            detail: The value and the remedy.
        """
        error = cls(f"{function} failed with '{_SENTENCES[code]}' (0x{code:X}): {detail}")
        error.code, error.status = int(code), f"DS_ERR_{code.name}"
        return error


class AudioBufferError(OptionError, TypeError):
    """Audio was given as something else than int16 samples or bytes."""

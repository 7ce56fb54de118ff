"""The exceptions that Auricle raises.

    AuricleError
    ├── OptionError (ValueError)      an option or argument outside its range
    ├── AudioError                    a recording that cannot be read or decoded
    ├── ModelError                    a package that is missing, corrupt or incompatible
    │   └── ScorerError               a scorer that is missing, corrupt or of another vocabulary
    ├── AlignmentError                a text that cannot be laid over its recording
    ├── TrainingError                 a training that cannot begin or go on
    ├── StreamError                   a stream used after its end
    ├── DeepSpeechError (RuntimeError) what fails in the drop-in API, auricle.deepspeech.errors
    └── DependencyError (ImportError) an optional library that is not installed

A message says what was given, what is allowed and what to do. Errors that come from the decoder
core carry the `code` and `status` of the table in core/include/auricle/status.h.
"""

from __future__ import annotations


class AuricleError(Exception):
    """Base of every error that Auricle raises on purpose."""

    code: int | None = None
    status: str | None = None


class OptionError(AuricleError, ValueError):
    """An option or argument is outside its allowed range."""


class AudioError(AuricleError):
    """A recording cannot be opened, decoded or used."""


class ModelError(AuricleError):
    """A model package is missing, corrupt or incompatible."""


class ScorerError(ModelError):
    """A scorer is missing, corrupt or was built for another vocabulary."""


class AlignmentError(AuricleError):
    """A text is empty, cannot be spelled by the model or is too long for its recording."""


class TrainingError(AuricleError):
    """A training cannot begin, or cannot go on."""


class StreamError(AuricleError):
    """A stream was used after it had been finished."""


class DependencyError(AuricleError, ImportError):
    """An optional library that this feature needs is not installed."""


def check_unicode(text: str, what: str) -> None:
    r"""Refuse half a character: JSON may hold "\ud800" alone, which no UTF-8 can.

    Args:
        text: To be looked at.
        what: It is, for the message.

    Raises:
        OptionError: It holds such a half.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise OptionError(f"the {what} {text!r} holds half a character; write it anew") from None


_SUBJECTS: dict[int, type[AuricleError]] = {
    1: OptionError,
    2: ModelError,
    3: ScorerError,
    4: StreamError,
    5: AlignmentError,
    6: ModelError,
}


def from_status(code: int, name: str, sentence: str, detail: str) -> AuricleError:
    """Make the exception for a status of the core.

    Args:
        code: Code of the status table; its hundreds digit names the subject.
        name: Name in the table, as in "ScorerTruncated".
        sentence: What the table says of it.
        detail: Where and what, or empty.
    """
    error = _SUBJECTS.get(code // 100, AuricleError)(
        f"{sentence}: {detail}" if detail else sentence
    )
    error.code, error.status = code, name
    return error

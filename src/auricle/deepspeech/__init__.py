"""The Python API of Mozilla DeepSpeech 0.9.3, method for method, over Auricle's engine.

    from auricle.deepspeech import Model
    model = Model("en")                     # a name, a package folder, or a .auricle file
    model.enableExternalScorer("en")        # that package's scorer, or a scorer.lm
    print(model.stt(samples))               # int16 (S,) at model.sampleRate()

A program whose imports cannot be changed finds it under the old name after
`sys.modules["deepspeech"] = auricle.deepspeech`. docs/from-deepspeech.md tells what differs. New
programs do better with `auricle.load`.
"""

from auricle._core import version as _engine_version
from auricle.deepspeech.errors import AudioBufferError as AudioBufferError
from auricle.deepspeech.errors import DeepSpeechError as DeepSpeechError
from auricle.deepspeech.errors import ErrorCode as ErrorCode
from auricle.deepspeech.metadata import CandidateTranscript as CandidateTranscript
from auricle.deepspeech.metadata import Metadata as Metadata
from auricle.deepspeech.metadata import TokenMetadata as TokenMetadata
from auricle.deepspeech.model import Model as Model
from auricle.deepspeech.stream import Stream as Stream

__all__ = [
    "AudioBufferError",
    "CandidateTranscript",
    "DeepSpeechError",
    "ErrorCode",
    "Metadata",
    "Model",
    "Stream",
    "TokenMetadata",
    "version",
]


def version() -> str:
    """Return the version of the API with that of the engine, as in "0.9.3+auricle.0.1.0".

    Programs that compare versions so find the API that they ask for.
    """
    return f"0.9.3+auricle.{_engine_version()}"

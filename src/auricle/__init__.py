"""Offline speech recognition that people can run, embed, trust and train themselves.

import auricle
model = auricle.load("en")
print(model.transcribe("talk.mp3").text)
"""

import auricle.offline  # noqa: F401 - before anything loads ONNX Runtime
from auricle._core import version
from auricle.alignment import Alignment as Alignment
from auricle.alignment import align as align
from auricle.decoder import DecodingOptions as DecodingOptions
from auricle.decoder import EndpointOptions as EndpointOptions
from auricle.errors import AlignmentError as AlignmentError
from auricle.errors import AudioError as AudioError
from auricle.errors import AuricleError as AuricleError
from auricle.errors import DependencyError as DependencyError
from auricle.errors import ModelError as ModelError
from auricle.errors import OptionError as OptionError
from auricle.errors import ScorerError as ScorerError
from auricle.errors import StreamError as StreamError
from auricle.events import EndEvent as EndEvent
from auricle.events import Event as Event
from auricle.events import FinalEvent as FinalEvent
from auricle.events import PartialEvent as PartialEvent
from auricle.model import Model as Model
from auricle.model import load as load
from auricle.stream import Stream as Stream
from auricle.transcript import Alternative as Alternative
from auricle.transcript import Segment as Segment
from auricle.transcript import Transcript as Transcript
from auricle.transcript import Word as Word

__version__ = version()

__all__ = [
    "Alignment",
    "AlignmentError",
    "Alternative",
    "AudioError",
    "AuricleError",
    "DecodingOptions",
    "DependencyError",
    "EndEvent",
    "EndpointOptions",
    "Event",
    "FinalEvent",
    "Model",
    "ModelError",
    "OptionError",
    "PartialEvent",
    "ScorerError",
    "Segment",
    "Stream",
    "StreamError",
    "Transcript",
    "Word",
    "__version__",
    "align",
    "load",
]

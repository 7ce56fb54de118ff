"""What was measured of a model on recordings whose text is known.

Word times and confidences of the decoder core follow these numbers; a package holds them as
`calibration` in its auricle.json. `auricle calibrate` measures them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auricle._core import ConfidenceMap, ConfidenceMaps, WordTimes
from auricle.errors import OptionError

# The weights of a confidence map; core/include/auricle/confidence.h says of what.
WEIGHTS = ("bias", "odds", "length")


@dataclass(frozen=True)
class Calibration:
    """How far words reach beyond the peaks of their units, and what confidences are made of.

    Raises:
        OptionError: A value is outside its range, or a weight is unknown.
    """

    lead: float = 0.0  # seconds from the beginning of a word to its first peak
    tail: float = 0.0  # seconds from its last peak to the end of the word
    shortest: float = 0.0  # seconds that a word lasts, if the next one leaves the time
    word: Mapping[str, float] | None = None  # weights of the map of words, by their names
    segment: Mapping[str, float] | None = None  # and of segments; None: as it comes

    def __post_init__(self) -> None:
        for name in ("lead", "tail", "shortest"):
            if not 0.0 <= getattr(self, name) <= 10.0:
                raise OptionError(f"{name} is {getattr(self, name)} s; it must be from 0 to 10")
        for weights in (self.word or {}, self.segment or {}):
            unknown = ", ".join(sorted(set(weights) - set(WEIGHTS)))
            if unknown:
                raise OptionError(
                    f"confidence maps have no weight {unknown}, there are {', '.join(WEIGHTS)}; "
                    "measure the model again with `auricle calibrate`"
                )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Calibration:
        """Make the calibration that `to_dict()` described; unknown fields are left out."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__ if name in values})

    def to_dict(self) -> dict[str, Any]:
        """Return the calibration as plain values."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def times(self, frame_seconds: float) -> WordTimes:
        """Return the reach of words in frames, as the core takes it."""
        times = WordTimes()
        if frame_seconds > 0.0:
            times.lead_frames = self.lead / frame_seconds
            times.tail_frames = self.tail / frame_seconds
            times.shortest_frames = self.shortest / frame_seconds
        return times

    def confidence_maps(self) -> ConfidenceMaps:
        """Return the maps, as the core takes them."""
        maps = ConfidenceMaps()
        maps.word, maps.segment = _map(self.word), _map(self.segment)
        return maps


def _map(weights: Mapping[str, float] | None) -> ConfidenceMap | None:
    if weights is None:
        return None
    made = ConfidenceMap()
    for name, weight in weights.items():
        setattr(made, name, weight)
    return made

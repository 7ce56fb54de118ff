"""Running models over a manifest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from auricle.audio import Waveform
from auricle.decoder import DecodingOptions
from auricle.errors import AudioError, OptionError
from auricle.evaluation.noise import NoiseClips
from auricle.evaluation.scoring import Evaluation, Scored
from auricle.manifest import Utterance, read_utterance
from auricle.model import Model
from auricle.text import Normaliser, normaliser

Progress = Callable[[], None]


@dataclass(frozen=True)
class Condition:
    """How a manifest is heard.

    Args:
        use_scorer: Decode with the language model, if there is one.
        snr_db: Ratio of speech to added noise; None for no noise.
        live: Hear as a live stream does, in its shorter chunks.
    """

    use_scorer: bool = True
    snr_db: float | None = None
    live: bool = False

    @property
    def name(self) -> str:
        """What differs from a plain run."""
        parts = [] if self.use_scorer else ["no scorer"]
        if self.snr_db is not None:
            parts.append(f"noise at {self.snr_db:g} dB")
        if self.live:
            parts.append("live")
        return ", ".join(parts)


def conditions(
    scorer: Sequence[bool] = (True,), snrs: Iterable[float] = (), *, live: bool = False
) -> list[Condition]:
    """Return all combinations of scorer or not with no noise and each ratio."""
    return [Condition(use, snr, live) for use in scorer for snr in (None, *snrs)]


def evaluate(
    model: Model,
    utterances: Iterable[Utterance],
    condition: Condition | None = None,
    *,
    name: str = "",
    noise: Path | None = None,
    options: DecodingOptions | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Transcribe utterances and count the errors.

    References and results are normalised alike, by the normaliser that the package names. What
    cannot be read or normalised is left out and named in the evaluation.

    Args:
        model: What hears.
        utterances: With their texts.
        condition: With or without scorer and noise.
        name: What the model is called in reports; its own name if empty.
        noise: Folder of noise clips, for a condition with noise.
        options: How to search.
        progress: Called after each utterance.

    Raises:
        OptionError: Noise is asked for and there are no clips of it.
        ModelError: A live stream is asked for and the model cannot stream.
    """
    condition = condition or Condition()
    options = replace(options or DecodingOptions(), use_scorer=condition.use_scorer)
    scored, unread, spent = [], [], 0.0
    for utterance, samples in _sounds(model, utterances, condition, noise, progress):
        if isinstance(samples, AudioError):
            unread.append((utterance.id, str(samples)))
            continue
        began = time.process_time()
        text = _transcribe(model, samples, options, condition.live)
        spent += time.process_time() - began
        try:
            reference, result = _texts(normaliser(model.info.normaliser), utterance.text, text)
        except OptionError as error:
            unread.append((utterance.id, str(error)))
            continue
        seconds, separator = len(samples) / model.sample_rate, model.vocabulary.separator
        scored.append(Scored(utterance, reference, result, seconds, separator))
    return Evaluation(name or model.name, condition.name, tuple(scored), tuple(unread), spent)


def _transcribe(model: Model, samples: Waveform, options: DecodingOptions, live: bool) -> str:
    if not live:
        return model.transcribe(samples, sample_rate=model.sample_rate, options=options).text
    stream = model.stream(options)
    stream.feed(samples)
    return stream.finish().text


def _texts(normalise: Normaliser, reference: str, result: str) -> tuple[str, str]:
    return normalise(reference), normalise(result)


def _sounds(
    model: Model,
    utterances: Iterable[Utterance],
    condition: Condition,
    noise: Path | None,
    progress: Progress | None,
) -> Iterator[tuple[Utterance, Waveform | AudioError]]:
    clips = None
    if condition.snr_db is not None:
        if noise is None:
            raise OptionError("noise at a ratio needs a folder of noise clips; add --noise FOLDER")
        clips = NoiseClips(noise, model.sample_rate)
    for utterance in utterances:
        try:
            samples = read_utterance(utterance, model.sample_rate)
        except AudioError as error:
            yield utterance, error
        else:
            if clips is not None and condition.snr_db is not None:
                samples = clips.add(samples, utterance.id, condition.snr_db)
            yield utterance, samples
        if progress is not None:
            progress()

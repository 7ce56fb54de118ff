"""A scorer's weights, found on recordings whose text is known.

    recordings -> acoustic graph, once -> log-probabilities, kept on disk
      -> trial: weights that Optuna proposes -> beam search over all of them -> error rate
      -> the weights of the lowest error rate -> the scorer's header

The proposals are those of a tree-structured Parzen estimator (Bergstra et al. 2011). It starts from
the weights that the scorer has, so that the outcome is never worse than them on these recordings.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from auricle.decoder import Decoder, DecodingOptions
from auricle.errors import DependencyError, ModelError, OptionError
from auricle.lm.scorer import Scorer, write_weights
from auricle.lm.scratch import move, scratch_folder
from auricle.lm.tuning_record import TuningRecord, Weights
from auricle.manifest import Utterance, read_utterance
from auricle.text import normaliser
from auricle.utterance_acoustics import acoustics_of

if TYPE_CHECKING:
    import optuna

    from auricle.model import Model

Rows = npt.NDArray[np.float32]
Progress = Callable[[str, int, int, float], None]
"""Takes the stage ("listen" or "search"), how many utterances or trials are done of how many, and
the lowest error rate so far (NaN while there is none)."""

RANGES: dict[str, tuple[float, float]] = {
    "alpha": (0.0, 2.5),
    "beta": (-2.0, 5.0),
    "unknown_penalty": (0.0, 15.0),
    "unknown_unit_penalty": (0.0, 3.0),
}
"""Where each weight is looked for."""


@dataclass(frozen=True)
class TuningOptions:
    """How weights are searched."""

    trials: int = 80
    """Weights to try, those of an interrupted search included."""
    beam_width: int | None = None
    """Hypotheses that the search keeps, better as in use later; None: as the package says."""
    threads: int = 0
    """Utterances decoded at a time; 0 for as many as there are processors."""
    seed: int = 1
    """Of the proposals."""

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise OptionError(f"trials is {self.trials}; at least one is needed")
        if self.threads < 0:
            raise OptionError(f"threads is {self.threads}; it must be 0 or more")


@dataclass(frozen=True)
class Tuning:
    """What a search has found."""

    weights: Weights
    error_rate: float
    """Of the best trial: words, or characters where the language has no spaces."""
    error_rate_before: float
    """With the weights that the scorer had."""
    metric: str
    """ "word" or "character"."""
    utterances: int
    trials: int


def tune(
    model: Model,
    scorer: str | Path,
    utterances: Sequence[Utterance],
    output: str | Path,
    options: TuningOptions | None = None,
    *,
    progress: Progress | None = None,
) -> Tuning:
    """Find weights and write them into a scorer.

    An interrupted search keeps its work in the folder OUTPUT.tuning; the same call goes on there.

    Args:
        model: Loaded with the scorer.
        scorer: The file of that scorer; it may be the output too.
        utterances: What to tune on. Texts are normalised as the model spells.
        output: Copy of the scorer with the weights found.
        options: None for the defaults.
        progress: Called after every utterance heard and every trial.

    Raises:
        OptionError: No utterance has a text after normalising.
        AudioError: A recording cannot be read.
        ModelError: The model has no scorer.
        DependencyError: Optuna or jiwer is not installed.
    """
    options = options or TuningOptions()
    if model.scorer is None:
        raise ModelError(f"the model {model.name} was loaded without a scorer; name one")
    optuna = _import_optuna()
    spelled = _spelled(model, utterances)
    folder = Path(output).with_name(f"{Path(output).name}.tuning")
    record = TuningRecord(folder, _search(model, scorer, spelled, options))
    report = progress or _ignore
    rows = _listen(model, spelled, record, report)
    judge = _Judge(model, rows, [utterance.text for utterance in spelled], options)
    study = _study(optuna, record, Scorer.open(scorer), options)
    while (done := _done(study)) < options.trials:
        report("search", done, options.trials, study.best_value if done else float("nan"))
        trial = study.ask(_distributions(optuna))
        error_rate = judge.error_rate(trial.params)
        record.keep_trial(trial.params, error_rate)
        study.tell(trial, error_rate)
    report("search", done, options.trials, study.best_value)
    weights = {name: round(value, 3) for name, value in study.best_params.items()}
    write_scorer_with(weights, scorer, output)
    record.remove()
    return Tuning(
        weights=weights,
        error_rate=study.best_value,
        error_rate_before=float(study.trials[0].values[0]),
        metric=judge.metric,
        utterances=len(spelled),
        trials=done,
    )


def write_scorer_with(weights: Weights, scorer: str | Path, output: str | Path) -> None:
    """Write a copy of a scorer with other weights, under its name only when it is whole.

    Raises:
        AuricleError: It cannot be written.
    """
    with scratch_folder(Path(output).parent) as scratch:
        shutil.copyfile(scorer, scratch / "scorer.lm")
        write_weights(scratch / "scorer.lm", **weights)
        move(scratch / "scorer.lm", output)


def _ignore(_stage: str, _done: int, _total: int, _best: float) -> None:
    """Report nothing."""


def _import_optuna() -> Any:
    try:
        import jiwer  # noqa: F401  # told now, not after the listening
        import optuna
    except ImportError as error:
        raise DependencyError(
            f"tuning needs {error.name}; install it with: pip install 'auricle[tune]'"
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def _spelled(model: Model, utterances: Sequence[Utterance]) -> list[Utterance]:
    normalise = normaliser(model.info.normaliser)
    spelled = [replace(utterance, text=normalise(utterance.text)) for utterance in utterances]
    spelled = [utterance for utterance in spelled if utterance.text]
    if not spelled:
        raise OptionError("no utterance has a text that the model could write")
    return spelled


def _search(
    model: Model, scorer: str | Path, utterances: Sequence[Utterance], options: TuningOptions
) -> dict[str, Any]:
    """Describe a search: whatever would change its outcome but the number of trials."""
    digest = hashlib.sha256()
    search = DecodingOptions(beam_width=options.beam_width)
    for utterance in utterances:
        values = {**asdict(utterance), "audio": str(Path(utterance.audio).resolve())}
        digest.update(repr(sorted(values.items())).encode())
    return {
        "acoustic": model.info.checksums.get(model.info.acoustic.file, ""),
        "scorer": Scorer.open(scorer).info.checksum,
        "utterances": digest.hexdigest(),
        "beam_width": model.search_options(search).beam_width,
        "seed": options.seed,
    }


def _listen(
    model: Model, utterances: Sequence[Utterance], record: TuningRecord, report: Progress
) -> list[Rows]:
    rows = []
    for index, utterance in enumerate(utterances):
        report("listen", index, len(utterances), float("nan"))
        if record.log_probabilities(index) is None:
            record.keep_log_probabilities(index, log_probabilities(model, utterance))
        kept = record.log_probabilities(index)
        assert kept is not None
        rows.append(kept)
    report("listen", len(utterances), len(utterances), float("nan"))
    return rows


def log_probabilities(model: Model, utterance: Utterance) -> Rows:
    """Run the acoustic graph over an utterance as a stream does.

    Returns:
        float32 (T, V), natural logarithms.

    Raises:
        AudioError: The recording cannot be read.
    """
    stream = acoustics_of(model.acoustic, low_latency=False)
    samples = read_utterance(utterance, model.sample_rate)
    return np.concatenate([*stream.feed(samples), stream.run_ahead()])


class _Judge:
    """Decodes all utterances with some weights and counts what is wrong."""

    def __init__(
        self,
        model: Model,
        rows: Sequence[Rows],
        references: Sequence[str],
        options: TuningOptions,
    ) -> None:
        self._model = model
        self._rows = rows
        self._references = list(references)
        self._options = options
        self.metric = "word" if model.vocabulary.separator else "character"

    def error_rate(self, weights: Weights) -> float:
        import jiwer

        given: dict[str, Any] = dict(weights)
        options = self._model.search_options(
            DecodingOptions(beam_width=self._options.beam_width, **given)
        )
        with ThreadPoolExecutor(self._options.threads or os.cpu_count()) as pool:
            texts = list(pool.map(lambda rows: self._text(rows, options), self._rows))
        count = jiwer.wer if self.metric == "word" else jiwer.cer
        return float(count(self._references, texts))

    def _text(self, rows: Rows, options: DecodingOptions) -> str:
        decoder = Decoder(self._model.vocabulary, self._model.scorer, options)
        segments = [*decoder.step(rows), *decoder.finish()]
        separator = self._model.vocabulary.separator
        return separator.join(segment.alternatives[0].text for segment in segments)


def _distributions(library: Any) -> dict[str, Any]:
    return {
        name: library.distributions.FloatDistribution(low, high)
        for name, (low, high) in RANGES.items()
    }


def _study(
    library: Any, record: TuningRecord, scorer: Scorer, options: TuningOptions
) -> optuna.Study:
    """Make a study of the trials that there are already; the first one has the scorer's weights."""
    done = list(record.trials())
    # Another seed for the rest, or it would propose again what it did at first.
    sampler = library.samplers.TPESampler(seed=options.seed + len(done))
    study: optuna.Study = library.create_study(sampler=sampler)
    for weights, error_rate in done:
        study.add_trial(
            library.trial.create_trial(
                params=weights, distributions=_distributions(library), value=error_rate
            )
        )
    if not done:
        start = {
            name: min(max(getattr(scorer.info, name), low), high)
            for name, (low, high) in RANGES.items()
        }
        study.enqueue_trial(start)
    return study


def _done(study: optuna.Study) -> int:
    """Count the trials whose error rate is known."""
    return sum(trial.value is not None for trial in study.trials)

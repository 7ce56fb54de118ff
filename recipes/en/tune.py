"""Stage 4: find the scorer's weights on the dev set and write them into a package.

    python recipes/en/tune.py DATA MODEL [--trials 80] [--limit N]

The acoustic graph runs once over DATA/manifests/dev.jsonl.gz; every trial only searches.
The weights with the lowest word error rate become the defaults of MODEL/scorer.lm.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import jiwer
import numpy as np
import optuna
from lhotse import CutSet

import auricle
from auricle import lm
from auricle.decoder import Decoder, DecodingOptions
from auricle.package import read_info, write_package


def log_probabilities(model: auricle.Model, samples: np.ndarray) -> np.ndarray:
    """Run the acoustic graph over a recording as a stream does: float32 (T, V)."""
    contract = model.info.acoustic
    frames = -(-len(samples) // contract.frame_samples)
    chunk = contract.chunk_frames * contract.frame_samples
    total = (frames + contract.delay_frames) * contract.frame_samples
    padded = np.zeros(-(-total // chunk) * chunk, np.float32)
    padded[: len(samples)] = samples
    states, rows = model.acoustic.initial_states(), []
    for start in range(0, len(padded), chunk):
        log_probs, states = model.acoustic.run(padded[None, start : start + chunk], states)
        rows.append(log_probs[0])
    return np.concatenate(rows)[contract.delay_frames :][:frames]


def error_rate(
    model: auricle.Model,
    rows: Sequence[np.ndarray],
    references: Sequence[str],
    options: DecodingOptions,
) -> float:
    """Return the word error rate of a search over log-probabilities."""
    results = []
    for log_probs in rows:
        decoder = Decoder(model.vocabulary, model.scorer, options)
        segments = [*decoder.step(log_probs), *decoder.finish()]
        results.append(" ".join(segment.alternatives[0].text for segment in segments))
    return float(jiwer.wer(list(references), results))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("model", type=Path, help="a package folder with a scorer")
    parser.add_argument("--trials", type=int, default=80)
    parser.add_argument("--limit", type=int, help="only the first so many utterances")
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    cuts = list(CutSet.from_file(arguments.data / "manifests" / "dev.jsonl.gz"))[: arguments.limit]
    rows = [log_probabilities(model, cut.load_audio()[0]) for cut in cuts]
    references = [cut.supervisions[0].text for cut in cuts]

    def objective(trial: optuna.Trial) -> float:
        options = DecodingOptions(
            alpha=trial.suggest_float("alpha", 0.1, 1.5),
            beta=trial.suggest_float("beta", -1.0, 4.0),
            unknown_penalty=trial.suggest_float("unknown_penalty", 0.0, 12.0),
        )
        return error_rate(model, rows, references, options)

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
    study.enqueue_trial({"alpha": 0.6, "beta": 1.0, "unknown_penalty": 4.0})
    study.optimize(
        objective,
        n_trials=arguments.trials,
        callbacks=[
            lambda study, trial: print(
                f"trial {trial.number}: {100 * trial.value:.2f} % {trial.params}, "
                f"best {100 * study.best_value:.2f} %",
                flush=True,
            )
        ],
    )
    weights = {name: round(value, 3) for name, value in study.best_params.items()}
    lm.write_weights(arguments.model / "scorer.lm", **weights)
    write_package(read_info(arguments.model), arguments.model)
    print(f"dev WER {100 * study.best_value:.2f} % with {weights}, written into the scorer")


if __name__ == "__main__":
    main()

"""Word error rates of a package on a manifest, as `auricle evaluate`, and recording them in it.

    python benchmarks/accuracy.py MODEL MANIFEST [--no-scorer] [--live] [--limit N] [--record]
        [--json FILE]

The printed figures are what auricle.json and the model cards hold. `auricle evaluate` says more.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import auricle
from arguments import model_and_manifest
from auricle.decoder import SEARCH_WIDTHS
from auricle.evaluation import Condition, Evaluation, evaluate, to_dict
from auricle.manifest import read_manifest
from auricle.package import read_info, write_package


def figures_of(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures of a model card."""
    wer = evaluation.wer
    return {
        "utterances": len(evaluation.scored),
        "speakers": len({item.utterance.speaker for item in evaluation.scored}),
        "words": int(evaluation.words.sum()),
        "wer": round(wer.value, 4),
        "wer_95": [round(wer.low, 4), round(wer.high, 4)],
        "cer": round(evaluation.cer.value, 4),
        "processor_seconds_per_second": round(evaluation.real_time_factor, 4),
    }


def record(folder: Path, figures: Mapping[str, Any]) -> None:
    """Write figures into the description of a package folder."""
    name = figures["manifest"].partition(".")[0]
    name += "" if figures["scorer"] else ", no scorer"
    name += ", live" if figures["live"] else ""
    kept = ("utterances", "words", "beam", "wer", "wer_95", "cer")
    info = read_info(folder)
    accuracy = {**info.accuracy, name: {key: figures[key] for key in kept}}
    write_package(dataclasses.replace(info, accuracy=accuracy), folder)


def main() -> None:
    parser = model_and_manifest(__doc__)
    parser.add_argument("--no-scorer", action="store_true")
    parser.add_argument("--live", action="store_true", help="in the chunks of a live stream")
    parser.add_argument("--beam", type=int, help="as the package says where not given")
    parser.add_argument("--record", action="store_true", help="write the figures into auricle.json")
    parser.add_argument("--json", type=Path, help="write the figures and every result to this file")
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    options = model.search_options(auricle.DecodingOptions(beam_width=arguments.beam))
    evaluation = evaluate(
        model,
        read_manifest(arguments.manifest)[: arguments.limit],
        Condition(use_scorer=not arguments.no_scorer, live=arguments.live),
        options=options,
    )
    figures = {
        "model": arguments.model,
        "manifest": arguments.manifest.name,
        "scorer": not arguments.no_scorer,
        "live": arguments.live,
        "beam": options.beam_width or SEARCH_WIDTHS["beam_width"],
        **figures_of(evaluation),
    }
    print(json.dumps(figures, indent=1))
    if arguments.record:
        record(Path(arguments.model), figures)
    if arguments.json:
        arguments.json.write_text(json.dumps({**figures, **to_dict(evaluation)}, indent=1))


if __name__ == "__main__":
    main()

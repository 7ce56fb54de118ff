"""`auricle calibrate`: let a model's confidences and word times say what they mean."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auricle.cli.failures import debug_option
from auricle.cli.progress import count_progress
from auricle.errors import OptionError

if TYPE_CHECKING:
    from auricle.evaluation.calibrating import Measured


@click.command()
@click.argument("model", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--limit", type=click.IntRange(min=1), help="Take the first so many utterances.")
@debug_option
def calibrate(model: Path, manifest: Path, limit: int | None) -> None:
    """Measure the word times and confidences of a MODEL and write them into it.

    MODEL is a package folder with its scorer tuned; MANIFEST holds recordings with texts that the
    model was not trained on, best those that its scorer was tuned on. A confidence of 0.8 then
    means that four of five such words are right, and words begin where their sound does.
    """
    from auricle.evaluation.calibrating import calibrate
    from auricle.manifest import read_manifest
    from auricle.model import Model
    from auricle.package import Package, write_package

    package = Package(model)
    utterances = read_manifest(manifest)[:limit]
    if not utterances:
        raise OptionError(f"{manifest}: there are no recordings in it; name those of a dev set")
    with count_progress("Listening", len(utterances)) as progress:
        measured = calibrate(Model(package), utterances, lambda: progress(1))
    write_package(dataclasses.replace(package.info, calibration=measured.calibration), model)
    click.echo(_describe(measured))
    click.echo(f"written into {model}")


def _describe(measured: Measured) -> str:
    lines = [
        f"{name}: expected calibration error of {found.count} from speakers not fitted on "
        f"{100 * found.before:.1f} % before, {100 * found.after:.1f} % after"
        for name, found in (("words", measured.words), ("segments", measured.segments))
        if found is not None
    ]
    times = measured.calibration
    lines.append(
        f"word times from {measured.times} beginnings and ends: lead {times.lead:g} s, "
        f"tail {times.tail:g} s, shortest {times.shortest:g} s"
    )
    for name, found in (("words", times.word), ("segments", times.segment)):
        if found is None:
            lines.append(
                f"{name}: too few are right or too few are wrong to fit a map on; "
                "confidences stay as the search gives them"
            )
    return "\n".join(lines)

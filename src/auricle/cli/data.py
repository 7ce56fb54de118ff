"""`auricle data`: recordings made ready for training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auricle.cli.data_import import import_corpus, worker_options
from auricle.cli.failures import debug_option
from auricle.cli.progress import count_progress
from auricle.cli.transcribe import write_whole
from auricle.errors import AudioError, DependencyError, OptionError

if TYPE_CHECKING:
    from auricle.audio import Waveform
    from auricle.training.checking import Checked

_MANIFEST = click.Path(path_type=Path)
_SHOWN = 10
_RATE = 16000  # Hz, that training hears


@click.group()
@debug_option
def data() -> None:
    """Make recordings ready for training: import, check, look at, pack."""


data.add_command(import_corpus)


@data.command()
@click.argument("manifests", nargs=-1, required=True, type=_MANIFEST)
@click.option("--model", help="Accept what this model spells, by its normaliser and frames.")
@click.option("--normaliser", default="whitespace", show_default=True, help="Spelling of texts.")
@click.option("--characters", default="", help="All that normalised texts may hold.")
@click.option("--shortest", default=0.3, show_default=True, help="Seconds.")
@click.option("--longest", default=30.0, show_default=True, help="Seconds.")
@click.option(
    "--frame", "frame_seconds", default=0.04, show_default=True, help="Seconds of a frame."
)
@click.option("--fix", type=_MANIFEST, metavar="DIR", help="Write cleaned manifests into a folder.")
@click.option("--report", type=_MANIFEST, metavar="FILE", help="Write every problem as TSV.")
@worker_options
@debug_option
def check(
    manifests: tuple[Path, ...],
    model: str | None,
    fix: Path | None,
    report: Path | None,
    jobs: int,
    ray: str,
    **accepted: Any,
) -> None:
    """Find what ruins a training before it starts.

    The first of the MANIFESTS is the training set; the others are those that it must share no
    speaker, sentence or recording with. The exit status is 1 if anything is wrong and not fixed.
    """
    from auricle.manifest import read_manifest, write_manifest
    from auricle.training.checking import CheckOptions
    from auricle.training.checking import check as find_problems
    from auricle.training.spreading import Workers

    fixed = [] if fix is None else _fixed_names(manifests, fix)
    if model is not None:
        accepted |= _of_model(model)
    workers = Workers(jobs, ray)
    sets = [read_manifest(path) for path in manifests]
    with count_progress("check", sum(map(len, sets))) as progress:
        checked = find_problems(
            sets, CheckOptions(**accepted), workers=workers, progress=lambda: progress(1)
        )
    _describe(checked, sum(map(len, sets)))
    if report is not None:
        write_whole(report, _problem_table(checked))
    if fix is not None:
        for path, sound in zip(fixed, checked.sound, strict=True):
            click.echo(f"{path}: {write_manifest(sound, path)} utterances")
    elif checked.problems:
        raise click.exceptions.Exit(1)


def _fixed_names(manifests: Sequence[Path], folder: Path) -> list[Path]:
    """Return where the cleaned manifests are written.

    Raises:
        OptionError: Two of them would be the same file, or one would replace what was checked.
    """
    paths = [folder / f"{path.name.partition('.')[0]}.jsonl.gz" for path in manifests]
    for place, (manifest, path) in enumerate(zip(manifests, paths, strict=True)):
        if path in paths[:place]:
            raise OptionError(f"--fix would write two manifests to {path}; rename one of them")
        if path.resolve() == manifest.resolve():
            raise OptionError(f"--fix would replace {manifest}; give another folder")
    return paths


def _of_model(name: str) -> dict[str, Any]:
    """Return what a model accepts, as check options."""
    import auricle

    info = auricle.load(name).info
    units = info.units
    spelled = "".join(units.tokens[: units.blank] + units.tokens[units.blank + 1 :])
    spelled = spelled.replace("\u2581", " ")
    characters = spelled if units.kind in ("characters", "pieces") else ""
    return {
        "normaliser": info.normaliser,
        "characters": "".join(sorted(set(characters) | {" "})) if characters else "",
    }


def _describe(checked: Checked, count: int) -> None:
    for kind, problems in checked.by_kind().items():
        click.echo(f"{kind}: {len(problems)}")
        for problem in problems[:_SHOWN]:
            click.echo(f"  {problem.utterance.audio} ({problem.utterance.id}): {problem.detail}")
        if len(problems) > _SHOWN:
            click.echo(f"  and {len(problems) - _SHOWN} more; --report FILE names them all")
    sound = sum(map(len, checked.sound))
    click.echo(f"{sound} of {count} utterances are sound")


def _problem_table(checked: Checked) -> str:
    rows = ["kind\tid\tpath\tdetail"]
    for problem in checked.problems:
        detail = " ".join(problem.detail.split())
        utterance = problem.utterance
        rows.append(f"{problem.kind}\t{utterance.id}\t{utterance.audio}\t{detail}")
    return "".join(f"{row}\n" for row in rows)


@data.command()
@click.argument("manifest", type=_MANIFEST)
@click.option("--plot", type=_MANIFEST, metavar="FILE.html", help="Draw the tables on a page.")
@debug_option
def stats(manifest: Path, plot: Path | None) -> None:
    """Print durations, minutes by speaker and source, and characters of a MANIFEST."""
    from auricle.manifest import read_manifest
    from auricle.training.stats import as_page, as_text, tables

    found = tables(read_manifest(manifest))
    click.echo(as_text(found))
    if plot is not None:
        write_whole(plot, as_page(found, manifest.name))


@data.command()
@click.argument("manifest", type=_MANIFEST)
@click.option("-o", "--output", required=True, type=_MANIFEST, help="Folder of the shards.")
@click.option(
    "--codec", type=click.Choice(["flac", "opus", "wav"]), default="flac", show_default=True
)
@click.option("--sample-rate", default=16000, show_default=True, help="Hz.")
@click.option("--shard", "shard_utterances", default=1000, show_default=True, help="Utterances.")
@worker_options
@debug_option
def pack(manifest: Path, output: Path, jobs: int, ray: str, **options: Any) -> None:
    """Write the recordings of a MANIFEST into shards (lhotse Shar) for fast reading."""
    from auricle.manifest import read_manifest
    from auricle.training.packing import PackOptions
    from auricle.training.packing import pack as write_shards
    from auricle.training.spreading import Workers

    workers = Workers(jobs, ray)
    utterances = read_manifest(manifest)
    with count_progress("pack", len(utterances)) as progress:
        count = write_shards(
            utterances, output, PackOptions(**options), workers=workers, progress=progress
        )
    size = sum(path.stat().st_size for path in output.iterdir())
    click.echo(f"{output}: {len(utterances)} utterances in {count} shards, {size / 1e6:.1f} MB")


@data.command()
@click.argument("manifest", type=_MANIFEST)
@click.option("-o", "--output", type=_MANIFEST, metavar="DIR", help="Write WAVs and play nothing.")
@click.option("--augment", multiple=True, metavar="KIND[:KEY=VALUE,...]", help="May be repeated.")
@click.option("--noise", type=_MANIFEST, metavar="DIR", help="Clips for noise and overlay.")
@click.option("--count", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--start", type=click.IntRange(min=0), default=0, help="Skip so many utterances.")
@click.option("--seed", default=0, show_default=True)
@click.option("--clock", type=click.FloatRange(0.0, 1.0), default=0.0, help="So much is done.")
@debug_option
def play(
    manifest: Path,
    output: Path | None,
    augment: tuple[str, ...],
    noise: Path | None,
    count: int,
    start: int,
    seed: int,
    clock: float,
) -> None:
    """Play what training hears of a MANIFEST, after augmentations, or write it as WAV files.

    An augmentation is a kind and its values, as --augment speed:low=0.8,high=0.9 --augment codec;
    docs/training.md lists the kinds. They are applied in their order. Values may move with the
    progress of a training, as snr=20:5~3, which --clock sets. Without a sound card the WAVs are
    written into the folder "heard".
    """
    from auricle.evaluation.noise import read_clips
    from auricle.manifest import read_manifest, read_utterance
    from auricle.training.hearing import apply, parse_augmentation

    clips = () if noise is None else read_clips(noise, _RATE)
    augmentations = [parse_augmentation(each, clips) for each in augment]
    chosen = read_manifest(manifest)[start : start + count]
    if not chosen:
        raise OptionError(f"{manifest}: it has no utterance after --start {start}")
    for number, utterance in enumerate(chosen):
        samples = apply(read_utterance(utterance, _RATE), augmentations, seed + number, clock)
        if output is None and not _played(samples):
            output = Path("heard")
        place = utterance.id if output is None else _written(samples, output, utterance.id)
        click.echo(f"{place}: {len(samples) / _RATE:.2f} s, {utterance.text}")


def _played(samples: Waveform) -> bool:
    """Play samples, or say why that is not possible."""
    from auricle.loudspeaker import play as play_samples

    try:
        play_samples(samples, _RATE)
    except (AudioError, DependencyError) as error:
        click.echo(f"auricle: {error}; what would be played is written", err=True)
        return False
    return True


def _written(samples: Waveform, folder: Path, name: str) -> Path:
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.replace('/', '-')}.wav"
    soundfile.write(path, samples, _RATE, subtype="PCM_16")
    return path

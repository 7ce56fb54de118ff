"""From utterances as a reader yields them to manifests on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from auricle.errors import AudioError, OptionError
from auricle.manifest import MANIFEST_ENDINGS, Utterance, measure, write_manifest
from auricle.training.spreading import Workers


@dataclass
class Imported:
    """What an import did.

    Args:
        manifests: Path of each manifest: its utterances and seconds.
        failed: Utterances left out, and why.
    """

    manifests: dict[Path, tuple[int, float]] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)


def import_utterances(
    utterances: Iterable[tuple[str, Utterance]],
    output: Path,
    *,
    part: str | None = None,
    workers: Workers | None = None,
) -> Imported:
    """Measure utterances and write them to manifests.

    Args:
        utterances: Each with its part.
        output: A manifest (.jsonl.gz) for all of them, or a folder for PART.jsonl.gz of each.
        part: Take this one only.
        workers: That look into the recordings.

    Raises:
        OptionError: There is no such part, or no utterance that can be read.
    """
    parts: dict[str, list[Utterance]] = defaultdict(list)
    for name, utterance in utterances:
        parts[name].append(replace(utterance, audio=str(Path(utterance.audio).absolute())))
    if part is not None:
        if part not in parts:
            names = ", ".join(filter(None, sorted(parts))) or "no parts"
            raise OptionError(f"there is no part {part!r}; the corpus has {names}")
        parts = defaultdict(list, {part: parts[part]})
    workers = workers or Workers()
    done = Imported()
    if output.name.endswith(MANIFEST_ENDINGS):
        _write([u for members in parts.values() for u in members], output, workers, done)
    else:
        for name, members in parts.items():
            _write(members, output / f"{name or 'all'}.jsonl.gz", workers, done)
    if not done.manifests:
        why = "; ".join(f"{name}: {reason}" for name, reason in done.failed[:3])
        raise OptionError(f"no utterance can be read: {why or 'there are none'}")
    return done


def _write(utterances: list[Utterance], path: Path, workers: Workers, done: Imported) -> None:
    measured = []
    for utterance, outcome in zip(utterances, workers.map(_try_measure, utterances), strict=True):
        if isinstance(outcome, Utterance):
            measured.append(outcome)
        else:
            done.failed.append((utterance.id, outcome))
    if measured:
        write_manifest(measured, path)
        done.manifests[path] = (len(measured), sum(each.duration or 0.0 for each in measured))


def _try_measure(utterance: Utterance) -> Utterance | str:
    try:
        return measure(utterance)
    except AudioError as error:
        return str(error)

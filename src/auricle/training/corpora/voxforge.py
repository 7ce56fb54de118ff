"""VoxForge: one folder a submission, {wav,flac}/ and etc/{PROMPTS,prompts-original}."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance

_PROMPTS = ("prompts-original", "PROMPTS")  # the first has the sentences as they are written


def read_voxforge(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the submissions; the name of one begins with its speaker's.

    Raises:
        OptionError: There is no submission.
    """
    submissions = sorted(path.parent for path in folder.rglob("etc") if path.is_dir())
    if not submissions:
        raise OptionError(f"{folder}: no folder in it has etc/PROMPTS; unpack the submissions")
    for submission in submissions:
        yield from (("", utterance) for utterance in _read_submission(submission))


def _read_submission(submission: Path) -> Iterator[Utterance]:
    prompts = next(
        (path for name in _PROMPTS if (path := submission / "etc" / name).exists()), None
    )
    if prompts is None:
        return
    speaker = submission.name.partition("-")[0]
    for line in prompts.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, text = line.strip().partition(" ")
        name = name.rpartition("/")[2]
        for kind in ("wav", "flac"):
            audio = submission / kind / f"{name}.{kind}"
            if audio.exists():
                yield Utterance(
                    f"{submission.name}-{name}",
                    str(audio),
                    text.strip(),
                    # Everyone who gives no name is called anonymous.
                    speaker=submission.name if speaker == "anonymous" else speaker,
                    source="voxforge",
                )

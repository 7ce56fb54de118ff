"""The model card of a package, with the facts filled in and the rest asked for."""

from __future__ import annotations

from pathlib import Path

from auricle.package import PackageInfo
from auricle.training.network import Network

CARD_FILE = "MODEL_CARD.md"

_CARD = """# Model card: {name} {version}

{description}

| | |
|---|---|
| Task | {task}, language {language} |
| Network | {network}, {parameters:.1f} M parameters, {size:.1f} MB |
| Units | {units} {kind}, texts normalised by `{normaliser}` |
| Latency | {latency} |
| Scorer | {scorer} |
| Licence | {licence} |

## Accuracy

Fill in what `auricle evaluate {name} test.jsonl.gz` says, and which recordings those are: speakers,
hours, how they were recorded, and that none of them was used for training or choices.

## Data

Trained for {steps} steps on: {manifests}. Name the sources, their hours, speakers and licences, and
who may be underrepresented in them.

## What it is good and bad at

Say where it works, where it fails, and what it must not be used for.
"""


def write_card(info: PackageInfo, network: Network, folder: Path) -> None:
    """Write MODEL_CARD.md into a package folder, unless there is one."""
    path = folder / CARD_FILE
    if path.exists():
        return
    acoustic = info.acoustic
    frame = acoustic.frame_samples / acoustic.sample_rate
    text = _CARD.format(
        name=info.name,
        version=info.version,
        description=info.description or "Say in a sentence what this model is for.",
        language=info.language,
        network=network.options.summary,
        parameters=sum(each.numel() for each in network.parameters()) / 1e6,
        size=(folder / acoustic.file).stat().st_size / 1e6,
        units=len(info.units.tokens),
        kind=info.units.kind,
        normaliser=info.normaliser,
        task=f"{'streaming ' if acoustic.streaming else ''}speech recognition",
        latency=f"chunks of {acoustic.chunk_frames * frame:.2f} s and a look-ahead of "
        f"{acoustic.delay_frames * frame:.2f} s"
        if acoustic.streaming
        else "none: it reads whole recordings, and cannot be run on a stream",
        scorer=info.scorer or "none",
        licence=info.licence,
        steps=info.training.get("steps", "?"),
        manifests=", ".join(info.training.get("manifests", ())),
    )
    path.write_text(text, encoding="utf-8")

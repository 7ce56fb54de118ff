"""What a training prints, read back."""

from __future__ import annotations

import re


def losses(printed: str) -> dict[int, float]:
    """Return the loss of each step that was told."""
    found = re.findall(r"^step (\d+): loss (\S+), epoch", printed, re.MULTILINE)
    return {int(step): float(loss) for step, loss in found}

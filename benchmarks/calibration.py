"""Whether the confidences of a package mean what they say, on recordings it was not fitted on.

    python benchmarks/calibration.py MODEL MANIFEST [--limit N] [--plot FILE.svg]

The expected calibration error (15 bins of equal width; Guo et al., 2017) of words and of whole
utterances: without the package's maps, which `auricle calibrate` fits, and with them. The
plot shows for each bin of words what share is right against the mean confidence; the area of a dot
is the number of words.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import auricle
from arguments import model_and_manifest
from auricle.evaluation.confidence import Judged, hear, judge, reliability
from auricle.manifest import read_manifest

SIZE, MARGIN = 360, 44  # of the plot, in pixels
COLOURS = {"before": "#b0413e", "after": "#2f6f8f"}


def draw(results: dict[str, Judged]) -> str:
    """Return the reliability plot as SVG."""
    side = SIZE - 2 * MARGIN
    middle, bottom = SIZE // 2, SIZE - 8

    def place(confidence: float, share: float) -> tuple[float, float]:
        return MARGIN + confidence * side, SIZE - MARGIN - share * side

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" '
        f'height="{SIZE}" font-family="sans-serif" font-size="12">',
        f'<rect width="{SIZE}" height="{SIZE}" fill="white"/>',
        f'<rect x="{MARGIN}" y="{MARGIN}" width="{side}" height="{side}" fill="none" '
        'stroke="#888"/>',
        f'<path d="M {MARGIN} {SIZE - MARGIN} L {SIZE - MARGIN} {MARGIN}" stroke="#888" '
        'stroke-dasharray="4 4"/>',
        f'<text x="{middle}" y="{bottom}" text-anchor="middle">confidence</text>',
        f'<text x="14" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 14 {middle})">share of words that are right</text>',
    ]
    for tick in (0.0, 0.5, 1.0):
        x, y = place(tick, tick)
        parts.append(f'<text x="{x}" y="{SIZE - MARGIN + 16}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{MARGIN - 6}" y="{y + 4}" text-anchor="end">{tick}</text>')
    for number, (name, judged) in enumerate(results.items()):
        colour = COLOURS[name]
        label = f"{name}: {100 * judged.error:.1f} % off"
        parts.append(f'<text x="{MARGIN + 8}" y="{MARGIN + 18 + 16 * number}" fill="{colour}">'
                     f"{label}</text>")  # fmt: skip
        for confidence, share, count in reliability(judged.confidence, judged.right):
            x, y = place(confidence, share)
            radius = 2.0 + 10.0 * math.sqrt(count / len(judged.right))
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" '
                'fill-opacity="0.6"/>'
            )
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    parser = model_and_manifest(__doc__)
    parser.add_argument("--plot", type=Path, help="write the reliability plot to this file")
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    heard = hear(model, read_manifest(arguments.manifest)[: arguments.limit])
    before, after = judge(model, heard), judge(model, heard, model.info.calibration)
    figures = {
        name: {
            "count": len(raw.right),
            "right": round(float(raw.right.mean()), 4),
            "error_before": round(raw.error, 4),
            "error_after": round(mapped.error, 4),
        }
        for name, raw, mapped in zip(("words", "utterances"), before, after, strict=True)
    }
    print(json.dumps({"manifest": arguments.manifest.name, **figures}, indent=1))
    if arguments.plot:
        arguments.plot.write_text(draw({"before": before[0], "after": after[0]}))


if __name__ == "__main__":
    main()

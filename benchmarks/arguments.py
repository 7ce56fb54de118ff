"""What the command lines of benchmarks share."""

from __future__ import annotations

import argparse
from pathlib import Path


def model_and_manifest(
    description: str | None, limit: int | None = None
) -> argparse.ArgumentParser:
    """Return a parser for a model and the first utterances of a manifest.

    Args:
        description: The script's docstring.
        limit: Utterances unless another number is given; None: all.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("model", help="a name, a package folder or a packed file")
    parser.add_argument("manifest", type=Path)
    parser.add_argument(
        "--limit", type=int, default=limit, help="only the first so many utterances"
    )
    return parser

"""Recipes are scripts that import their neighbours, so their folder is on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "recipes" / "en"))

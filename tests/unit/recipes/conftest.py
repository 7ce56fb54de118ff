"""Recipes are scripts that import their neighbours, so their folder is on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "recipes" / "en"))

# The stages read TOML; what they are made of runs wherever Auricle does.
collect_ignore_glob = [] if sys.version_info >= (3, 11) else ["test_*_stage.py"]

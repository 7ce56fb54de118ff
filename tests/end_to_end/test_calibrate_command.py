"""`auricle calibrate`, as people run it on a package of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import auricle
from auricle.cli import main

ROOT = Path(__file__).parents[2]
CLIPS = ROOT / "tests" / "data" / "recognition" / "en.tsv"


@pytest.fixture
def package(tmp_path):
    """The English package as an export leaves it, without a calibration."""
    folder = tmp_path / "own"
    folder.mkdir()
    described = json.loads((ROOT / "models" / "en" / "auricle.json").read_text())
    for file in described["checksums"]:
        (folder / file).symlink_to(ROOT / "models" / "en" / file)
    del described["calibration"]
    (folder / "auricle.json").write_text(json.dumps(described))
    return folder


def run(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


def test_maps_and_times_are_written_into_the_package(package):
    done = run("calibrate", package, CLIPS, "--limit", 40)
    assert done.exit_code == 0, done.output
    errors = re.findall(r"fitted on ([\d.]+) % before, ([\d.]+) % after", done.output)
    assert len(errors) == 2
    found = auricle.load(package).info.calibration
    assert found.word is not None
    assert 0.0 < found.lead < 0.3
    assert found.lead <= found.shortest


def test_what_cannot_be_calibrated_is_said(package, tmp_path):
    empty = tmp_path / "none.tsv"
    empty.write_text("path\ttext\n")
    done = run("calibrate", package, empty)
    assert done.exit_code != 0
    assert "none.tsv" in done.output

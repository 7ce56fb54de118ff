"""Real speech joined to minutes, with a sentence in the text that nobody says."""

import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from tests.conftest import SPEECH

WRONG = "Nobody ever planted seventeen purple elephants beside our quiet library."
PAUSE = 16_000  # samples of silence after each clip
ROUNDS = 4  # of all clips: nearly four minutes


@pytest.fixture(scope="module")
def planted(clips, tmp_path_factory):
    """The recording and the text, and where each clip lies in seconds."""
    folder = tmp_path_factory.mktemp("planted")
    samples, lines, places, at = [], [], [], 0
    for number, (name, clip) in enumerate(list(clips.items()) * ROUNDS):
        if number == 3 * len(clips) // 2:
            lines.append(WRONG)
        lines.append((SPEECH / f"{name}.txt").read_text().strip().capitalize() + ".")
        samples += [clip, np.zeros(PAUSE, np.float32)]
        places.append((at / 16_000, (at + len(clip)) / 16_000))
        at += len(clip) + PAUSE
    soundfile.write(folder / "talk.flac", np.concatenate(samples), 16_000)
    (folder / "talk.txt").write_text("\n".join(lines))
    return folder, lines, places


def run(*arguments):
    command = [sys.executable, "-c", "from auricle.cli import main; main()", "align"]
    return subprocess.run([*command, *map(str, arguments)], capture_output=True, check=False)


def test_clips_are_found_where_they_were_planted(planted):
    folder, lines, places = planted
    result = run(folder / "talk.flac", folder / "talk.txt", "-f", "json")
    assert result.returncode == 0
    found = json.loads(result.stdout)["lines"]
    assert [" ".join(word["text"] for word in line) for line in found] == lines
    wrong = lines.index(WRONG)
    assert sum(not word["said"] for word in found[wrong]) >= 8
    assert b"words were not heard" in result.stderr
    right = found[:wrong] + found[wrong + 1 :]
    said = [[word for word in line if word["said"]] for line in right]
    assert sum(map(len, said)) > 0.7 * sum(map(len, right))
    inside = [
        start - 1.0 < word["start"] <= word["end"] < end + 1.0
        for line, (start, end) in zip(said, places, strict=True)
        for word in line
    ]
    assert sum(inside) > 0.95 * len(inside)


def test_a_text_grid_is_written_by_its_ending(planted, tmp_path):
    folder, _, _ = planted
    result = run(folder / "talk.flac", folder / "talk.txt", "-o", tmp_path / "talk.textgrid")
    assert result.returncode == 0
    assert (tmp_path / "talk.textgrid").read_text().startswith('File type = "ooTextFile"')


def test_wrong_texts_are_told_apart(planted, tmp_path):
    folder, _, _ = planted
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    empty = run(folder / "talk.flac", tmp_path / "empty.txt")
    assert (empty.returncode, empty.stdout) == (1, b"")
    assert b"the text has no words" in empty.stderr
    latin = run(folder / "talk.flac", tmp_path / "latin.txt")
    assert latin.returncode == 2
    assert b"not UTF-8" in latin.stderr
    missing = run(folder / "talk.flac", tmp_path / "none.txt")
    assert missing.returncode == 1
    assert b"none.txt" in missing.stderr

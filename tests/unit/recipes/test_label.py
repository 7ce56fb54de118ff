import gzip
import json

import pytest

pytest.importorskip("tomllib", reason="the recipes need Python 3.11")

import label


def test_labels_in_other_alphabets_are_emptied():
    assert list(label.normalised(["Hello, world!", "привет"])) == ["hello world", ""]


def test_labels_go_on_from_those_that_the_recipe_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(label, "HERE", tmp_path)
    source = {"name": "clips"}
    first = label.heard_so_far(source, tmp_path / "one")
    first.write_text(json.dumps({"clip": "a.mp3", "text": " So it is.", "score": -0.25}) + "\n")
    label.write_labels(source, tmp_path / "one")
    with gzip.open(tmp_path / "clips.tsv.gz", "rt") as lines:
        assert lines.read() == "clip\tscore\ttext\na.mp3\t-0.250\tso it is\n"
    again = label.heard_so_far(source, tmp_path / "two").read_text()
    assert json.loads(again) == {"clip": "a.mp3", "text": "so it is", "score": -0.25}

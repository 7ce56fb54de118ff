"""`auricle evaluate` on the test clips with the bundled model."""

import json
import re

import pytest
import soundfile
from tests.conftest import SPEECH

from auricle.manifest import Utterance, write_manifest


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """Three test clips as a manifest, one cut short, with texts that are wrong in every way."""
    utterances = [
        Utterance(
            path.stem,
            str(path),
            _wrong(path.with_suffix(".txt").read_text()),
            speaker=path.stem.split("-")[0],
            source=path.stem.split("-")[1],
            duration=3.0 if path.stem.startswith("1272") else None,
        )
        for path in sorted(SPEECH.glob("*.flac"))[:3]
    ]
    path = tmp_path_factory.mktemp("set") / "clips.jsonl.gz"
    write_manifest(utterances, path)
    return path


def _wrong(text):
    """Return a text with another first word, one too many, and without its last two."""
    _, *words = text.split()
    return " ".join(["zoology", *words[:4], "xylophone", *words[4:-2]])


def test_errors_are_counted_and_explained(run, manifest):
    result = run("evaluate", "en", manifest)
    assert result.exit_code == 0
    assert re.search(r"words wrong +\d+\.\d % \(95 % interval", result.output)
    assert re.search(r"characters wrong +\d+\.\d % \(95 % interval", result.output)
    assert "processor seconds for a second of audio" in result.output
    for title in (
        *("by speaker", "by source", "by duration", "substituted", "deleted", "inserted"),
        *("words missed most often", "best", "median", "worst"),
    ):
        assert f"\n{title}\n" in result.output


def test_json_and_the_page_hold_every_utterance(run, manifest, tmp_path):
    paths = ["--json", tmp_path / "out.json", "--html", tmp_path / "out.html"]
    assert run("evaluate", "en", manifest, "--both", *paths).exit_code == 0
    values = json.loads((tmp_path / "out.json").read_text())
    assert [each["condition"] for each in values["evaluations"]] == ["", "no scorer"]
    assert len(values["evaluations"][0]["results"]) == 3
    assert len(values["comparisons"]) == 1
    page = (tmp_path / "out.html").read_text()
    assert page.count('src="data:audio/ogg;base64,') == 3
    assert not re.search(r'(src|href)="http', page)
    for item in values["evaluations"][0]["results"]:
        assert item["id"] in page


def test_two_models_are_compared(run, manifest):
    result = run("evaluate", "en", "en", manifest, "--limit", 2)
    assert "+0.00 points of words wrong" in result.output
    assert "not significant" in result.output


def test_noise_is_heard_at_each_ratio(run, manifest, tmp_path):
    import numpy as np

    soundfile.write(tmp_path / "hiss.wav", np.random.default_rng(0).uniform(-1, 1, 8000), 16000)
    result = run(
        "evaluate", "en", manifest, "--limit", 1, "--noise", tmp_path, "--snr", "20,0", "--snr", "5"
    )
    lines = re.findall(r"^  en \(noise at (\d+) dB\)", result.output, re.MULTILINE)
    assert lines == ["20", "0", "5"]


def test_an_unreadable_recording_is_left_out_and_named(run, tmp_path):
    clip = sorted(SPEECH.glob("*.flac"))[0]
    (tmp_path / "broken.wav").write_bytes(b"no audio")
    (tmp_path / "set.csv").write_text(f"path,text\n{clip},some words\nbroken.wav,others\n")
    result = run("evaluate", "en", tmp_path / "set.csv")
    assert result.exit_code == 1
    assert "1 utterances" in result.output
    assert "left out: broken: " in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["en"], "one model or two, then the manifest"),
        (["en", "none.jsonl.gz"], "there is no such manifest"),
        (["en", "{manifest}", "--snr", "10"], "belong together"),
        (["en", "{manifest}", "--snr", "loud", "--noise", "."], "numbers of decibels"),
    ],
)
def test_a_wrong_command_line_says_what_is_right(run, manifest, arguments, message):
    result = run("evaluate", *(part.format(manifest=manifest) for part in arguments))
    assert result.exit_code == 2
    assert message in result.output

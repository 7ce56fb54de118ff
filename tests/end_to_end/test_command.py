"""The installed command on real speech with the bundled model."""

import json
import subprocess
import sys

import pysubs2
import pytest
from tests.conftest import SPEECH

import auricle
from making_audio import encode

COMMAND = [sys.executable, "-c", "from auricle.cli import main; main()"]
CLIP = sorted(SPEECH.glob("*.flac"))[0]


def run(*arguments, stdin=None):
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, input=stdin, check=False)


def test_a_recording_becomes_the_text_of_the_model(model):
    result = run("transcribe", CLIP)
    assert result.returncode == 0
    assert result.stdout.decode().split() == model.transcribe(CLIP).text.split()


def test_json_holds_words_with_times_and_confidences():
    transcript = json.loads(run("transcribe", CLIP, "-f", "json").stdout)
    words = [word for segment in transcript["segments"] for word in segment["words"]]
    assert words
    assert all(0 <= w["start"] <= w["end"] <= transcript["duration"] for w in words)
    assert all(0 <= w["confidence"] <= 1 for w in words)


def test_subtitles_can_be_read(tmp_path):
    assert run("transcribe", CLIP, "-o", tmp_path / "clip.srt").returncode == 0
    subtitles = pysubs2.load(str(tmp_path / "clip.srt"))
    assert subtitles.events


def test_standard_input_is_heard_like_the_file():
    assert run("transcribe", "-", stdin=CLIP.read_bytes()).stdout == run("transcribe", CLIP).stdout


@pytest.mark.parametrize("kind", ["wav16", "ogg", "opus", "mp3", "m4a", "mp4", "mkv"])
def test_every_format_is_heard_alike(tmp_path, model, clips, kind):
    path = tmp_path / f"clip.{kind}"
    path.write_bytes(encode(clips[CLIP.stem][:, None], 16000, kind))
    heard, expected = model.transcribe(path), model.transcribe(CLIP)
    assert abs(heard.duration - expected.duration) < 0.1
    assert len(heard.words) == pytest.approx(len(expected.words), abs=4)


def test_a_broken_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"this is a text")
    (tmp_path / "good.flac").write_bytes(CLIP.read_bytes())
    result = run("transcribe", tmp_path, "-r", "-o", f"{tmp_path}/out/")
    assert result.returncode == 1
    assert b"broken.wav" in result.stderr
    assert b"Traceback" not in result.stderr
    assert (tmp_path / "out" / "good.txt").read_text().strip()


def test_hot_words_and_beams_reach_the_search(model):
    plain = run("transcribe", CLIP, "--no-scorer").stdout.decode().split()
    word = "zebra"
    boosted = run("transcribe", CLIP, "--hot-word", f"{word}:400", "--beam", "200").stdout.decode()
    assert word not in plain
    assert word in boosted.split()


def test_the_bundled_models_are_listed():
    result = run("models", "list")
    assert result.returncode == 0
    assert result.stdout.decode().splitlines()[1].startswith("en ")


def test_a_scorer_of_ones_own_is_taken(tmp_path):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("the other voice snapped\nshe was in mourning\n" * 20)
    options = ["--order", "2", "--discount-fallback"]
    built = run("lm", "build", corpus, "-o", tmp_path / "my.lm", *options)
    assert built.returncode == 0, built.stderr
    result = run("transcribe", CLIP, "--scorer", tmp_path / "my.lm")
    assert result.returncode == 0
    missing = run("transcribe", CLIP, "--scorer", tmp_path / "none.lm")
    assert (missing.returncode, missing.stdout) == (1, b"")
    assert b"none.lm" in missing.stderr
    assert b"auricle lm build" in missing.stderr


def test_silence_gives_no_words(model):
    import numpy as np

    random = np.random.default_rng(0)
    for level in (0.0, 1e-4, 1e-2):
        samples = (random.standard_normal(16000 * 20) * level).astype(np.float32)
        assert model.transcribe(samples, sample_rate=16000).text == ""


def test_the_packed_model_serves_the_command(tmp_path):
    from auricle.package import find_package, pack

    pack(find_package("en"), tmp_path / "my.auricle")
    result = run("transcribe", CLIP, "--model", tmp_path / "my.auricle")
    assert result.stdout == run("transcribe", CLIP).stdout
    assert auricle.load(tmp_path / "my.auricle").name == "en"

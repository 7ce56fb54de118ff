"""`auricle data import`, `stats` and `pack` on the test clips."""

import shutil
import sys
import types

import numpy as np
import pytest
import soundfile
from tests.conftest import SPEECH

from auricle.manifest import read_manifest


@pytest.fixture
def manifest(run, tmp_path):
    result = run("data", "import", "folder", SPEECH, "-o", tmp_path / "clips.jsonl.gz")
    assert result.exit_code == 0
    assert "8 utterances, 0.01 h" in result.output
    return tmp_path / "clips.jsonl.gz"


def test_a_folder_becomes_a_manifest(manifest):
    utterances = read_manifest(manifest)
    assert len(utterances) == 8
    assert all(u.text and u.samples and u.sample_rate == 16000 for u in utterances)


def test_parts_are_made_anew(run, tmp_path):
    options = ["--split-by", "utterance", "--dev", "0.3", "--test", "0.3"]
    assert run("data", "import", "folder", SPEECH, "-o", tmp_path / "out", *options).exit_code == 0
    parts = {p.name: read_manifest(p) for p in (tmp_path / "out").iterdir()}
    assert sum(map(len, parts.values())) == 8
    assert len(parts) > 1


def test_a_part_that_nothing_was_drawn_for_is_named(run, tmp_path):
    for speaker in ("dee", "eli"):
        (tmp_path / "few" / speaker).mkdir(parents=True)
        for source in sorted(SPEECH.glob("*"))[:2]:
            shutil.copy(source, tmp_path / "few" / speaker)
    split = ["--split-by", "speaker", "--dev", "0.2"]
    result = run("data", "import", "folder", tmp_path / "few", "-o", tmp_path / "set", *split)
    assert result.exit_code == 0, result.output
    made = {path.name.partition(".")[0] for path in (tmp_path / "set").iterdir()}
    for name in ("train", "dev", "test"):
        assert (name in made) != (f"{name} is empty: no speaker of these few" in result.stderr)
    assert len(made) < 3


def test_broken_recordings_are_named_and_left_out(run, tmp_path):
    clip = sorted(SPEECH.glob("*.flac"))[0]
    (tmp_path / "set.csv").write_text(f"path,text\n{clip},words\nnone.wav,words\n")
    result = run("data", "import", "table", tmp_path / "set.csv", "-o", tmp_path / "a.jsonl.gz")
    assert result.exit_code == 0
    assert "1 utterances" in result.output
    assert "none.wav" in result.output


def test_an_unknown_corpus_and_an_unknown_part_say_what_there_is(run, tmp_path):
    assert "Your own recordings" in run("data", "import", "nonsense", ".").output
    result = run(
        "data", "import", "folder", SPEECH, "-o", tmp_path / "a.jsonl.gz", "--part", "train"
    )
    assert result.exit_code == 2
    assert "there is no part 'train'" in result.output


def test_statistics_are_printed_and_drawn(run, manifest, tmp_path):
    result = run("data", "stats", manifest, "--plot", tmp_path / "stats.html")
    assert "under 6 s" in result.output
    assert "minutes by speaker" in result.output
    page = (tmp_path / "stats.html").read_text()
    assert page.count("<svg") == 6
    assert "http" not in page


def test_a_set_is_packed(run, manifest, tmp_path):
    result = run("data", "pack", manifest, "-o", tmp_path / "shards", "--shard", 5)
    assert result.exit_code == 0
    assert "8 utterances in 2 shards" in result.output


def test_augmented_recordings_are_written_to_be_heard(run, manifest, tmp_path):
    kinds = ["--augment", "speed:low=0.5,high=0.5", "--augment", "room", "--augment", "noise"]
    result = run("data", "play", manifest, "-o", tmp_path / "heard", "--count", 2, *kinds)
    assert result.exit_code == 0, result.output
    heard = sorted((tmp_path / "heard").iterdir())
    for path in heard:
        original = soundfile.info(SPEECH / f"{path.stem}.flac")
        assert abs(soundfile.info(path).frames - 2 * original.frames) < 10
    assert len(heard) == 2


class FakeSoundCard(types.ModuleType):
    """Keeps what it is given to play, at its own rate."""

    PortAudioError = type("PortAudioError", (Exception,), {})

    def __init__(self, there):
        super().__init__("sounddevice")
        self.there, self.played = there, []

    def query_devices(self, kind):
        assert kind == "output"
        if not self.there:
            raise self.PortAudioError("Error querying device -1")
        return {"default_samplerate": 48000.0}

    def play(self, samples, rate, blocking):
        assert (samples.dtype, blocking) == (np.float32, True)
        self.played.append((len(samples), rate))


def test_augmented_recordings_are_played(run, manifest, tmp_path, monkeypatch):
    card = FakeSoundCard(there=True)
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    monkeypatch.chdir(tmp_path)
    result = run("data", "play", manifest, "--start", 6, "--count", 9, "--augment", "volume")
    assert result.exit_code == 0, result.output
    clips = sorted(SPEECH.glob("*.flac"))[6:]
    assert card.played == [(3 * soundfile.info(clip).frames, 48000) for clip in clips]
    assert [line.partition(":")[0] for line in result.output.splitlines()] == [
        clip.stem for clip in clips
    ]
    assert not (tmp_path / "heard").exists()


@pytest.mark.parametrize("card", [None, FakeSoundCard(there=False)], ids=["no library", "no card"])
def test_what_cannot_be_played_is_written(run, manifest, tmp_path, monkeypatch, card):
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    monkeypatch.chdir(tmp_path)
    result = run("data", "play", manifest, "--count", 2)
    assert result.exit_code == 0, result.output
    assert result.stderr.count("what would be played is written") == 1
    assert "sound card" in result.stderr
    for clip in sorted(SPEECH.glob("*.flac"))[:2]:
        written = soundfile.info(tmp_path / "heard" / f"{clip.stem}.wav")
        assert written.frames == soundfile.info(clip).frames


def test_an_utterance_that_is_not_there_cannot_be_played(run, manifest, tmp_path):
    result = run("data", "play", manifest, "--start", 8, "-o", tmp_path)
    assert result.exit_code == 2
    assert "it has no utterance after --start 8" in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("echo", "no augmentation 'echo'; there are speed, room, noise, interlude, gain,"),
        ("speed:fast=2", "speed has no 'fast'; it may have high, low, probability"),
        ("speed:low=slow", "is not a value such as"),
    ],
)
def test_an_augmentation_that_is_not_there_is_refused(run, manifest, tmp_path, text, message):
    result = run("data", "play", manifest, "-o", tmp_path, "--augment", text)
    assert result.exit_code == 2
    assert message in result.output


def test_cleaned_manifests_replace_nothing(run, manifest, tmp_path):
    once = run("data", "check", manifest, "--fix", tmp_path)
    assert once.exit_code == 2
    assert f"--fix would replace {manifest}; give another folder" in once.output
    other = tmp_path / "other" / manifest.name
    other.parent.mkdir()
    other.write_bytes(manifest.read_bytes())
    twice = run("data", "check", manifest, other, "--fix", tmp_path / "clean")
    assert twice.exit_code == 2
    assert "--fix would write two manifests to" in twice.output
    assert not (tmp_path / "clean").exists()

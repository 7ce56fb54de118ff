"""Each thing that ruins a training is found, named with its file, and left out."""

import numpy as np
import pytest
import soundfile

from auricle.errors import OptionError
from auricle.manifest import Utterance, measure, read_manifest, write_manifest
from auricle.training.checking import CheckOptions, check


@pytest.fixture
def recording(tmp_path):
    """Makes a recording of noise: name, seconds, loudness."""

    def make(name, seconds=2.0, loudness=0.1):
        random = np.random.default_rng(list(name.encode()))
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, random.uniform(-loudness, loudness, int(16000 * seconds)), 16000)
        return str(path)

    return make


def kinds(*manifests, **options):
    checked = check(manifests, CheckOptions(**options))
    return [(problem.kind, problem.utterance.id) for problem in checked.problems]


def test_sound_utterances_have_no_problem(recording):
    assert kinds([Utterance("a", recording("a"), "good day")]) == []


def test_each_kind_of_recording_that_ruins_a_training_is_found(recording, tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"nonsense")
    (tmp_path / "empty.wav").write_bytes(b"")
    utterances = [
        Utterance("broken", str(tmp_path / "broken.wav"), "a"),
        Utterance("empty", str(tmp_path / "empty.wav"), "a"),
        Utterance("gone", str(tmp_path / "gone.wav"), "a"),
        Utterance("silent", recording("silent", loudness=1e-5), "a"),
        Utterance("short", recording("short", 0.2), "a"),
        Utterance("long", recording("long", 3.0), "a"),
    ]
    assert kinds(utterances, longest=2.5) == [
        ("unreadable recording", "broken"),
        ("unreadable recording", "empty"),
        ("unreadable recording", "gone"),
        ("silent recording", "silent"),
        ("too short", "short"),
        ("too long", "long"),
    ]


def test_each_kind_of_text_that_ruins_a_training_is_found(recording):
    utterances = [
        Utterance("none", recording("none"), " - "),
        Utterance("script", recording("script"), "доброе утро"),
        Utterance("dense", recording("dense", 1.0), "too much for one second of it"),
    ]
    assert kinds(utterances, normaliser="english") == [
        ("no text", "none"),
        ("text outside the language", "script"),
        ("more units than frames", "dense"),
    ]
    assert kinds([Utterance("q", recording("q"), "quay")], characters="abcde") == [
        ("unknown characters", "q")
    ]


def test_equal_neighbours_need_a_frame_between_them(recording):
    utterances = [Utterance("a", recording("a", 0.4), "aaaaa")]
    assert kinds(utterances, frame_seconds=0.4 / 9) == []
    assert kinds(utterances, frame_seconds=0.4 / 8) == [("more units than frames", "a")]


def test_the_same_sound_twice_is_found_once(recording):
    path = recording("a")
    assert kinds([Utterance("a", path, "day"), Utterance("b", path, "night")]) == [
        ("duplicate recording", "b")
    ]


def test_nothing_is_shared_with_what_is_held_out(recording):
    train = [
        Utterance("a", recording("a"), "Good day", speaker="sam"),
        Utterance("b", recording("b"), "good night", speaker="kim"),
    ]
    held_out = [Utterance("c", recording("c"), "good  day", speaker="kim")]
    assert kinds(train, held_out) == [
        ("sentence on both sides", "a"),
        ("speaker on both sides", "b"),
    ]
    checked = check([train, held_out])
    assert [len(sound) for sound in checked.sound] == [0, 1]


def test_the_command_reports_and_fixes(run, recording, tmp_path):
    good, short = recording("good"), recording("short", 0.1)
    parts = [Utterance("good", good, "day"), Utterance("short", short, "day")]
    write_manifest(map(measure, parts), tmp_path / "set.jsonl.gz")
    result = run("data", "check", tmp_path / "set.jsonl.gz", "--report", tmp_path / "report.tsv")
    assert result.exit_code == 1
    assert f"  {short} (short): 0.10 s, at least 0.3" in result.output
    assert (tmp_path / "report.tsv").read_text().splitlines()[1].startswith("too short\tshort\t")
    fixed = run("data", "check", tmp_path / "set.jsonl.gz", "--fix", tmp_path / "fixed")
    assert fixed.exit_code == 0
    assert [u.id for u in read_manifest(tmp_path / "fixed" / "set.jsonl.gz")] == ["good"]


@pytest.mark.parametrize("options", [{"normaliser": "klingon"}, {"shortest": 9, "longest": 3}])
def test_wrong_options_are_refused(options):
    with pytest.raises(OptionError):
        CheckOptions(**options)

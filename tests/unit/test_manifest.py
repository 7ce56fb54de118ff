"""Manifests: one reader for lhotse's cuts and tables, one writer."""

import gzip
import json

import numpy as np
import pytest
import soundfile

from auricle.errors import AudioError, OptionError
from auricle.manifest import Utterance, measure, read_manifest, read_utterance, write_manifest
from making_audio import encode


@pytest.fixture
def recording(tmp_path):
    """Two channels of two seconds at 8 kHz: the left one 0.25, the right one -0.5."""
    path = tmp_path / "two.wav"
    soundfile.write(path, np.tile(np.array([0.25, -0.5], np.float32), (16000, 1)), 8000)
    return path


def test_what_is_written_is_read_again(tmp_path, recording):
    written = Utterance(
        "a", str(recording), "good day", speaker="sam", source="field", language="en"
    )
    assert write_manifest([written], tmp_path / "set.jsonl.gz") == 1
    (read,) = read_manifest(tmp_path / "set.jsonl.gz")
    assert read == measure(written)
    assert (read.duration, read.sample_rate, read.samples) == (2.0, 8000, 16000)
    assert read.whole


def test_lhotse_reads_what_is_written(tmp_path, recording):
    lhotse = pytest.importorskip("lhotse")
    parts = [
        Utterance("left", str(recording), "one", 0.5, 1.0, channel=0, speaker="sam"),
        Utterance("right", str(recording), "two", 1.0, 1.0, channel=1),
    ]
    write_manifest(parts, tmp_path / "set.jsonl.gz")
    left, right = lhotse.CutSet.from_file(tmp_path / "set.jsonl.gz")
    assert left.supervisions[0].text == "one"
    assert left.load_audio().shape == (1, 8000)
    assert np.allclose(right.load_audio(), -0.5, atol=1e-3)


def test_what_lhotse_writes_is_read(tmp_path, recording):
    lhotse = pytest.importorskip("lhotse")
    spoken = lhotse.SupervisionSegment("s", "r", 0, 1.0, text="two")
    both = lhotse.Recording.from_file(recording)
    cut = lhotse.MonoCut("a", 0.5, 1.0, 1, [spoken], recording=both)
    lhotse.CutSet.from_cuts([cut]).to_file(tmp_path / "set.jsonl.gz")
    (read,) = read_manifest(tmp_path / "set.jsonl.gz")
    assert (read.text, read.start, read.channel) == ("two", 0.5, 1)
    samples = read_utterance(read, 8000)
    assert samples.shape == (8000,)
    assert np.allclose(samples, -0.5, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("a.csv", "path,text\nclips/two.wav,good day\n"),
        ("a.csv", "wav_filename,wav_filesize,transcript\nclips/two.wav,64044,good day\n"),
        ("a.tsv", "client_id\tpath\tsentence\nsam\tclips/two.wav\tgood day\n"),
        ("a.csv", "\ufeffpath\ttext\nclips/two.wav\tgood day\n"),
    ],
)
def test_tables_name_recordings_relative_to_their_folder(tmp_path, name, table):
    (tmp_path / name).write_text(table, encoding="utf-8")
    (read,) = read_manifest(tmp_path / name)
    assert (read.audio, read.text) == (str(tmp_path / "clips" / "two.wav"), "good day")
    assert (read.id, read.duration) == ("two", None)


def test_quotation_marks_of_csv_are_read_and_those_of_tsv_are_text(tmp_path):
    (tmp_path / "a.csv").write_text('path,text\na.wav,"well, yes"\n')
    (tmp_path / "a.tsv").write_text('path\ttext\na.wav\t"well, yes\n')
    assert read_manifest(tmp_path / "a.csv")[0].text == "well, yes"
    assert read_manifest(tmp_path / "a.tsv")[0].text == '"well, yes'


def test_all_channels_are_mixed_unless_one_is_named(recording):
    mixed = read_utterance(Utterance("a", str(recording), ""), 8000)
    assert np.allclose(mixed, -0.125, atol=1e-3)
    with pytest.raises(AudioError, match="channel 2 is asked for and there are 2"):
        read_utterance(Utterance("a", str(recording), "", channel=2), 8000)


@pytest.mark.parametrize("kind", ["wav16", "flac", "ogg", "mp3", "m4a"])
def test_a_part_of_a_recording_is_what_was_cut_from_it(tmp_path, kind):
    path = tmp_path / f"talk.{kind}"
    samples = np.sin(np.arange(48_000) ** 1.5 / 400).astype(np.float32) / 2
    path.write_bytes(encode(samples[:, None], 16_000, kind))
    whole = read_utterance(Utterance("a", str(path), ""), 16_000)
    part = read_utterance(Utterance("a", str(path), "", 0.5, 1.25), 16_000)
    assert part.shape == (20_000,)
    assert np.abs(part - whole[8_000:28_000]).max() < 0.02
    first = read_utterance(Utterance("a", str(path), "", 0.0, 1.0), 16_000)
    assert first.shape == (16_000,)


def test_an_utterance_beyond_its_recording_is_refused(recording):
    with pytest.raises(AudioError, match=r"would start at 5\.0 s, and the recording lasts 2\.00 s"):
        measure(Utterance("a", str(recording), "", start=5.0))


def test_a_recording_without_samples_is_refused(tmp_path):
    path = tmp_path / "empty.wav"
    path.write_bytes(encode(np.zeros((0, 1), np.float32), 16_000, "wav16"))
    with pytest.raises(AudioError, match=r"empty\.wav: there are no samples in it"):
        measure(Utterance("a", str(path), ""))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.jsonl.gz", None, "no such manifest"),
        ("a.txt", b"", "ends in"),
        ("a.csv", b"name,words\n", "no column of the heading is the audio"),
        ("a.jsonl", b"{}\n", "line 1 is not a lhotse cut"),
        ("a.jsonl", b"nonsense\n", "line 1"),
        ("a.jsonl.gz", b"not zipped", "cannot be read"),
        ("a.jsonl.gz", gzip.compress(b"", mtime=0)[:-9], "cannot be read"),
        ("a.csv", b"path,text\na.wav,\xff\n", "cannot be read"),
    ],
)
def test_a_wrong_manifest_is_named_with_a_remedy(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(OptionError, match=message):
        read_manifest(tmp_path / name)


def test_a_manifest_that_cannot_be_finished_leaves_none(tmp_path):
    with pytest.raises(AudioError):
        write_manifest([Utterance("a", "missing.wav", "")], tmp_path / "set.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_cuts_that_are_kept_elsewhere_than_in_files_are_refused(tmp_path):
    source = {"type": "memory", "channels": [0], "source": ""}
    cut = {"type": "MonoCut", "recording": {"sources": [source]}}
    (tmp_path / "a.jsonl").write_text(json.dumps(cut) + "\n")
    with pytest.raises(OptionError, match="its audio is kept as memory"):
        read_manifest(tmp_path / "a.jsonl")

import dataclasses

import numpy as np
import pytest
import soundfile

from auricle.errors import AudioError, OptionError
from auricle.manifest import Utterance, read_manifest, read_utterance, write_manifest
from auricle.training.packing import PackOptions, pack

lhotse = pytest.importorskip("lhotse")

# lhotse leaves the shards it has read to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def utterances(tmp_path):
    """Five utterances cut from one recording at 8 kHz."""
    tone = np.sin(2 * np.pi * 440 * np.arange(40000) / 8000) * 0.5
    soundfile.write(tmp_path / "talk.wav", tone, 8000)
    return [
        Utterance(f"u{k}", str(tmp_path / "talk.wav"), f"word {k}", float(k), 1.0, speaker="sam")
        for k in range(5)
    ]


def opened(folder):
    return list(lhotse.CutSet.from_shar(in_dir=folder))


@pytest.mark.parametrize("codec", ["flac", "opus", "wav"])
def test_lhotse_reads_the_shards(utterances, tmp_path, codec):
    counts = []
    options = PackOptions(codec, shard_utterances=2)
    assert pack(utterances, tmp_path / "out", options, progress=counts.append) == 3
    assert counts == [2, 2, 1]
    cuts = opened(tmp_path / "out")
    assert [cut.supervisions[0].text for cut in cuts] == [f"word {k}" for k in range(5)]
    assert cuts[0].supervisions[0].speaker == "sam"
    samples = cuts[3].load_audio()[0]
    assert samples.shape == (16000,)
    expected = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000) * 0.5
    assert np.corrcoef(samples[2000:-2000], expected[2000:-2000])[0, 1] > 0.95


def test_shards_are_a_manifest(utterances, tmp_path):
    pack(utterances, tmp_path / "out", PackOptions(shard_utterances=2))
    packed = read_manifest(tmp_path / "out")
    for before, after in zip(utterances, packed, strict=True):
        assert (after.id, after.text, after.speaker) == (before.id, before.text, before.speaker)
        assert (after.sample_rate, after.samples, after.whole) == (16000, 16000, True)
        expected = read_utterance(before, 16000)
        assert np.allclose(read_utterance(after, 16000), expected, atol=1e-4)
    with pytest.raises(OptionError, match="write the manifest that was packed"):
        write_manifest(packed, tmp_path / "again.jsonl.gz")


def test_shards_that_are_damaged_are_named(utterances, tmp_path):
    out = tmp_path / "out"
    pack(utterances, out, PackOptions(shard_utterances=2))
    packed = read_manifest(out)
    with (out / "recording.000000.tar").open("r+b") as archive:
        archive.truncate(900)
    with pytest.raises(AudioError, match=r"recording\.000000\.tar: the archive ends before"):
        read_utterance(packed[1], 16000)
    with pytest.raises(OptionError, match=r"cuts\.000000\.jsonl\.gz: the shard cannot be read"):
        read_manifest(out)
    (out / "recording.000000.tar").write_bytes((out / "recording.000001.tar").read_bytes())
    with pytest.raises(OptionError, match="it holds other recordings"):
        read_manifest(out)
    (tmp_path / "empty").mkdir()
    with pytest.raises(OptionError, match="`auricle data pack` makes such a folder"):
        read_manifest(tmp_path / "empty")


def test_an_interrupted_packing_goes_on(utterances, tmp_path):
    broken = Utterance("bad", str(tmp_path / "none.wav"), "word")
    options = PackOptions(shard_utterances=2)
    with pytest.raises(AudioError, match=r"none\.wav"):
        pack([*utterances[:3], broken], tmp_path / "out", options)
    first = tmp_path / "out" / "recording.000000.tar"
    assert sorted(p.name for p in first.parent.iterdir()) == [
        "cuts.000000.jsonl.gz",
        "recording.000000.tar",
    ]
    written = first.stat().st_mtime_ns
    pack(utterances, tmp_path / "out", options)
    assert first.stat().st_mtime_ns == written
    assert len(opened(tmp_path / "out")) == 5


def test_shards_of_something_else_are_not_taken_for_those_asked_for(utterances, tmp_path):
    out, options = tmp_path / "out", PackOptions(shard_utterances=2)
    pack(utterances, out, options)
    before = {path: path.read_bytes() for path in out.iterdir()}
    corrected = [*utterances[:4], dataclasses.replace(utterances[4], text="another word")]
    for others in (corrected, utterances[:4], utterances[::-1]):
        with pytest.raises(OptionError, match=r"shards of other utterances .* another folder"):
            pack(others, out, options)
    with pytest.raises(OptionError, match="of another codec"):
        pack(utterances, out, PackOptions("opus", shard_utterances=2))
    assert pack(utterances, out, options) == 3
    assert {path: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize(
    "options", [{"codec": "mp3"}, {"codec": "opus", "sample_rate": 11025}, {"shard_utterances": 0}]
)
def test_wrong_options_are_refused(options):
    with pytest.raises(OptionError):
        PackOptions(**options)

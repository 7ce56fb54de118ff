import numpy as np
import pytest
import soundfile

from auricle.errors import AudioError, OptionError
from auricle.manifest import Utterance
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


@pytest.mark.parametrize("codec", ["flac", "opus"])
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


@pytest.mark.parametrize(
    "options", [{"codec": "mp3"}, {"codec": "opus", "sample_rate": 11025}, {"shard_utterances": 0}]
)
def test_wrong_options_are_refused(options):
    with pytest.raises(OptionError):
        PackOptions(**options)

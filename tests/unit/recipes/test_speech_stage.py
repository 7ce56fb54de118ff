from pathlib import Path

import numpy as np
import soundfile
from lhotse import CutSet
from speech import Utterance, is_dev_speaker, make_cut, split

DEV = next(name for name in map(str, range(100)) if is_dev_speaker(name))
OTHER = next(name for name in map(str, range(100)) if not is_dev_speaker(name))


def write_source(data: Path, name: str, said: list[tuple[str, str]]) -> None:
    """Write the manifest of a source from speakers and their texts."""
    wave = data / "second.wav"
    soundfile.write(wave, np.zeros(16000, np.float32), 16000)
    cuts = [
        make_cut(name, Utterance(str(index), speaker, text, b""), text, wave, 16000, data)
        for index, (speaker, text) in enumerate(said)
    ]
    CutSet.from_cuts(cuts).to_file(data / "manifests" / f"{name}.jsonl.gz")


def texts(data: Path, name: str) -> list[str]:
    cuts = CutSet.from_file(data / "manifests" / f"{name}.jsonl.gz")
    return [cut.supervisions[0].text for cut in cuts]


def test_sets_share_no_text_and_sources_stand_as_often_as_they_say(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    write_source(tmp_path, "test", [("1", "the sentence of the test")])
    write_source(
        tmp_path,
        "dealt",
        [(DEV, "by one"), (OTHER, "by another"), (OTHER, "the sentence of the test")],
    )
    write_source(tmp_path, "whole", [(DEV, "kept"), (OTHER, "by one")])
    split(
        [
            {"name": "test", "role": "test"},
            {"name": "dealt", "role": "train", "dev": True, "times": 2},
            {"name": "whole", "role": "train"},
        ],
        tmp_path,
    )
    assert texts(tmp_path, "dev") == ["by one"]
    assert texts(tmp_path, "train") == ["by another", "by another", "kept"]
    cuts = CutSet.from_file(tmp_path / "manifests" / "train.jsonl.gz")
    assert len({cut.id for cut in cuts}) == 3

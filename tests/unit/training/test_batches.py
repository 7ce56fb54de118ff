import numpy as np
import pytest

pytest.importorskip("torch")
lhotse = pytest.importorskip("lhotse")
soundfile = pytest.importorskip("soundfile")

from auricle.training.batches import Batches, BatchOptions  # noqa: E402


@pytest.fixture
def cuts(tmp_path):
    """Twenty utterances of one second."""
    made = []
    for number in range(20):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, np.full(16000, 0.1, np.float32), 16000)
        recording = lhotse.Recording.from_file(path, recording_id=str(number))
        supervision = lhotse.SupervisionSegment(
            str(number), str(number), 0.0, 1.0, text=f"text {number}"
        )
        made.append(
            lhotse.MonoCut(
                str(number), 0.0, 1.0, 0, recording=recording, supervisions=[supervision]
            )
        )
    return lhotse.CutSet.from_cuts(made)


OPTIONS = BatchOptions(batch_seconds=8.0, row_seconds=(2.0, 4.0))


def names(batches):
    return [name for batch in batches for row in batch.names for name in row]


def test_an_epoch_holds_every_utterance_once(cuts):
    assert sorted(names(Batches(cuts, OPTIONS))) == sorted(cut.id for cut in cuts)


def test_the_text_of_a_row_is_that_of_its_utterances(cuts):
    for batch in Batches(cuts, OPTIONS):
        for text, row in zip(batch.texts, batch.names, strict=True):
            assert text == " ".join(f"text {name}" for name in row)


def test_processes_share_an_epoch(cuts):
    parts = []
    for part in range(2):
        batches = Batches(cuts, OPTIONS)
        batches.part, batches.parts = part, 2
        parts.append(names(batches))
    assert len(parts[0]) == len(parts[1])
    assert sorted(parts[0] + parts[1]) == sorted(cut.id for cut in cuts)


def test_augmentation_grows_over_the_epochs_and_the_level_is_always_set(cuts):
    applied = []

    def augment(samples, random):
        applied.append("augment")
        return samples

    def level(samples, random):
        applied.append("level")
        return samples

    options = BatchOptions(batch_seconds=8.0, row_seconds=(2.0, 4.0), augment_epochs=4)
    batches = Batches(cuts, options, [augment], level)
    shares = []
    for epoch in (0, 3):
        applied.clear()
        batches.epoch = epoch
        list(batches)
        assert applied.count("level") == 20
        shares.append(applied.count("augment"))
    assert 0 < shares[0] < 12
    assert shares[1] == 20

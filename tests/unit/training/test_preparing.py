"""What is missing is said before the first step."""

import numpy as np
import pytest
import soundfile

pytest.importorskip("lightning")

from auricle.errors import OptionError, TrainingError
from auricle.training.configuration import DataOptions, HeadChoice
from auricle.training.preparing import make_units, prepare_data


@pytest.fixture
def table(tmp_path):
    """Makes a table of recordings of a second with these texts; None is a missing recording."""

    def make(name, *texts):
        rows = ["path\ttext"]
        for number, text in enumerate(texts):
            path = f"{name}{number}.wav"
            if text is not None:
                soundfile.write(tmp_path / path, np.zeros(16000), 16000)
            rows.append(f"{path}\t{text}")
        (tmp_path / f"{name}.tsv").write_text("\n".join(rows) + "\n")
        return str(tmp_path / f"{name}.tsv")

    return make


def prepared(folder, train, dev):
    options = DataOptions((train,), (dev,), normaliser="english")
    return prepare_data(options, lambda texts: make_units([HeadChoice()], texts, folder), 0.04)


def test_texts_are_normalised_and_units_are_theirs(table, tmp_path):
    data, (units,) = prepared(tmp_path, table("train", "Dr. No!"), table("dev", "no rod"))
    assert [u.text for u in data.train] == ["doctor no"]
    assert units.tokens == ["<blank>", " ", *"cdnort"]
    assert not data.left_out


def test_what_is_left_out_is_counted_and_named(table, tmp_path):
    train = table("train", "good day", None, "-", "доброе утро", "far too many words for a second")
    data, _ = prepared(tmp_path, train, table("dev", "good day", "zebra"))
    assert len(data.train) == 1
    assert dict(data.left_out) == {
        "no such recording": 1,
        "no text": 1,
        "text outside the language": 1,
        "more units than frames": 1,
        "text outside the units": 1,
    }
    assert "left out, no such recording: 1 (the first one: " in data.describe()
    assert "[network] rows = 2 gives twice as many frames" in data.describe()


def test_a_set_without_utterances_ends_it(table, tmp_path):
    with pytest.raises(TrainingError, match=r"no utterance of the dev set.*no such recording: 1"):
        prepared(tmp_path, table("train", "good day"), table("dev", None))


def test_too_few_frames_for_all_have_their_remedy(table, tmp_path):
    few = table("train", "far too many words for a second")
    with pytest.raises(TrainingError, match=r"more units than frames: 1.*; \[network\] rows = 2"):
        prepared(tmp_path, few, few)


def test_other_units_need_another_folder(table, tmp_path):
    dev = table("dev", "a")
    prepared(tmp_path, table("train", "a b"), dev)
    with pytest.raises(OptionError, match="begin in a new folder"):
        prepared(tmp_path, table("other", "a b c"), dev)

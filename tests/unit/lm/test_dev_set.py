import gzip
import json
from pathlib import Path

import pytest

from auricle.errors import OptionError
from auricle.lm.dev_set import Utterance, read_utterances


def read(tmp_path, name, text):
    path = tmp_path / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return read_utterances(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dev.tsv", 'one.wav\tfirst, "text\n'),
        ("dev.tsv.gz", 'one.wav\tfirst, "text\n'),
        ("dev.tsv", 'client_id\tpath\tsentence\nx\tone.wav\tfirst, "text\n'),
        ("dev.csv", 'wav_filename,wav_filesize,transcript\none.wav,44,"first, ""text"\n'),
        ("dev.csv", '\ufeffaudio,text\n\none.wav,"first, ""text"\n'),
    ],
)
def test_a_table_names_recordings_beside_it(name, text, tmp_path):
    assert read(tmp_path, name, text) == [Utterance(tmp_path / "one.wav", 'first, "text')]


def cut(**changes):
    values = {
        "id": "a",
        "start": 0.0,
        "duration": 2.0,
        "supervisions": [{"text": "hello there"}],
        "recording": {"duration": 2.0, "sources": [{"type": "file", "source": "/data/a.wav"}]},
    }
    return json.dumps({**values, **changes}) + "\n"


def test_a_manifest_of_lhotse_names_recordings_and_parts_of_them(tmp_path):
    text = cut() + cut(start=0.5, duration=1.0)
    assert read(tmp_path, "cuts.jsonl.gz", text) == [
        Utterance(Path("/data/a.wav"), "hello there"),
        Utterance(Path("/data/a.wav"), "hello there", 0.5, 1.0),
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("dev.txt", "one.wav text", "neither"),
        ("dev.tsv", "one.wav text\n", "line 1: has 1 columns"),
        ("dev.tsv", "one.wav\t \n", "no recording"),
        ("cuts.jsonl", "{}\n", "line 1"),
        ("cuts.jsonl", "[\n", "line 1"),
        ("cuts.jsonl", cut(recording={"sources": [{"type": "url", "source": "x"}]}), "url"),
    ],
)
def test_what_cannot_be_used_is_named(name, text, message, tmp_path):
    with pytest.raises(OptionError, match=message):
        read(tmp_path, name, text)

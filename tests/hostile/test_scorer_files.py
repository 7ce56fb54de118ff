"""Files that are no scorers, or damaged ones: each has its own named status, and none crashes.

core/tests/ngram_test.cpp goes through every byte of a header and of the data under the sanitizers;
this is what a user of Python sees.
"""

import gzip

import pytest

from auricle import lm
from auricle.errors import AuricleError, OptionError, ScorerError
from broken_scorers import accepted, make_scorer, refused


@pytest.fixture(scope="module")
def scorer_bytes(tmp_path_factory):
    return make_scorer(tmp_path_factory.mktemp("scorer"))


def status_of(data):
    with pytest.raises(ScorerError) as caught:
        lm.Scorer.from_bytes(data)
    return caught.value.status


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ScorerError, match="cannot be opened") as caught:
        lm.Scorer.open(tmp_path / "absent.lm")
    assert caught.value.status == "ScorerNotFound"


def test_a_folder_is_no_scorer(tmp_path):
    with pytest.raises(ScorerError) as caught:
        lm.Scorer.open(tmp_path)
    assert caught.value.status == "ScorerNotFound"


def test_an_empty_file_is_truncated(tmp_path):
    (tmp_path / "empty.lm").touch()
    with pytest.raises(ScorerError, match="empty") as caught:
        lm.Scorer.open(tmp_path / "empty.lm")
    assert caught.value.status == "ScorerTruncated"


def test_every_damaged_header_and_length_has_its_status(scorer_bytes):
    for data, status in refused(scorer_bytes):
        assert status_of(data) == status, len(data)


def test_damaged_data_is_found_by_verify_and_harmless_in_queries(scorer_bytes):
    for damaged in accepted(scorer_bytes, 300):
        scorer = lm.Scorer.from_bytes(damaged)
        with pytest.raises(ScorerError) as caught:
            scorer.verify()
        assert caught.value.status == "ScorerChecksum"
        scorer.score("w1 w2 w3 w1 unheard w5 w4")


def test_an_arpa_error_names_its_line(tmp_path):
    (tmp_path / "bad.arpa").write_text("\\data\\\nngram 1=1\n\n\\1-grams:\nx\tword\n\n\\end\\\n")
    with pytest.raises(ScorerError, match="line 5") as caught:
        lm.from_arpa(tmp_path / "bad.arpa", tmp_path / "bad.lm")
    assert caught.value.status == "ArpaSyntax"
    assert [path.name for path in tmp_path.iterdir()] == ["bad.arpa"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("latin.txt", "caf\xe9 ol\xe9\n".encode("latin-1")),
        ("cut.txt", "café".encode()[:-1]),
        ("text.gz", b"this is not gzip"),
        ("cut.gz", gzip.compress(b"a b c\n" * 1000, mtime=0)[:-20]),
        ("text.xz", b"this is not xz"),
    ],
)
def test_a_text_that_cannot_be_read_is_named_and_leaves_nothing(name, data, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(OptionError, match=name):
        lm.build([tmp_path / name], tmp_path / "scorer.lm")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_missing_folder_is_named(tmp_path):
    (tmp_path / "text.txt").write_text("a b\n")
    with pytest.raises(AuricleError, match="cannot write"):
        lm.build([tmp_path / "text.txt"], tmp_path / "absent" / "scorer.lm")

import bz2
import gzip
import lzma
import random

import pytest

from auricle import lm
from auricle.errors import OptionError, ScorerError

TEXT = "the cat sat\nthe dog sat\nthe cat ran\n" * 3
TINY = lm.BuildOptions(order=3, discount_fallback=True)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    return path


def built(inputs, tmp_path, options=TINY):
    output = tmp_path / "scorer.lm"
    lm.build(inputs, output, options)
    return output.read_bytes()


def test_compressed_texts_are_the_same_texts(text, tmp_path):
    plain = built([text], tmp_path)
    for name, module in {"text.gz": gzip, "text.bz2": bz2, "text.xz": lzma}.items():
        (tmp_path / name).write_bytes(module.compress(TEXT.encode()))
        assert built([tmp_path / name], tmp_path) == plain


def test_several_texts_are_one(text, tmp_path):
    (tmp_path / "one.txt").write_text("the cat sat\nthe dog sat")  # without a last line feed
    (tmp_path / "two.txt").write_text("\ufeffthe cat ran\n", encoding="utf-8")
    inputs = [tmp_path / "one.txt", tmp_path / "two.txt"] * 3
    assert built(inputs, tmp_path) == built([text], tmp_path)


def test_frequent_words_are_likelier(text, tmp_path):
    scorer = lm.Scorer.from_bytes(built([text], tmp_path))
    cat, dog, fish = (scorer.score(f"the {word} sat") for word in ("cat", "dog", "fish"))
    assert cat.log10_probability > dog.log10_probability > fish.log10_probability


def test_progress_goes_through_all_stages(text, tmp_path):
    stages = []
    lm.build([text], tmp_path / "scorer.lm", TINY, progress=lambda *state: stages.append(state))
    names = list(dict.fromkeys(stage for stage, _, _ in stages))
    assert names == ["count", "sort", "adjust", "estimate", "interpolate", "write"]
    assert ("count", text.stat().st_size, text.stat().st_size) in stages


@pytest.mark.parametrize("stage", ["count", "sort", "adjust", "estimate", "interpolate", "write"])
def test_an_interrupted_build_leaves_the_old_scorer_and_nothing_else(stage, text, tmp_path):
    old = built([text], tmp_path)

    def interrupt(now, _done, _total):
        if now == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lm.build([text], tmp_path / "scorer.lm", TINY, progress=interrupt)
    assert (tmp_path / "scorer.lm").read_bytes() == old
    assert {path.name for path in tmp_path.iterdir()} == {"text.txt", "scorer.lm"}


def test_arpa_is_written_in_full_precision(text, tmp_path):
    lm.build([text], tmp_path / "scorer.lm", TINY, arpa=tmp_path / "model.arpa")
    lm.from_arpa(tmp_path / "model.arpa", tmp_path / "full.lm", lm.ScorerOptions(bits=32))
    exact = lm.Scorer.open(tmp_path / "full.lm").score("the cat sat")
    stored = lm.Scorer.open(tmp_path / "scorer.lm").score("the cat sat")
    assert exact.log10_probability == pytest.approx(stored.log10_probability, abs=0.01)


def test_a_tiny_text_asks_for_the_discount_fallback(text, tmp_path):
    with pytest.raises(ScorerError, match="--discount-fallback, in Python discount_fallback"):
        lm.build([text], tmp_path / "scorer.lm", lm.BuildOptions(order=3))


def test_a_text_without_words_is_named(tmp_path):
    (tmp_path / "blank.txt").write_text("\n \n")
    with pytest.raises(ScorerError, match="no words"):
        lm.build([tmp_path / "blank.txt"], tmp_path / "scorer.lm")


def test_characters_are_counted_for_a_language_without_spaces(tmp_path):
    (tmp_path / "text.txt").write_text("你好 吗\n你好\n" * 3, encoding="utf-8")
    spelling = lm.Spelling("whitespace", characters=True, kind="unit")
    report = lm.build([tmp_path / "text.txt"], tmp_path / "scorer.lm", TINY, spelling=spelling)
    scorer = lm.Scorer.open(tmp_path / "scorer.lm")
    assert scorer.info.kind == "unit"
    assert "吗" in scorer
    assert "你好" not in scorer
    assert (report.words, report.sentences) == (15, 6)
    assert scorer.perplexity(tmp_path / "text.txt", spelling).unknown == 0


def test_a_report_says_what_went_into_a_scorer(tmp_path):
    (tmp_path / "text.txt").write_text("One & two.\n好\n\nThree\n", encoding="utf-8")
    report = lm.build(
        [tmp_path / "text.txt"], tmp_path / "scorer.lm", TINY, spelling=lm.Spelling("english")
    )
    assert report == lm.BuildReport(sentences=2, words=4, skipped_lines=1, spilled_bytes=0)


def test_little_memory_moves_counts_to_files_and_changes_nothing(tmp_path):
    generator = random.Random(5)
    words = [f"w{int(10**6 ** generator.random())}" for _ in range(350_000)]
    lines = (" ".join(words[k : k + 10]) for k in range(0, len(words), 10))
    (tmp_path / "text.txt").write_text("\n".join(lines))
    made = []
    for memory in (1 << 30, 16 << 20):
        options = lm.BuildOptions(
            order=5, prune=(0, 0, 1), discount_fallback=True, memory_bytes=memory
        )
        report = lm.build([tmp_path / "text.txt"], tmp_path / "scorer.lm", options)
        made.append((tmp_path / "scorer.lm").read_bytes())
        assert (report.spilled_bytes > 0) == (memory == 16 << 20)
    assert made[0] == made[1]


def test_no_text_is_named(tmp_path):
    with pytest.raises(OptionError, match="no text"):
        lm.build([], tmp_path / "scorer.lm")


@pytest.mark.parametrize(
    "options",
    [
        {"order": 0},
        {"order": 7},
        {"prune": (1,)},
        {"prune": (0, 2, 1)},
        {"prune": (0, 0, 0), "order": 2},
        {"vocabulary_limit": 0},
        {"vocabulary": frozenset()},
        {"vocabulary": frozenset({"a"}), "vocabulary_limit": 1},
        {"memory_bytes": 1},
    ],
)
def test_build_options_outside_their_range_are_named(options):
    with pytest.raises(OptionError, match=next(iter(options))):
        lm.BuildOptions(**options)

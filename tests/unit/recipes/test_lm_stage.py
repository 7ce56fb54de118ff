import gzip
from pathlib import Path

import lm
import pytest
import tomllib

from auricle.lm import BuildOptions, build

CANDIDATES = tomllib.loads((lm.HERE / "lm.toml").read_text())


@pytest.mark.parametrize("name", CANDIDATES)
def test_every_scorer_of_the_recipe_has_valid_options(name: str) -> None:
    options = lm.build_options(CANDIDATES[name], 1 << 30)
    assert options.vocabulary_limit == CANDIDATES[name]["vocabulary"]
    assert len(options.prune) == options.order
    assert options.scorer.language == "en"


def test_a_scorer_is_measured_on_both_held_out_texts(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("a b c\na b\nb c a\nc\n" * 5)
    for name, text in zip(lm.DEV_TEXTS, ("a b\n", "a b x y\n"), strict=True):
        with gzip.open(tmp_path / f"{name}.txt.gz", "wt") as file:
            file.write(text)
    build([corpus], tmp_path / "x.lm", BuildOptions(order=2, discount_fallback=True))
    report = lm.measure(tmp_path / "x.lm", tmp_path)
    assert report["bytes"] == (tmp_path / "x.lm").stat().st_size
    assert len(report["ngrams"]) == 2
    easy, hard = (report[name] for name in lm.DEV_TEXTS)
    assert easy["perplexity"] == easy["perplexity of known words"] > 1
    assert hard["perplexity"] > hard["perplexity of known words"]
    assert (easy["unknown words"], hard["unknown words"]) == (0, 0.5)


def test_progress_is_printed_by_stage_and_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    progress = lm.ProgressLines("en")
    for stage, done, total in (
        ("count", 0, 20),
        ("count", 1, 20),
        ("count", 2, 20),
        ("sort", 5, 0),
    ):
        progress(stage, done, total)
    progress("sort", 9, 0)
    assert capsys.readouterr().out.splitlines() == ["en: count 0 %", "en: count 10 %", "en: sort"]

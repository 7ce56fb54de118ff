import json

import pytest
from click.testing import CliRunner

from auricle import lm as library
from auricle.cli.lm import lm

TEXT = "the cat sat\nthe dog sat\nthe cat ran\n" * 3


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    return path


def run(*arguments, **options):
    result = CliRunner().invoke(lm, [str(argument) for argument in arguments], **options)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def scorer(text, tmp_path):
    output = tmp_path / "scorer.lm"
    run("build", text, "-o", output, "--order", 3, "--prune", "0,0,1", "--discount-fallback",
        "--language", "en", "--bits", 6, "--memory", "64M")  # fmt: skip
    return output


def test_build_stores_what_it_was_told(scorer):
    info = library.Scorer.open(scorer).info
    assert (info.order, info.bits, info.language, info.kind) == (3, 6, "en", "word")


def test_build_reads_standard_input(scorer, tmp_path):
    output = tmp_path / "piped.lm"
    run("build", "-", "-o", output, "--order", 3, "--prune", "0 0 1", "--discount-fallback",
        "--language", "en", "--bits", 6, input=TEXT)  # fmt: skip
    assert output.read_bytes() == scorer.read_bytes()


@pytest.mark.parametrize("vocabulary", ["2", "FILE"])
def test_build_limits_the_vocabulary(vocabulary, text, tmp_path):
    if vocabulary == "FILE":
        vocabulary = tmp_path / "words.txt"
        vocabulary.write_text("the\ncat\n")
    output = tmp_path / "limited.lm"
    run("build", text, "-o", output, "--discount-fallback", "--vocabulary", vocabulary)
    scorer = library.Scorer.open(output)
    assert scorer.info.counts[0] == 5
    assert "the" in scorer
    assert "dog" not in scorer


def test_build_writes_arpa(text, tmp_path):
    run("build", text, "-o", tmp_path / "s.lm", "--order", 2, "--discount-fallback",
        "--arpa", tmp_path / "s.arpa")  # fmt: skip
    assert (tmp_path / "s.arpa").read_text().startswith("\\data\\\nngram 1=8\n")


def test_info_says_what_is_in_a_scorer(scorer):
    assert "n-grams" in run("info", scorer, "--verify")
    assert json.loads(run("info", scorer, "--json"))["order"] == 3


def test_perplexity_counts_unknown_words(scorer, tmp_path):
    (tmp_path / "test.txt").write_text("the cat slept\n")
    assert "unknown words     1 (33.33 %)" in run("perplexity", scorer, tmp_path / "test.txt")
    result = json.loads(run("perplexity", scorer, tmp_path / "test.txt", "--json"))
    assert result["words"] == 3
    assert result["perplexity"] > result["perplexity_known"] > 1


def test_a_model_spells_the_text_and_its_scorer_belongs_to_it(tmp_path):
    (tmp_path / "text.txt").write_text("The CAT sat; Mr. Brown sat, too.\n" * 3)
    output = tmp_path / "scorer.lm"
    run("build", tmp_path / "text.txt", "-o", output, "--model", "en", "--discount-fallback")
    scorer = library.Scorer.open(output)
    assert "mister" in scorer
    assert scorer.info.language == "en"
    assert scorer.info.vocabulary_fingerprint != 0
    assert "unknown words     0" in run(
        "perplexity", output, tmp_path / "text.txt", "--model", "en"
    )


def test_characters_are_units_where_asked(text, tmp_path):
    output = tmp_path / "scorer.lm"
    run("build", text, "-o", output, "--units", "characters", "--discount-fallback")
    assert library.Scorer.open(output).info.kind == "unit"
    assert "unknown words     0" in run("perplexity", output, text, "--units", "characters")


def test_a_scorer_of_units_wants_to_know_which(text, tmp_path):
    output, other = tmp_path / "scorer.lm", tmp_path / "other.lm"
    run("build", text, "-o", output, "--units", "characters", "--discount-fallback")
    for command in (["perplexity", output, text],
                    ["interpolate", output, output, "-o", other, "--text", text]):  # fmt: skip
        result = CliRunner().invoke(lm, [str(argument) for argument in command])
        assert "--units characters" in str(result.exception)
    run("interpolate", output, output, "-o", other, "--text", text, "--units", "characters")
    assert library.Scorer.open(other).info.kind == "unit"


def test_an_imported_scorer_may_be_of_units(text, tmp_path):
    output, again = tmp_path / "scorer.lm", tmp_path / "again.lm"
    run("build", text, "-o", output, "--units", "characters", "--discount-fallback")
    run("export", output, "-o", tmp_path / "model.arpa")
    run("import", tmp_path / "model.arpa", "-o", again, "--units", "characters")
    assert library.Scorer.open(again).info.kind == "unit"


def test_export_and_import_are_inverse(text, tmp_path):
    exact, again = tmp_path / "exact.lm", tmp_path / "again.lm"
    run("build", text, "-o", exact, "--discount-fallback", "--bits", 32)
    run("export", exact, "-o", tmp_path / "model.arpa.gz")
    run("import", tmp_path / "model.arpa.gz", "-o", again, "--bits", 32)
    assert again.read_bytes() == exact.read_bytes()


def test_interpolate_finds_the_weight_on_a_text(scorer, text, tmp_path):
    output = tmp_path / "mixed.lm"
    assert "mixed" in run("interpolate", scorer, scorer, "-o", output, "--text", text)
    run("interpolate", scorer, scorer, "-o", output, "--weight", 0.3)
    assert library.Scorer.open(output).info.order == 3


def test_interpolate_says_where_words_are_missing(scorer, tmp_path):
    (tmp_path / "other.txt").write_text("quite other words\n" * 5)
    run("build", tmp_path / "other.txt", "-o", tmp_path / "other.lm", "--discount-fallback")
    files = (scorer, tmp_path / "other.lm", "-o", tmp_path / "mixed.lm")
    said = run("interpolate", *files, "--text", tmp_path / "other.txt")
    assert "infinite (words are missing)" in said


def test_interpolate_wants_a_text_or_a_weight(scorer, tmp_path):
    arguments = ["interpolate", str(scorer), str(scorer), "-o", str(tmp_path / "mixed.lm")]
    assert CliRunner().invoke(lm, arguments).exit_code == 2


def test_prune_says_what_is_left(scorer, tmp_path):
    said = run("prune", scorer, "-o", tmp_path / "small.lm", "--threshold", 0.05)
    before, after = (library.Scorer.open(path).info for path in (scorer, tmp_path / "small.lm"))
    assert sum(after.counts) < sum(before.counts)
    assert [line.partition(":")[0] for line in said.splitlines()] == [
        str(scorer),
        str(tmp_path / "small.lm"),
    ]


@pytest.mark.parametrize("option", [("--memory", "lots"), ("--prune", "0,x")])
def test_a_value_that_makes_no_sense_is_named(option, text, tmp_path):
    result = CliRunner().invoke(lm, ["build", str(text), "-o", str(tmp_path / "s.lm"), *option])
    assert result.exit_code == 2
    assert option[1] in result.output


def test_tuning_leaves_a_bundled_scorer_alone_beside_a_folder_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "en").mkdir()
    result = CliRunner().invoke(lm, ["tune", "en", "dev.tsv"])
    assert "en is not yours to change: name a scorer with --output" in result.output
    assert result.exit_code == 2

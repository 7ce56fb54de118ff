"""lhotse's recipes as commands: made from its registry, run on miniatures."""

import numpy as np
import pytest
import soundfile

pytest.importorskip("lhotse")

from auricle.errors import OptionError
from auricle.training.corpora.recipes import find_recipe, recipe_names


def test_the_corpora_that_deepspeech_imported_are_there():
    names = set(recipe_names())
    assert names >= {
        *("aishell", "commonvoice", "fisher-english", "librispeech", "ljspeech", "magicdata"),
        *("mls", "primewords", "speechcommands", "stcmds", "switchboard", "tedlium2", "thchs-30"),
        *("timit", "vctk", "libritts", "fleurs", "voxpopuli", "gigaspeech"),
    }


def test_every_recipe_can_be_described():
    for name in recipe_names():
        recipe = find_recipe(name)
        assert recipe is not None
        assert recipe.parameters


def test_what_must_be_told_is_known():
    recipe = find_recipe("speechcommands")
    required = {p.name: p.place for p in recipe.parameters if p.required}
    assert required == {"speechcommands_version": False, "corpus_dir": True}
    assert find_recipe("commonvoice").temporary == "output_dir"
    assert find_recipe("nonsense") is None


def sound(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.random.default_rng(0).uniform(-0.1, 0.1, 8000), 16000)


def test_librispeech_is_read_part_by_part(run, tmp_path):
    chapter = tmp_path / "LibriSpeech" / "dev-clean" / "84" / "121123"
    for number in ("0000", "0001"):
        sound(chapter / f"84-121123-{number}.flac")
    (chapter / "84-121123.trans.txt").write_text("84-121123-0000 GO\n84-121123-0001 DO YOU HEAR\n")
    result = run("data", "import", "librispeech", tmp_path / "LibriSpeech", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    from auricle.manifest import read_manifest

    first, second = read_manifest(tmp_path / "out" / "dev-clean.jsonl.gz")
    assert (first.id, first.text, first.speaker) == ("84-121123-0000", "GO", "84")
    assert (second.text, second.source, second.whole) == ("DO YOU HEAR", "librispeech", True)


def test_ljspeech_has_no_parts(tmp_path):
    sound(tmp_path / "wavs" / "LJ001-0001.wav")
    (tmp_path / "metadata.csv").write_text("LJ001-0001|Page 1.|Page one.\n")
    ((part, utterance),) = find_recipe("ljspeech").read({"corpus_dir": tmp_path})
    assert (part, utterance.text) == ("", "Page 1.")


def test_a_folder_that_is_something_else_is_refused(tmp_path):
    with pytest.raises(OptionError, match="lhotse's recipe ljspeech cannot read this"):
        list(find_recipe("ljspeech").read({"corpus_dir": tmp_path}))


@pytest.mark.parametrize(
    "name",
    [
        *("aidatatang", "aishell", "ccpmf", "cv", "cv2", "fisher", "freestmandarin", "gram_vaani"),
        *("ldc93s1", "librivox", "lingua_libre", "m-ailabs", "magicdata", "primewords", "slr57"),
        *("swb", "swc", "ted", "timit", "ts", "tuda", "vctk", "voxforge"),
    ],
)
def test_every_importer_of_deepspeech_has_a_command(run, name):
    result = run("data", "import", name, "--help")
    assert result.exit_code == 0, result.output
    assert "--split-by" in result.output

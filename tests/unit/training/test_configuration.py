"""run.toml: what it may say, and what is said about it when it is wrong."""

import pytest

pytest.importorskip("lightning")

from auricle.errors import OptionError
from auricle.training.configuration import keep_run, kept_run, read_run
from auricle.training.trainer import make_trainer

DATA = '[data]\ntrain = "train.jsonl.gz"\ndev = ["a.csv", "b.csv"]\n'


def read(tmp_path, text):
    (tmp_path / "run.toml").write_text(text)
    return read_run(tmp_path / "run.toml")


def test_paths_are_relative_to_the_file(tmp_path):
    options = read(tmp_path, DATA + 'noise = "hiss"\n')
    assert options.data.train == (str(tmp_path / "train.jsonl.gz"),)
    assert options.data.dev == (str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))
    assert options.data.noise == str(tmp_path / "hiss")


def test_a_model_is_a_folder_beside_the_file_or_a_name(tmp_path):
    (tmp_path / "mine").mkdir()
    section = "[expected_errors]\nweight = 2.0\nmodel = "
    assert read(tmp_path, DATA + section + '"mine"').expected_errors.model == str(tmp_path / "mine")
    assert read(tmp_path, DATA + section + '"en"').expected_errors.model == "en"


def test_one_head_of_characters_is_the_beginning(tmp_path):
    (head,) = read(tmp_path, DATA).heads
    assert (head.units, head.weight, head.layer) == ("characters", 1.0, None)


def test_a_run_is_kept_in_its_folder(tmp_path):
    options = read(tmp_path, DATA + "[network]\nconvolutions = [8, 8]\n[batches]\npool_rows = 9\n")
    folder = tmp_path / "run"
    folder.mkdir()
    keep_run(options, folder)
    kept = kept_run(folder)
    assert (kept.data, kept.batches, kept.optimiser) == (
        options.data,
        options.batches,
        options.optimiser,
    )
    assert kept.network == options.network
    with pytest.raises(OptionError, match="give the folder of a run"):
        kept_run(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"\[data\] is missing"),
        ('[data]\ntrain = "a.csv"\n', "one for dev"),
        ('[data]\ntrain = []\ndev = "a.csv"\n', "needs a manifest for train"),
        (DATA + "[optimizer]\n", r"\[optimizer\] is no section; there are augment, batches"),
        (DATA + '[[augment]]\nlevel = "0.5"\n', "needs a kind"),
        (DATA + '[speed]\nlow = 0.9\n[[augment]]\nkind = "codec"\n', "cannot both be given"),
        (DATA + "[optimiser]\nspeed = 3\n", r"\[optimiser\] has no 'speed'; it may have decay"),
        (
            DATA + '[[heads]]\nunits = "hieroglyphs"\n',
            "characters, pieces, bytes or phones",
        ),
        (DATA + '[[heads]]\nunits = "phones"\n', "need a lexicon"),
        (DATA + 'normaliser = "none"\n', "no text normaliser 'none'"),
        (DATA + '[machine]\nprecision = "8"\n', "there are bf16-mixed, 16-mixed, 32-true"),
        ("nonsense", "not a TOML file"),
        (f"optimiser = 3\n{DATA}", r"optimiser = 3: \[optimiser\] must be a section with keys"),
        ("data = 3\n", r"data = 3: \[data\] must be a section"),
        (
            DATA + '[optimiser]\nsteps = "many"\n',
            r"\[optimiser\] steps = 'many': it must",
        ),
        (DATA + "[optimiser]\nsteps = 2.5\n", r"steps = 2.5: it must be a whole number"),
        (DATA + "[optimiser]\nsteps = true\n", r"steps = True: it must be a whole number"),
        (DATA + "[optimiser]\nsteps = 0\n", r"\[optimiser\] steps = 0: it must be at least 1"),
        (DATA + "[optimiser]\nlearning_rate = -1.0\n", r"learning_rate = -1.0: .* above 0"),
        (DATA + "[optimiser]\nlearning_rate = nan\n", r"learning_rate = nan: .* above 0"),
        (DATA + "[checkpoints]\ndev_every_steps = 0\n", r"dev_every_steps = 0: .* at least 1"),
        (DATA + "[checkpoints]\nplateau_factor = 2\n", "must be between 0 and 1"),
        (DATA + "[batches]\nbatch_seconds = 0\n", r"batch_seconds = 0: it must be above 0"),
        (DATA + "[batches]\nrow_seconds = 3.0\n", r"row_seconds = 3.0: .* a list of 2 numbers"),
        (DATA + "[batches]\nrow_seconds = [5, 3]\n", "two lengths, the shorter one first"),
        (DATA + "[batches]\nsample_rate = 8000\n", r"networks hear 16000 Hz; .* leave it out"),
        (DATA + "[machine]\nthreads = -1\n", r"\[machine\] threads = -1: .* at least 0"),
        (DATA + "[package]\nchunk_seconds = 0\n", r"chunk_seconds = 0: it must be above 0"),
        (DATA + '[begin]\nfreeze = "layers"\n', r"freeze = 'layers': it must be a list of texts"),
        (DATA + '[[heads]]\nlayer = "top"\n', r"layer = 'top': it must be a whole number"),
        (DATA + "[[heads]]\nsize = 1\n", r"\[\[heads\]\] size = 1: it must be at least 2"),
        (DATA + "[[heads]]\nspaces = 1\n", r"spaces = 1: it must be true or false"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_right(tmp_path, text, message):
    with pytest.raises(OptionError, match=message):
        read(tmp_path, text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OptionError, match="no such file"):
        read_run(tmp_path / "run.toml")


@pytest.mark.parametrize(
    ("machine", "message"),
    [
        ('precision = "16-mixed"', r"'16-mixed' needs a GPU; on a processor take bf16-mixed or 32"),
        ('accelerator = "abacus"', r"accelerator = 'abacus': .*invalid accelerator name"),
    ],
)
@pytest.mark.filterwarnings("ignore")  # of lightning, about itself
def test_a_machine_that_cannot_do_what_is_asked_for_is_named(tmp_path, machine, message):
    cpu = "" if "accelerator" in machine else 'accelerator = "cpu"\n'
    options = read(tmp_path, f"{DATA}[machine]\n{cpu}{machine}\n")
    with pytest.raises(OptionError, match=message):
        make_trainer(options, tmp_path)

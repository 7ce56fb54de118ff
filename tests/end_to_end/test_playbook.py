"""Every command of docs/playbook.md, in its order, on a handful of recordings."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("lightning")

from tests.conftest import SPEECH

from auricle.cli import main

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")

PLAYBOOK = (Path(__file__).parents[2] / "docs" / "playbook.md").read_text(encoding="utf-8")
# Their names fall into all three parts, which are drawn by hashes.
SPEAKERS = ["ana", "ben", "cai", "dee", "eli", "fay", "gus", "oto"]
# A network that is small enough for a test; the rest of the page's file is taken as it is.
SMALLER = {
    "hidden = 384": "hidden = 16\nconvolutions = [8, 8]",
    "layers = 3": "layers = 1",
    "steps = 8000": "steps = 3\nwarm_up_steps = 2\ndecay_steps = 1",
    "patience = 8": "patience = 8\ndev_every_steps = 3\nreport_every_steps = 1",
    "[package]": '[machine]\naccelerator = "cpu"\nworkers = 0\nthreads = 1\n[package]',
}


def commands():
    lines = re.findall(r"^    (auricle .*)$", PLAYBOOK, re.MULTILINE)
    begun = [shlex.split(line)[1:] for line in lines]
    return [words for words in begun if words[0] != "finetune"]  # tested in test_training.py


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """The folder of a linguist: recordings, run.toml and a text."""
    clips = sorted(SPEECH.glob("*.flac"))
    for speaker, clip in zip(SPEAKERS, clips, strict=True):
        folder = tmp_path / "recordings" / speaker
        folder.mkdir(parents=True)
        shutil.copy(clip, folder / "001.flac")
        shutil.copy(clip.with_suffix(".txt"), folder / "001.txt")
    run = re.search(r"```toml\n(\[data\].*?)```", PLAYBOOK, re.DOTALL)[1]
    for written, smaller in SMALLER.items():
        assert written in run
        run = run.replace(written, smaller)
    (tmp_path / "run.toml").write_text(run)
    texts = [clip.with_suffix(".txt").read_text().strip() for clip in clips]
    (tmp_path / "sentences.txt").write_text("\n".join(20 * texts))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_playbook_can_be_followed(corpus):
    printed = {}
    for words in commands():
        extra = ["--discount-fallback"] if words[:2] == ["lm", "build"] else []
        result = CliRunner().invoke(main, [*words, *extra])
        assert result.exit_code == 0, f"{words}: {result.output}"
        printed[" ".join(words[:2])] = result.output
    assert "of 8 utterances are sound" in printed["data check"]
    assert len(list((corpus / "heard").glob("*.wav"))) == 3
    assert "step 3: loss" in printed["train run.toml"]
    assert "my-language" in printed["models info"]
    for made in ("problems.tsv", "stats.html", "report.html", "my-language.auricle"):
        assert (corpus / made).stat().st_size > 0
    assert (corpus / "001.srt").exists()  # empty, for nothing was learnt in three steps

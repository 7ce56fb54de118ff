from __future__ import annotations

from dataclasses import dataclass, field

import pytest

import auricle.package
from auricle.errors import ModelError


@dataclass(frozen=True)
class Info:
    name: str = "en"
    version: str = "1.0"
    language: str = "en"
    licence: str = "MPL-2.0"
    description: str = "English, read speech"
    sample_rate: int = 16_000
    accuracy: dict[str, object] = field(default_factory=lambda: {"dev": {"wer": 0.5}})
    sources: tuple[str, ...] = ("a corpus", "another")
    tokens: tuple[str, ...] = tuple("abcdefghijklmnopqrstuvwxyz")


def test_list_is_a_table(run, monkeypatch):
    packages = [Info(), Info("zh-small", language="zh", description="Mandarin")]
    monkeypatch.setattr(auricle.package, "installed", lambda: packages)
    done = run("models", "list")
    assert done.exit_code == 0
    assert done.stdout == (
        "NAME      LANGUAGE  VERSION  LICENCE  DESCRIPTION\n"
        "en        en        1.0      MPL-2.0  English, read speech\n"
        "zh-small  zh        1.0      MPL-2.0  Mandarin\n"
    )


def test_list_of_nothing_is_an_error(run, monkeypatch):
    monkeypatch.setattr(auricle.package, "installed", list)
    done = run("models", "list")
    assert done.exit_code == 1
    assert "no model is installed" in done.stderr


def test_info_shows_all_that_the_model_says(run, model):
    model.info = Info()
    done = run("models", "info", "en")
    assert done.exit_code == 0
    for line in ("name: en", "sample rate: 16000", "  dev:", "    wer: 0.5"):
        assert line in done.stdout.splitlines()
    assert "sources: a corpus, another" in done.stdout
    assert "tokens: 26 in number" in done.stdout


def test_info_of_a_missing_model_is_one_line(run, monkeypatch):
    def load(name: str) -> None:
        raise ModelError(f"there is no model {name!r}")

    monkeypatch.setattr("auricle.load", load, raising=False)
    done = run("models", "info", "tlh")
    assert (done.exit_code, done.stderr) == (1, "auricle: there is no model 'tlh'\n")


@pytest.mark.parametrize("arguments", [["models"], ["models", "info"], ["models", "frobnicate"]])
def test_a_wrong_command_line_has_status_2(run, arguments):
    assert run(*arguments).exit_code == 2

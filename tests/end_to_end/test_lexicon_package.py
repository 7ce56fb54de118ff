"""A package whose units make words by a lexicon, loaded, streamed and packed as any other.

The bundled network's letters stand in for phones: a lexicon spells the clips' words in them.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import auricle
from auricle import lm
from auricle.package import Units, find_package, pack, read_info, write_package
from hearing import heard_at_once

SPEECH = Path(__file__).parents[1] / "data" / "speech"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    source = find_package("en")
    folder = tmp_path_factory.mktemp("package")
    words = {word for path in SPEECH.glob("*-*.txt") for word in path.read_text().lower().split()}
    lines = [f"{word} {' '.join(word)}\n" for word in sorted(words)]
    (folder / "words.lexicon").write_text("".join(lines), encoding="utf-8")
    info = read_info(source)
    for name in info.checksums:
        shutil.copy(source / name, folder)
    lm.write_fingerprint(folder / "scorer.lm", 0)
    units = Units("phones", "lexicon", info.units.blank, info.units.tokens)
    write_package(replace(info, name="lexical", units=units, lexicon="words.lexicon"), folder)
    return folder


@pytest.fixture(scope="module")
def lexical(folder):
    return auricle.load(folder)


@pytest.fixture(scope="module")
def clip(clips):
    return clips["1272-141231-0011"]


def test_only_words_of_the_lexicon_come_out(lexical, clip):
    transcript = lexical.transcribe(clip, sample_rate=16_000)
    assert transcript.words
    assert all(lexical.vocabulary.lexicon.spellings(word.text) for word in transcript.words)


def test_a_stream_gives_what_a_file_gives(lexical, clip):
    stream = lexical.stream()
    for start in range(0, len(clip), 7001):
        stream.feed(clip[start : start + 7001])
        stream.partial()
    assert stream.finish() == heard_at_once(lexical, clip)


def test_without_spaces_a_text_is_its_words_joined(folder, clip, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    info = read_info(copy)
    write_package(replace(info, units=replace(info.units, spaces=False)), copy)
    segment = auricle.load(copy).transcribe(clip, sample_rate=16_000).segments[0]
    assert segment.text == "".join(word.text for word in segment.words)


def test_a_packed_package_has_its_lexicon(folder, lexical, clip, tmp_path):
    pack(folder, tmp_path / "lexical.auricle")
    packed = auricle.load(tmp_path / "lexical.auricle")
    assert packed.transcribe(clip, sample_rate=16_000) == lexical.transcribe(
        clip, sample_rate=16_000
    )


def test_a_changed_lexicon_is_found(folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "words.lexicon").write_text("other o\n")
    with pytest.raises(auricle.ModelError, match=r"words\.lexicon is corrupt"):
        auricle.load(copy)


def test_a_package_without_its_lexicon_is_refused(folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    write_package(replace(read_info(copy), lexicon=None), copy)
    with pytest.raises(auricle.OptionError, match="needs a lexicon"):
        auricle.load(copy)

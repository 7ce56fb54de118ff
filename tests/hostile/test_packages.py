"""Every way in which a package can be broken has its own message, with a remedy."""

import re

import pytest

import auricle
from auricle.package import pack
from broken_packages import BREAKAGES, copy_package


@pytest.fixture
def package(tmp_path):
    return copy_package(tmp_path / "copy")


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_a_broken_package_is_refused(package, breakage):
    path = breakage.break_it(package)
    with pytest.raises(auricle.ModelError, match=re.compile(breakage.message, re.DOTALL)):
        auricle.load(path)


def test_an_unknown_name_lists_the_installed_ones():
    with pytest.raises(auricle.ModelError, match=r"no model 'klingon'; installed are: .*en"):
        auricle.load("klingon")


def test_a_packed_package_is_the_same_model(package, tmp_path, clips):
    packed = tmp_path / "en.auricle"
    pack(package, packed)
    samples = next(iter(clips.values()))
    results = {
        auricle.load(p).transcribe(samples, sample_rate=16000).text for p in (package, packed)
    }
    assert len(results) == 1


def test_a_packed_file_cannot_write_outside_its_folder(package):
    path = next(b for b in BREAKAGES if b.name == "archive_with_folders").break_it(package)
    with pytest.raises(auricle.ModelError):
        auricle.load(path)
    assert not (path.parent.parent / "evil").exists()

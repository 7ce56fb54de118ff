"""Every way in which a package can be broken is an error of the C library too, never a crash."""

import pytest

from auricle.package import pack
from broken_packages import BREAKAGES, copy_package


@pytest.fixture
def package(tmp_path):
    return copy_package(tmp_path / "copy")


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_a_broken_package_is_refused(package, breakage, open_model):
    name, message = open_model(breakage.break_it(package))
    allowed = (breakage.status,) if isinstance(breakage.status, str) else breakage.status
    assert name in allowed
    for words in breakage.words:
        assert words in message


def test_an_unbroken_package_opens_as_it_is_and_packed(package, open_model, tmp_path):
    assert open_model(package) == ("", "")
    pack(package, tmp_path / "en.auricle")
    assert open_model(tmp_path / "en.auricle") == ("", "")


def test_a_path_that_is_not_there_is_named(open_model, tmp_path):
    name, message = open_model(tmp_path / "klingon")
    assert name == "PackageNotFound"
    assert "klingon" in message

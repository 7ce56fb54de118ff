"""Every way in which a package can be broken has its own message, with a remedy."""

import json
import shutil
import zipfile

import pytest

import auricle
from auricle.package import checksum, find_package, pack, read_info


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(find_package("en"), folder)
    return folder


def describe(folder, change):
    path = folder / "auricle.json"
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def write(folder, name, content):
    """Write a file of the package with a checksum that fits."""
    (folder / name).write_bytes(content)
    describe(folder, lambda v: v["checksums"].update({name: checksum(folder / name)}))


def test_an_unknown_name_lists_the_installed_ones():
    with pytest.raises(auricle.ModelError, match=r"no model 'klingon'; installed are: .*en"):
        auricle.load("klingon")


def test_a_folder_without_description_is_no_package(tmp_path):
    with pytest.raises(auricle.ModelError, match=r"no auricle\.json"):
        auricle.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"7"])
def test_a_description_that_is_not_one(package, content):
    (package / "auricle.json").write_bytes(content)
    with pytest.raises(auricle.ModelError, match=r"auricle\.json.*install"):
        auricle.load(package)


def test_a_format_of_the_future_names_both_formats(package):
    describe(package, lambda values: values.update(format=99))
    with pytest.raises(auricle.ModelError, match=r"format 99.*reads format 1"):
        auricle.load(package)


@pytest.mark.parametrize("name", ["units", "acoustic", "language", "name"])
def test_a_missing_value_is_named(package, name):
    describe(package, lambda values: values.pop(name))
    with pytest.raises(auricle.ModelError, match=name):
        auricle.load(package)


def test_a_missing_file_is_named(package):
    (package / "acoustic.onnx").unlink()
    with pytest.raises(auricle.ModelError, match=r"acoustic\.onnx is missing"):
        auricle.load(package)


@pytest.mark.parametrize("name", sorted(read_info(find_package("en")).checksums))
def test_one_changed_bit_is_found(package, name):
    content = bytearray((package / name).read_bytes())
    content[len(content) // 2] ^= 1
    (package / name).write_bytes(content)
    with pytest.raises(auricle.ModelError, match="corrupt"):
        auricle.load(package)


@pytest.mark.parametrize("content", [b"", b"not a graph", b"\x08\x07" * 100])
def test_a_file_that_is_no_graph(package, content):
    write(package, "acoustic.onnx", content)
    with pytest.raises(auricle.ModelError, match="not an ONNX graph"):
        auricle.load(package)


def test_a_truncated_graph(package):
    content = (package / "acoustic.onnx").read_bytes()
    write(package, "acoustic.onnx", content[: len(content) // 2])
    with pytest.raises(auricle.ModelError, match="not an ONNX graph"):
        auricle.load(package)


def test_a_graph_with_other_states_than_described(package):
    def rename(values):
        values["acoustic"]["states"][0]["name"] = "other"

    describe(package, rename)
    with pytest.raises(auricle.ModelError, match="does not fit"):
        auricle.load(package)


def test_a_graph_with_another_vocabulary_than_described(package):
    describe(package, lambda values: values["units"]["tokens"].append("▁surplus"))
    describe(package, lambda values: values.update(scorer=None))
    with pytest.raises(auricle.ModelError, match="tokens"):
        auricle.load(package)


def test_a_packed_package_is_the_same_model(package, tmp_path, clips):
    packed = tmp_path / "en.auricle"
    pack(package, packed)
    samples = next(iter(clips.values()))
    results = {
        auricle.load(p).transcribe(samples, sample_rate=16000).text for p in (package, packed)
    }
    assert len(results) == 1


def test_a_packed_file_that_is_no_archive(tmp_path):
    path = tmp_path / "broken.auricle"
    path.write_bytes(b"no archive")
    with pytest.raises(auricle.ModelError, match="not a model package"):
        auricle.load(path)


def test_a_packed_file_cannot_write_outside_its_folder(tmp_path):
    path = tmp_path / "evil.auricle"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../evil", "")
    with pytest.raises(auricle.ModelError, match="no folders"):
        auricle.load(path)
    assert not (tmp_path / "evil").exists()

"""Every way in which a package can be broken is an error of the C library too, never a crash."""

import json
import shutil
import zipfile

import pytest

from auricle.package import checksum, find_package, pack, read_info


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "copy"
    ignore = shutil.ignore_patterns("*.safetensors", "pieces.model", "*.md")
    shutil.copytree(find_package("en"), folder, ignore=ignore)
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


def test_an_unbroken_package_opens(package, open_model):
    assert open_model(package) == ("", "")


def test_a_path_that_is_not_there(open_model, tmp_path):
    name, message = open_model(tmp_path / "klingon")
    assert name == "PackageNotFound"
    assert "klingon" in message


def test_a_folder_without_description_is_no_package(open_model, tmp_path):
    assert open_model(tmp_path)[0] == "PackageNotFound"


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"7", b"[" * 100_000])
def test_a_description_that_is_not_one(package, open_model, content):
    (package / "auricle.json").write_bytes(content)
    name, message = open_model(package)
    assert name in ("PackageDescription", "PackageFormat")
    assert "install" in message


def test_a_format_of_the_future_names_both_formats(package, open_model):
    describe(package, lambda values: values.update(format=99))
    name, message = open_model(package)
    assert name == "PackageFormat"
    assert "format 99" in message
    assert "reads format 1" in message


@pytest.mark.parametrize("name", ["units", "acoustic", "language", "name"])
def test_a_missing_value_is_named(package, open_model, name):
    describe(package, lambda values: values.pop(name))
    status, message = open_model(package)
    assert status == "PackageDescription"
    assert f"{name} is missing" in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("chunk_frames", 0),
        ("chunk_frames", 2**40),
        ("frame_samples", -640),
        ("sample_rate", 1e300),
        ("delay_frames", 0.5),
        ("states", [{"name": "h", "shape": [2**31, 2**31]}]),
        ("file", "../../acoustic.onnx"),
    ],
)
def test_numbers_that_no_model_has(package, open_model, name, value):
    describe(package, lambda values: values["acoustic"].update({name: value}))
    status, message = open_model(package)
    assert status == "PackageDescription"
    assert name in message or "shape" in message


def test_a_chunk_that_the_graph_does_not_make(package, open_model):
    describe(package, lambda values: values["acoustic"].update(frame_samples=320))
    assert open_model(package)[0] == "GraphContract"


def test_a_blank_that_is_no_token(package, open_model):
    describe(package, lambda values: values["units"].update(blank=100_000))
    assert open_model(package)[0] == "VocabularyBlank"


@pytest.mark.parametrize("name", sorted(read_info(find_package("en")).checksums))
def test_a_missing_file_is_named(package, open_model, name):
    (package / name).unlink()
    status, message = open_model(package)
    assert status == "PackageFileMissing"
    assert name in message


@pytest.mark.parametrize("name", sorted(read_info(find_package("en")).checksums))
def test_one_changed_bit_is_found(package, open_model, name):
    content = bytearray((package / name).read_bytes())
    content[len(content) // 2] ^= 1
    (package / name).write_bytes(content)
    status, message = open_model(package)
    assert status == "PackageChecksum"
    assert name in message


@pytest.mark.parametrize("content", [b"", b"not a graph", b"\x08\x07" * 100])
def test_a_file_that_is_no_graph(package, open_model, content):
    write(package, "acoustic.onnx", content)
    assert open_model(package)[0] in ("GraphInvalid", "GraphContract")


def test_a_truncated_graph(package, open_model):
    content = (package / "acoustic.onnx").read_bytes()
    write(package, "acoustic.onnx", content[: len(content) // 2])
    assert open_model(package)[0] == "GraphInvalid"


def test_a_graph_with_other_states_than_described(package, open_model):
    def rename(values):
        values["acoustic"]["states"][0]["name"] = "other"

    describe(package, rename)
    assert open_model(package)[0] == "GraphContract"


def test_a_graph_with_another_vocabulary_than_described(package, open_model):
    describe(package, lambda values: values["units"]["tokens"].append("▁surplus"))
    describe(package, lambda values: values.update(scorer=None))
    assert open_model(package)[0] == "GraphContract"


@pytest.mark.parametrize(
    ("damage", "status"),
    [
        (lambda content: b"", "ScorerTruncated"),
        (lambda content: b"not a scorer", "ScorerBadMagic"),
        (lambda content: content[: len(content) // 2], "ScorerTruncated"),
        (lambda content: content[:100] + bytes(50) + content[150:], "ScorerChecksum"),
    ],
)
def test_a_broken_scorer(package, open_model, damage, status):
    write(package, "scorer.lm", damage((package / "scorer.lm").read_bytes()))
    assert open_model(package)[0] == status


def test_a_packed_package_opens(package, open_model, tmp_path):
    pack(package, tmp_path / "en.auricle")
    assert open_model(tmp_path / "en.auricle") == ("", "")


def test_a_packed_file_that_is_no_archive(open_model, tmp_path):
    path = tmp_path / "broken.auricle"
    path.write_bytes(b"no archive")
    assert open_model(path)[0] == "PackageArchive"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_packed_package_that_is_cut_off(package, open_model, tmp_path, part):
    path = tmp_path / "en.auricle"
    pack(package, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    assert open_model(path)[0] == "PackageArchive"


def test_a_packed_file_with_folders(open_model, tmp_path):
    path = tmp_path / "evil.auricle"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../evil", "")
    name, message = open_model(path)
    assert name == "PackageArchive"
    assert "no folders" in message


def test_a_packed_file_that_is_compressed(package, open_model, tmp_path):
    path = tmp_path / "small.auricle"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(package / "auricle.json", "auricle.json")
    name, message = open_model(path)
    assert name == "PackageArchive"
    assert "stored" in message

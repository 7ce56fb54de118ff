"""The library as it is installed, found by pkg-config and by CMake; and the documented examples."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import auricle
from auricle import deepspeech
from auricle.package import find_package
from documents import ROOT, code, command
from hearing import heard_at_once, streamed_at_once

CAPI = ROOT / "capi"
MAXIMUM_BYTES = 1_500_000

_BY_LINES = re.MULTILINE | re.DOTALL

# What calls the function of a header's example: it reads the samples, which the example is given.
READING_MAIN = """
#include <stdint.h>
#include <stdlib.h>
int main(void) {
  int16_t *samples = malloc(1 << 22);
  FILE *file = fopen("clip.raw", "rb");
  size_t count = fread(samples, 2, 1 << 21, file);
  fclose(file);
  int status = FUNCTION(samples, (unsigned int)count);
  free(samples);
  return status;
}
"""


@pytest.fixture(scope="module")
def live(recordings):
    return heard_at_once(auricle.load("en"), next(iter(recordings.values()))).text


@pytest.fixture(scope="module")
def text(recordings):
    return auricle.load("en").transcribe(next(iter(recordings.values())), sample_rate=16_000).text


@pytest.fixture
def workplace(tmp_path, raw):
    """A folder with what the examples name: the model at models/en, and clip.raw."""
    (tmp_path / "models").symlink_to(find_package("en").parent)
    (tmp_path / "clip.raw").symlink_to(raw)
    return tmp_path


@pytest.fixture
def run(installed, workplace):
    def run_it(line: str) -> str:
        folders = {path.parent for path in installed.rglob("*auricle.*")}
        environment = {
            **os.environ,
            "PKG_CONFIG_PATH": os.pathsep.join(map(str, folders)),
            "LD_LIBRARY_PATH": os.pathsep.join(map(str, folders)),
            "PREFIX": str(installed),
            "LIBRARIES": str(next(installed.rglob("libauricle.*")).parent),
        }
        done = subprocess.run(
            line, shell=True, cwd=workplace, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_it


def example_of(header: Path) -> tuple[str, str]:
    """Return the code on top of a header, and the name of its function."""
    text = header.read_text(encoding="utf-8")
    commented = re.search(r"^ \*   #include.*?^ \*   }", text, _BY_LINES)[0]
    example = re.sub(r"^ \*(   )?", "", commented, flags=re.MULTILINE)
    return example, re.search(r"^int (\w+)\(", example, re.MULTILINE)[1]


def write_program(folder: Path, header: Path) -> None:
    example, function = example_of(header)
    (folder / "hello.c").write_text(example + READING_MAIN.replace("FUNCTION", function))


def test_what_is_installed(installed):
    names = {path.name for path in installed.rglob("*")}
    assert {"auricle.h", "deepspeech.h", "auricle.pc", "auricle-config.cmake"} <= names
    assert {"auricle-config-version.cmake", "auricle-targets.cmake"} <= names


def test_the_library_is_small(c_build, tmp_path):
    for name in ("capi/libauricle.so", "capi/deepspeech/libdeepspeech.so"):
        stripped = tmp_path / Path(name).name
        if not (c_build / name).exists() or shutil.which("strip") is None:
            pytest.skip("there is no such library or no tool that strips it")
        subprocess.run(["strip", "-o", stripped, c_build / name], check=True)
        assert stripped.stat().st_size < MAXIMUM_BYTES


def test_only_the_interface_is_exported(c_build):
    for name, prefix in (("auricle", "auricle_"), ("deepspeech/libdeepspeech", "DS_")):
        library = c_build / "capi" / f"{name.replace('auricle', 'libauricle')}.so"
        if not library.exists() or shutil.which("nm") is None:
            pytest.skip("there is no such library or no tool that reads it")
        symbols = subprocess.run(
            ["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True
        )
        names = [line.split()[-1] for line in symbols.stdout.splitlines()]
        assert names
        assert [name for name in names if not name.startswith(prefix)] == []


@pytest.mark.skipif(shutil.which("pkg-config") is None, reason="needs pkg-config")
def test_the_header_s_example_with_pkg_config(run, workplace, live):
    write_program(workplace, CAPI / "auricle.h")
    line = command("docs/c-api.md", "cc hello.c")
    assert run(f"{line} -o hello && ./hello") == live + "\n"


def test_the_header_s_example_with_cmake(run, workplace, live):
    write_program(workplace, CAPI / "auricle.h")
    (consumer,) = code("docs/c-api.md", "cmake")
    (workplace / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.18)\nproject(hello C)\nadd_executable(hello hello.c)\n"
        + consumer
    )
    run('cmake -S . -B build -DCMAKE_PREFIX_PATH="$PREFIX" && cmake --build build')
    assert run("build/hello") == live + "\n"


def test_the_header_of_deepspeech_s_example(run, workplace, text):
    write_program(workplace, CAPI / "deepspeech" / "deepspeech.h")
    run('cc hello.c -I"$PREFIX"/include -L"$LIBRARIES" -ldeepspeech -o hello')
    assert run("./hello") == text + "\n"


def test_the_guide_s_program_for_deepspeech_in_c(run, workplace, recordings):
    (program,) = code("docs/from-deepspeech.md", "c")
    (workplace / "old.c").write_text(program)
    line = command("docs/from-deepspeech.md", "cc old.c")
    run(line.replace("/usr/local", '"$PREFIX"') + " -o old")
    model = deepspeech.Model(find_package("en"))
    model.enableExternalScorer(find_package("en"))
    heard = run("./old models/en models/en/scorer.lm clip.raw").splitlines()[-1]
    assert heard == streamed_at_once(model, next(iter(recordings.values())))


@pytest.mark.parametrize("standard", ["c99", "c11", "c17"])
def test_the_headers_compile_without_a_warning_in_every_c(run, workplace, standard):
    (workplace / "includes.c").write_text(
        "#include <auricle.h>\n#include <deepspeech.h>\nint main(void) { return 0; }\n"
    )
    warnings = "-Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror"
    run(f'cc -std={standard} {warnings} -I"$PREFIX"/include -fsyntax-only includes.c')


@pytest.mark.parametrize("standard", ["c++11", "c++20"])
def test_the_headers_compile_without_a_warning_in_every_cpp(run, workplace, standard):
    (workplace / "includes.cpp").write_text(
        "#include <auricle.h>\n#include <deepspeech.h>\nint main() { return 0; }\n"
    )
    warnings = "-Wall -Wextra -Wpedantic -Werror"
    run(f'c++ -std={standard} {warnings} -I"$PREFIX"/include -fsyntax-only includes.cpp')

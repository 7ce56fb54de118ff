# shellcheck shell=bash
# What scripts/try, scripts/test and scripts/check share: a virtual environment that holds the project.
#
# Sourced in the root of the repository under `set -euo pipefail`. One function is for callers: `prepare`.
# Everything lies in the repository (.venv and build); nothing is installed into the system.
#
# Read from the environment, all optional:
#   PYTHON        interpreter that makes the virtual environment (3.10 or newer)
#   AURICLE_VENV  folder of the virtual environment, .venv if unset
#   CXX           C++20 compiler; if unset, the first of c++, g++, clang++ that works, else ziglang from PyPI
#   PIP_*         pip's own settings, such as PIP_INDEX_URL for a mirror

venv=${AURICLE_VENV:-.venv}
[[ $venv == /* ]] || venv=$PWD/$venv
case ${OSTYPE:-} in
  msys* | cygwin*) windows=true venv_bin=$venv/Scripts ;;
  *) windows=false venv_bin=$venv/bin ;;
esac

say() {
  printf 'auricle: %s\n' "$*" >&2
}

die() {
  say "$@"
  exit 1
}

# Prints the comment that opens the calling script: its manual.
usage() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

# Prints the command that installs system packages: install_command DEBIAN_NAMES FEDORA_NAMES
install_command() {
  local sudo="sudo "
  if ((EUID == 0)); then sudo=; fi
  if command -v apt-get >/dev/null; then
    echo "${sudo}apt-get install $1"
  elif command -v dnf >/dev/null; then
    echo "${sudo}dnf install $2"
  elif command -v zypper >/dev/null; then
    echo "${sudo}zypper install $2"
  else
    echo "your system's package manager (Debian calls it $1, Fedora $2)"
  fi
}

# Prints how many compilers run at a time: make starts all at once where no number is given.
processors() {
  getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}

# --- Python ------------------------------------------------------------------------------------------------

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10 python}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  [[ -z ${PYTHON:-} ]] || die "PYTHON=$PYTHON is no Python of 3.10 or newer; name another or unset it"
  die "no Python of 3.10 or newer is found. Install one with: $(install_command python3 python3);" \
    "or set PYTHON to the one to take"
}

# Debian and others ship parts of Python apart: what makes environments, and the headers that extensions need.
make_venv() {
  local python version header debian=() fedora=()
  python=$(find_python)
  version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
  header=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then debian+=("$version-venv") fedora+=(python3); fi
  if [[ ! -e $header ]]; then debian+=("$version-dev") fedora+=(python3-devel); fi
  ((${#debian[@]} == 0)) ||
    die "parts of $version are missing. Install them with: $(install_command "${debian[*]}" "${fedora[*]}")"
  say "making the virtual environment $venv with $version; this takes minutes, once"
  "$python" -m venv --clear "$venv"
}

# --- Compiler and build tools ------------------------------------------------------------------------------

# Whether a compiler makes programs from C++20 with these options: compiles_cxx20 "COMPILER [OPTIONS]"
compiles_cxx20() {
  local scratch status=0
  scratch=$(mktemp -d)
  cat >"$scratch/probe.cpp" <<'PROBE'
#include <concepts>
#include <span>
#include <string>
#if defined(__clang__) ? __clang_major__ < 14 : __GNUC__ < 11
#error "this compiler's C++20 is not complete"
#endif
int main() { return static_cast<int>(std::span<const char>(std::string()).size()); }
PROBE
  # A compiler may come with words of its own, as in CXX="ccache g++".
  # shellcheck disable=SC2086
  $1 -std=c++20 "$scratch/probe.cpp" -o "$scratch/probe" >/dev/null 2>&1 || status=1
  rm -rf "$scratch"
  return $status
}

# Prints the clang++ that has libFuzzer, CXX before others; fails where there is none.
find_fuzzing_compiler() {
  local candidate scratch status=1
  scratch=$(mktemp -d)
  printf 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }\n' \
    >"$scratch/probe.cpp"
  for candidate in "${CXX:-clang++}" clang++ clang++-{22..14}; do
    if command -v "$candidate" >/dev/null &&
      "$candidate" -fsanitize=fuzzer,address "$scratch/probe.cpp" -o "$scratch/probe" >/dev/null 2>&1; then
      echo "$candidate"
      status=0
      break
    fi
  done
  rm -rf "$scratch"
  return $status
}

# Exports CXX; on Windows checks for the compiler that CMake finds by itself.
choose_compiler() {
  local candidate
  if $windows; then
    local vswhere="/c/Program Files (x86)/Microsoft Visual Studio/Installer/vswhere.exe"
    [[ -n ${CXX:-} || -e $vswhere ]] ||
      die "a C++ compiler is needed: install the Build Tools for Visual Studio with" \
        "winget install Microsoft.VisualStudio.2022.BuildTools"
    return
  fi
  for candidate in "${CXX:-c++}" g++ clang++; do
    if compiles_cxx20 "$candidate"; then
      export CXX=$candidate
      return
    fi
    [[ -z ${CXX:-} ]] || die "CXX=$CXX does not compile C++20: set it to g++ 11, clang++ 14 or newer, or unset it"
  done
  use_zig
}

# Writes compiler commands that run the ziglang package into a folder: zig_tools FOLDER OPTIONS_OF_THE_COMPILER
zig_tools() {
  local zig tool
  "$venv_bin/python" -c 'import ziglang' 2>/dev/null || pip_install ziglang
  zig=$("$venv_bin/python" -c 'import pathlib, ziglang; print(pathlib.Path(ziglang.__file__).parent / "zig")')
  mkdir -p "$1"
  for tool in "c++ $2" "cc $2" ar ranlib; do
    printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$zig" "$tool" >"$1/${tool%% *}"
    chmod +x "$1/${tool%% *}"
  done
}

# Makes the ziglang package the compiler: commands under the usual names, in front of the search path.
# The baseline processor is named because zig would otherwise use all that this one has, unlike other compilers.
use_zig() {
  local tools=$venv/zig
  [[ -x $tools/c++ ]] || say "no C++20 compiler is installed; taking ziglang from PyPI as one"
  zig_tools "$tools" -mcpu=baseline
  export PATH=$tools:$PATH CXX=$tools/c++ CC=$tools/cc
  compiles_cxx20 "$CXX" ||
    die "the ziglang package does not compile either. Install a compiler with: $(install_command g++ gcc-c++)"
}

# What builds the project, from PyPI into the virtual environment: pip then builds in place, and only what changed.
install_build_tools() {
  local line requirements=()
  while IFS= read -r line; do
    requirements+=("$line")
  done < <(sed -n 's/^requires = \[\(.*\)\]$/\1/p' pyproject.toml | tr ',' '\n' | tr -d '" ')
  ninja --version >/dev/null 2>&1 || requirements+=(ninja)
  # Of what the extras need, some comes as source only; setuptools makes wheels by itself from this version on.
  requirements+=("setuptools>=70.1")
  pip_install "${requirements[@]}"
  # scikit-build-core says whether the system's CMake is missing or too old.
  line=$("$venv_bin/python" -c \
    'from scikit_build_core import build; print(*(r for r in build.get_requires_for_build_wheel() if "cmake" in r))')
  [[ -z $line ]] || pip_install "$line"
}

# --- The project -------------------------------------------------------------------------------------------

pip_install() {
  "$venv_bin/python" -m pip install -qq --disable-pip-version-check \
    --constraint scripts/constraints.txt "$@"
}

# Prints one line that changes with whatever the installed package is made from.
fingerprint() {
  find pyproject.toml CMakeLists.txt LICENSE README.md scripts/constraints.txt core bindings src models \
    -type f ! -path '*/__pycache__/*' ! -path 'core/tests/*' ! -name '*.so' \
    -exec cksum {} + | LC_ALL=C sort | cksum
}

# Brings the virtual environment up to date and puts it first in PATH: prepare [EXTRA...]
# Extras that an earlier call installed stay. Does nothing but read the sources when nothing has changed.
prepare() {
  local stamp=$venv/auricle.stamp now extras
  "$venv_bin/python" -m pip --version >/dev/null 2>&1 || make_venv
  export PATH=$venv_bin:$PATH VIRTUAL_ENV=$venv
  unset PYTHONHOME

  extras=$({
    sed -n 's/^extras: //p' "$stamp" 2>/dev/null | tr ',' '\n' || true
    printf '%s\n' "$@"
  } | sed '/^$/d' | sort -u | paste -sd, -)
  now=$(fingerprint)
  if [[ -e $stamp && $(cat "$stamp") == "$now"$'\n'"extras: $extras" ]]; then return; fi

  say "installing into $venv${extras:+ with the extras $extras}"
  install_build_tools
  choose_compiler
  pip_install --no-build-isolation ".${extras:+[$extras]}"
  printf '%s\nextras: %s\n' "$now" "$extras" >"$stamp"
}

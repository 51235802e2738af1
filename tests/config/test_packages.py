"""A lock installs the same tomorrow: from an index that holds newer releases, by the oldest and the newest installer."""

import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile

import pytest

from config.bootstrap import packages
from config.bootstrap.folders import ROOT

PIPS = {
    "23.0": "b5f88adff801f5ef052bcdef3daa31b55eb67b0fccd6d0106c206fa248e0463c",
    "26.3": "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13",
}
"""Debian 12's pip, which CPython 3.11 brings as well, and the newest when this was written, with their wheels' SHA-256."""
INSTALL = """
import sys
from pathlib import Path
from config.bootstrap.packages import SetUpError, install_packages
try:
    install_packages(sys.argv[2:], Path(sys.argv[1]))
except SetUpError as reason:
    sys.exit(str(reason))
"""


@pytest.fixture(scope="module", params=[*PIPS, "uv"])
def installer(request, tmp_path_factory):
    """Return an environment's interpreter and the command that installs into it."""
    folder = tmp_path_factory.mktemp("installer")
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    if request.param == "uv":
        return python, [sys.executable, "-m", "uv", "pip", "install", "--python", str(python)]
    lock = folder / "pip.txt"
    lock.write_text(f"pip=={request.param} --hash=sha256:{PIPS[request.param]}\n")
    subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", lock], check=True)
    return python, [str(python), "-m", "pip", "install", "--disable-pip-version-check"]


def wheel(index, name, version, *requires):
    """Put a wheel into the index; return the line of a lock that pins it."""
    folder = index / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Provides-Extra: toml"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    inside = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.py", f"version = {version!r}\n")
        archive.writestr(f"{inside}/METADATA", "\n".join(metadata) + "\n")
        archive.writestr(f"{inside}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{inside}/RECORD", "")
    (folder / "index.html").write_text(
        "".join(f'<a href="{found.name}">{found.name}</a>\n' for found in sorted(folder.glob("*.whl")))
    )
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def install(installer, lock, index):
    """Install a lock as `manage.py` does, from `index` alone and without what this machine's own settings say."""
    _python, command = installer
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    address = f"file://{index}"
    ours |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": address, "UV_DEFAULT_INDEX": address, "UV_NO_CONFIG": "1"}
    ours |= {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    return subprocess.run(
        [sys.executable, "-c", INSTALL, str(lock), *command],
        cwd=ROOT,
        env=ours,
        capture_output=True,
        text=True,
        check=False,
    )


def installed_version(installer, name):
    """Return which version the environment has."""
    done = subprocess.run(
        [installer[0], "-c", f"import {name}; print({name}.version)"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def test_newer_releases_and_extras_in_the_index_change_nothing(installer, tmp_path):
    index = tmp_path / "index"
    lock = tmp_path / "dev.txt"
    lock.write_text(
        wheel(index, "measure", "7.1") + wheel(index, "runner", "1.0", "measure[toml]>=7.0", "unlocked; extra == 'x'")
    )
    wheel(index, "measure", "7.2", "newcomer; extra == 'toml'")
    wheel(index, "runner", "2.0")
    wheel(index, "newcomer", "1.0")

    done = install(installer, lock, index)

    assert done.returncode == 0, done.stderr
    assert installed_version(installer, "measure") == "7.1"
    assert installed_version(installer, "runner") == "1.0"
    assert installed_version(installer, "newcomer") == ""
    assert "Installing the packages of requirements/dev.txt into .venv (2 at most)." in done.stderr


def test_file_with_another_content_than_the_locks_is_refused(installer, tmp_path):
    index = tmp_path / "index"
    lock = tmp_path / "run.txt"
    lock.write_text(re.sub("sha256:.*", f"sha256:{'0' * 64}", wheel(index, "swapped", "1.0")))

    done = install(installer, lock, index)

    assert done.returncode == 1
    assert "could not be installed" in done.stderr
    assert installed_version(installer, "swapped") == ""


BACKEND = """
import zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "built-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        archive.writestr("built.py", "version = '1.0'")
        archive.writestr("built-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: built\\nVersion: 1.0\\n")
        archive.writestr("built-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr("built-1.0.dist-info/RECORD", "")
    return name
"""


def source_archive(index):
    """Put a source archive that needs nothing to be built into the index; return the line of a lock that pins it."""
    (index / "built").mkdir(parents=True)
    file = index / "built" / "built-1.0.tar.gz"
    inside = {
        "backend.py": BACKEND,
        "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n",
        "PKG-INFO": "Metadata-Version: 2.1\nName: built\nVersion: 1.0\n",
    }
    with tarfile.open(file, "w:gz") as archive:
        for name, text in inside.items():
            entry = tarfile.TarInfo(f"built-1.0/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    (index / "built" / "index.html").write_text(f'<a href="{file.name}">{file.name}</a>\n')
    return f"built==1.0 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def test_source_archive_is_never_built(installer, tmp_path):
    """What builds it would come from the index, in the version of the day."""
    lock = tmp_path / "run.txt"
    lock.write_text(source_archive(tmp_path / "index"))

    done = install(installer, lock, tmp_path / "index")

    assert done.returncode == 1
    assert "could not be installed" in done.stderr
    assert installed_version(installer, "built") == ""


def test_long_installation_tells_how_far_it_is(tmp_path):
    lock = tmp_path / "run.txt"
    lock.write_text("slow==1.0 --hash=sha256:00\n")
    slow = "import time; print('Collecting slow==1.0', flush=True); time.sleep(0.7)"
    code = INSTALL.replace("try:", "import config.bootstrap.packages as p\np.TELL_EVERY_SECONDS = 0.2\ntry:", 1)

    done = subprocess.run(
        [sys.executable, "-c", code, str(lock), sys.executable, "-c", slow],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "fetching, 1 so far" in done.stderr


def test_steps_are_read_from_what_a_real_pip_says(installer, tmp_path):
    """No installer tells its steps in another way than by words for people: these are the words."""
    python, command = installer
    if "uv" in command:
        pytest.skip("uv tells nothing on standard output")
    index = tmp_path / "index"
    for name in ("first", "second"):
        wheel(index, name, "1.0")
    links = [part for name in ("first", "second") for part in ("--find-links", str(index / name))]
    wanted = ["install", "--no-index", *links, "--target", str(tmp_path / "there"), "first", "second"]
    progress = packages._Progress()

    assert progress.follow([str(python), "-m", "pip", *wanted], dict(os.environ)) == 0, progress.reason()
    assert (progress._fetched, progress._step) == (2, "unpacking 2")


def test_locks_are_complete():
    """What is installed asks for nothing that is missing or of another version."""
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "check", "--python", sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr

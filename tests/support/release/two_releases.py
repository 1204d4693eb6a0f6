"""Is the release the same bytes from every clone? ``make test-release`` makes two.

Both are clones of what is committed, in folders of different names and lengths. Each has its
own environment, umask, time zone and locale, and makes the book and then the release, which
refuses a tree that ``make book`` has changed. It prints both checksums and fails where the
releases differ.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import time
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Folder of the clone: umask and environment of who makes it.
PEOPLE = {
    "a": (0o022, {"TZ": "UTC", "LC_ALL": "C.UTF-8"}),
    "in ánother folder of a longer name": (
        0o077,
        {"TZ": "XYZ-13:45", "LC_ALL": "C", "LANGUAGE": "de"},
    ),
}


def release(folder, umask, environment):
    """Clone the tree into a folder, make the release there; its files' bytes by name."""
    # Nothing of the make and the environment that this runs in.
    inherited = {key: value for key, value in os.environ.items() if "MAKE" not in key}
    paths = os.environ["PATH"].split(os.pathsep)
    inherited["PATH"] = os.pathsep.join(path for path in paths if str(ROOT) not in path)
    for command in (
        ["git", "clone", "--quiet", ROOT, folder],
        ["make", "-C", folder, "--no-print-directory", "book", "release"],
    ):
        subprocess.run(command, env=inherited | environment, umask=umask, check=True)
    return {path.name: path.read_bytes() for path in (folder / "_build/release").iterdir()}


def members(archive):
    """Bytes of each file of a packed release, by path."""
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file) as tar:
            return {one.name: tar.extractfile(one).read() for one in tar.getmembers()}


def differing(one, other):
    """Names of the files that are not the same in two dictionaries of bytes by name."""
    return sorted(name for name in one | other if one.get(name) != other.get(name))


def main():
    found = []
    with tempfile.TemporaryDirectory() as parent:
        for name, (umask, environment) in PEOPLE.items():
            start = time.monotonic()
            found.append(release(Path(parent) / name, umask, environment))
            (packed,) = (file for file in found[-1] if file.endswith(".tar.gz"))
            checksum = sha256(found[-1][packed]).hexdigest()
            print(f"{checksum}  {packed}, made in {name!r} ({time.monotonic() - start:.0f} s)")
    if names := differing(*found):
        if packed in names:
            names += differing(*(members(each[packed]) for each in found))
        sys.exit("\n  ".join(["error: the releases of two clones differ:", *names]))


if __name__ == "__main__":
    try:
        main()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"error: {error}")

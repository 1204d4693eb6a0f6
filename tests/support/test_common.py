"""Files and folders are replaced whole or not at all, whenever it is interrupted."""

import os
import resource
import sys
import urllib.request

import pytest

from _support import common


@pytest.fixture
def two_files(tmp_path):
    """Two files by path, the second of which is then to grow."""
    found = {tmp_path / "a": b"old", tmp_path / "b": b"old"}
    for path, content in found.items():
        path.write_bytes(content)
    return found


def contents(folder):
    return {path: path.read_bytes() for path in folder.iterdir()}


def test_all_files_are_written_as_bytes_or_as_text(two_files, tmp_path):
    common.write_files(dict(zip(two_files, (b"new", "né\n"), strict=True)))
    assert contents(tmp_path) == dict(zip(two_files, (b"new", b"n\xc3\xa9\n"), strict=True))


def test_where_one_file_has_no_room_all_stay_as_they_were(two_files, tmp_path):
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            common.write_files(dict(zip(two_files, (b"new", b"x" * 2000), strict=True)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert contents(tmp_path) == two_files


@pytest.fixture
def old(tmp_path):
    """A folder with a file, to be replaced."""
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "old").touch()
    return folder


def replace(folder):
    with common.replaced_folder(folder) as fresh:
        assert list(fresh.iterdir()) == []
        (fresh / "new").touch()


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_folder_is_replaced_whole(old, tmp_path):
    (tmp_path / "target-next").mkdir()
    (tmp_path / "target-next" / "of an interrupted run").touch()
    replace(old)
    assert names(tmp_path) == ["target", "target/new"]


def test_after_an_error_the_old_folder_is_there(old, tmp_path):
    def fail():
        with common.replaced_folder(old) as fresh:
            (fresh / "new").touch()
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert names(tmp_path) == ["target", "target/old"]


@pytest.mark.parametrize("step", [0, 1])
def test_a_folder_is_there_again_whenever_its_replacement_was_interrupted(
    old, tmp_path, monkeypatch, step
):
    renames = iter([os.rename] * step)

    def interrupted(*paths):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", lambda *paths: next(renames, interrupted)(*paths))
        with pytest.raises(KeyboardInterrupt):
            replace(old)
    with common.replaced_folder(old):
        assert names(old) == ["old"]
    replace(old)
    assert names(tmp_path) == ["target", "target/new"]


def test_a_program_that_fails_is_named_with_what_it_printed():
    assert common.run(sys.executable, "-c", "print('fine')") == "fine\n"
    with pytest.raises(common.CommandError, match=r"(?s)-c .* failed:\none\ntwo$"):
        common.run(sys.executable, "-c", "import sys; print('one'); sys.exit('two')")


def test_the_contents_begin_with_the_landing_page_and_name_every_part():
    parts = common.parts_of_the_book()
    assert parts[0] == ("", ["index"])
    assert all(caption and names for caption, names in parts[1:])
    assert "book/methods" in parts[1][1]


def test_a_folder_is_served_on_this_machine_and_quietly(two_files, tmp_path, capfd, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with common.served(tmp_path) as address, urllib.request.urlopen(f"{address}a") as answer:
        assert answer.read() == b"old"
    assert capfd.readouterr() == ("", "")

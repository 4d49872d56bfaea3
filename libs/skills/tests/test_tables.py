"""Tables of strangers are read within limits, and never half."""

import gzip
import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from talent_skills import tables
from talent_skills.errors import TaxonomyError
from talent_skills.tables import Release

from .releases import text


def rows(folder: Path, table: str = "t") -> list[dict[str, str]]:
    return [row.values for row in Release(folder).rows(table, ())]


def with_file(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9)


@settings(max_examples=60)
@given(values=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=5))
@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.tsv.gz"])
def test_whatever_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, name: str, values: list[list[str]]
) -> None:
    content = text(name.removesuffix(".gz"), [["a", "b"], *values]).encode()
    packed = gzip.compress(content) if name.endswith(".gz") else content
    folder = with_file(tmp_path_factory.mktemp("release"), name, packed)
    assert rows(folder) == [{"a": a, "b": b} for a, b in values]


@settings(max_examples=100)
@given(content=st.binary(max_size=300))
@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.tsv.gz"])
def test_any_bytes_are_rows_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    folder = with_file(tmp_path_factory.mktemp("release"), name, content)
    with suppress(TaxonomyError):
        rows(folder)


@settings(max_examples=60)
@example(place=330, byte=0)  # the name of its file has no letters
@given(place=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_damaged_zip_is_rows_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", "a,b\n" + "1,2\n" * 50)
    content = bytearray(file.getvalue())
    content[place % len(content)] = byte
    path = tmp_path_factory.mktemp("release") / "t.zip"
    path.write_bytes(content)
    with suppress(TaxonomyError):
        release = Release(path)
        for table in release.tables():
            list(release.rows(table, ()))


def test_a_bomb_is_stopped_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_BYTES", 1 << 20)
    bomb = b"a,b\n" + b"1,2\n" * (1 << 20)
    with pytest.raises(TaxonomyError, match="MB"):
        rows(with_file(tmp_path / "gz", "t.csv.gz", gzip.compress(bomb)))
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", bomb)
    with pytest.raises(TaxonomyError, match="MB"):
        rows(path)


def test_one_endless_line_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="line 2"):
        rows(with_file(tmp_path, "t.csv", b"a,b\n" + b"x" * (2 << 20)))
    with pytest.raises(TaxonomyError, match="row 2"):
        rows(with_file(tmp_path, "t.csv", b'a,b\n1,"' + b"x\n" * (1 << 20)))


def test_too_many_rows_and_too_many_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_file(tmp_path / "r", "t.csv", b"a\n" + b"1\n" * 20)
    monkeypatch.setattr(tables, "MAX_ROWS", 10)
    with pytest.raises(TaxonomyError, match="10 rows"):
        rows(folder)
    monkeypatch.setattr(tables, "MAX_FILES", 0)
    with pytest.raises(TaxonomyError, match="0 files"):
        Release(folder)


@pytest.mark.parametrize("content", ["a,b\n1,é\n".encode("latin-1"), "a,b\n1,2\n".encode("utf-16")])
def test_another_encoding_is_named_with_its_line(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TaxonomyError, match=r"t\.csv, line [12]: Save the file as UTF-8"):
        rows(with_file(tmp_path, "t.csv", content))


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    assert rows(with_file(tmp_path, "t.csv", "\ufeffa,b\n1,2\n".encode())) == [{"a": "1", "b": "2"}]


def test_two_files_of_one_table_are_refused(tmp_path: Path) -> None:
    folder = with_file(with_file(tmp_path, "Job Zones.txt", b"a"), "job_zones.tsv", b"a")
    with pytest.raises(TaxonomyError, match="same table"):
        Release(folder)


def test_a_locked_zip_says_so(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("t.csv", "a,b\n1,2\n")
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    with pytest.raises(TaxonomyError, match="password"):
        rows(path)


def test_the_commands_of_a_terminal_are_not_passed_on(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError) as caught:
        list(Release(with_file(tmp_path, "t.csv", b"\x1b[31m,\x1b[31m\n1,2\n")).rows("t", ()))
    assert "\x1b" not in str(caught.value)

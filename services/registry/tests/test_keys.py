import os
from dataclasses import replace
from pathlib import Path

import pytest
from talent_kit.sealing import CannotOpen
from talent_registry.keys import Keyring


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kek.key").write_bytes(os.urandom(32))
    return tmp_path


def rotated(folder: Path) -> Keyring:
    (folder / "kek.key").rename(folder / "kek-old.key")
    (folder / "kek.key").write_bytes(os.urandom(32))
    return Keyring(folder)


def test_a_sealed_key_opens_again(folder: Path) -> None:
    keyring = Keyring(folder)
    assert keyring.open(keyring.seal("k1", b"p" * 32)) == b"p" * 32


def test_a_key_cannot_be_put_under_another_id(folder: Path) -> None:
    keyring = Keyring(folder)
    with pytest.raises(CannotOpen):
        keyring.open(replace(keyring.seal("k1", b"p" * 32), key_id="k2"))


def test_after_rotation_the_old_kek_is_not_needed(folder: Path) -> None:
    sealed = Keyring(folder).seal("k1", b"p" * 32)
    rewrapped = rotated(folder).rewrap(sealed)
    (folder / "kek-old.key").unlink()
    assert rewrapped.sealed == sealed.sealed
    assert Keyring(folder).open(rewrapped) == b"p" * 32
    with pytest.raises(CannotOpen):
        Keyring(folder).open(sealed)


def test_a_running_service_finds_a_new_kek(folder: Path) -> None:
    running = Keyring(folder)
    sealed = rotated(folder).seal("k1", b"p" * 32)
    assert running.open(sealed) == b"p" * 32


def test_a_missing_kek_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="secrets init"):
        Keyring(tmp_path)

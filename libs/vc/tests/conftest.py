"""What the tests of this library share: the contexts on file and the lists of `make_badge`."""

import os
from pathlib import Path

import pytest
from talent_vc import ContextLoader, DictLoader

from .builders import LISTS, make_list

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def contexts_folder() -> Path:
    folder = Path(os.environ.get("TALENT_HOME", ROOT / ".talent")) / "data" / "contexts"
    assert (folder / "index.json").exists(), "run `make setup` first: it builds the contexts"
    return folder


@pytest.fixture(scope="session")
def contexts(contexts_folder: Path) -> ContextLoader:
    return ContextLoader.from_folder(contexts_folder)


@pytest.fixture
def loader(contexts: ContextLoader) -> DictLoader:
    """The two status lists that `make_badge` names, with bit 7 set in both."""
    return DictLoader({url: make_list(contexts, purpose) for purpose, url in LISTS.items()})

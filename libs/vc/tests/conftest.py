"""What the tests of this library share: the contexts on file and the lists of `make_badge`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from talent_vc import Check, ContextLoader, DictLoader, Outcome
from talent_vc.sentences import SENTENCES

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


@pytest.fixture(scope="module", autouse=True)
def every_check_has_a_sentence() -> Iterator[None]:
    """Whatever comes out in any of these tests can be told."""
    made: set[tuple[str, Outcome]] = set()
    original = Check.__post_init__

    def noting(check: Check) -> None:
        made.add((check.code, check.outcome))
        original(check)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Check, "__post_init__", noting)
        yield
    assert not {one for one in made if one not in SENTENCES}

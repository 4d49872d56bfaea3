"""What strangers have judged does not stay in memory."""

import gc
import json
import tracemalloc
from collections.abc import Iterator
from weakref import ref

import pytest
from talent_vc import ContextLoader, DictLoader, Document, Overall, verify
from talent_vc.status_list import build_status_list

from .builders import KEY, LISTS, NOW, make_badge, make_list, make_signed


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def megabytes() -> float:
    return tracemalloc.get_traced_memory()[0] / 1e6


def judge(document: Document, contexts: ContextLoader, lists: dict[str, bytes]) -> None:
    verify(document, at=NOW, contexts=contexts, loader=DictLoader(lists))


@pytest.mark.usefixtures("traced")
def test_contexts_that_a_document_brings_along_are_forgotten(contexts: ContextLoader) -> None:
    badge = make_signed(make_badge(), contexts)
    judge(badge, contexts, {})
    before = megabytes()
    for n in range(10):
        own = {f"term{n}x{i}": f"https://e.example/{n}/{i}" for i in range(1000)}
        judge({**badge, "@context": [*badge["@context"], own]}, contexts, {})
        nested = {**badge["credentialSubject"], "@context": own}
        judge({**badge, "credentialSubject": nested}, contexts, {})
    assert megabytes() - before < 2


@pytest.mark.usefixtures("traced")
def test_large_status_lists_are_kept_only_up_to_a_limit(contexts: ContextLoader) -> None:
    url = LISTS["revocation"]
    badge = make_badge()
    before = megabytes()
    for n in range(8):
        large = build_status_list(
            list_id=f"{url}#{n}",
            issuer=KEY.did_key,
            purpose="revocation",
            set_bits=[n],
            valid_from=NOW,
            entries=8 * 14_000_000,
        )
        judge(badge, contexts, {url: json.dumps(large).encode()})
    assert megabytes() - before < 40


@pytest.mark.usefixtures("traced")
def test_what_is_served_in_place_of_a_list_is_kept_only_up_to_a_limit(
    contexts: ContextLoader,
) -> None:
    url = LISTS["revocation"]
    badge = make_badge()
    before = megabytes()
    for n in range(15):
        for start in (b"<html>", b"eyJ.eyJ", b'{"revokedCredential": ["'):
            judge(badge, contexts, {url: start + f"{n}".encode() * 3_900_000 + b'"]}'})
    assert megabytes() - before < 40


@pytest.mark.usefixtures("traced")
def test_long_options_of_a_proof_are_forgotten(contexts: ContextLoader) -> None:
    signed = make_signed(make_badge(), contexts)
    judge(signed, contexts, {})
    before = megabytes()
    for n in range(20):
        long = {**signed["proof"], "domain": f"{n}" * 100_000}
        judge({**signed, "proof": long}, contexts, {})
    assert megabytes() - before < 2


def test_contexts_that_nobody_uses_any_more_are_forgotten(contexts: ContextLoader) -> None:
    url = "https://c.example/context"
    used = contexts.with_documents({url: {"@context": {"mine": "https://c.example/mine"}}})
    lists = {LISTS[purpose]: make_list(used, purpose) for purpose in LISTS}
    own = {"other": "https://c.example/other"}
    for more in ([url], [url, own]):
        badge = make_badge(mine="x", **{"@context": [*make_badge()["@context"], *more]})
        verdict = verify(make_signed(badge, used), at=NOW, contexts=used, loader=DictLoader(lists))
        assert verdict.outcome is Overall.VALID
    gone = ref(used)
    del used
    gc.collect()
    assert gone() is None

"""Documents of others that change after a verdict: noticed, by few fetches and few verdicts."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from talent_kit.clock import ManualClock
from talent_kit.events import Outgoing
from talent_kit.store import Store
from talent_proto.events.v1 import skills_pb2 as skills
from talent_vc import ContextLoader, SigningKey
from talent_verifier.settings import VerifierSettings
from talent_verifier.store import VerifierStore
from talent_verifier.verdicts import Verdicts
from talent_verifier.watch_store import WatchStore
from talent_verifier.watching import Watched, document_id

from .builders import Provider, published
from .conftest import Verifier, eventually, running_verifier
from .web import Web, serving

VALID = skills.VERIFICATION_OUTCOME_VALID
REVOKED = skills.VERIFICATION_OUTCOME_REVOKED
INVALID = skills.VERIFICATION_OUTCOME_INVALID
UNDETERMINED = skills.VERIFICATION_OUTCOME_UNDETERMINED
MINUTE = timedelta(minutes=1)


class Inside:
    """What the verifier has stored."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store = store
        self.standings = VerifierStore(store)
        self.rows = WatchStore(store)
        self._clock = clock

    async def row(self, url: str) -> Watched | None:
        return (await self.rows.rows([document_id(url)])).get(document_id(url))

    async def judged_since(self, then: datetime, ids: Sequence[str]) -> list[str]:
        found = await self.standings.standings(ids)
        return [one for one in ids if (v := found[one].verdict) and v.verified_at > then]

    async def seen(self, url: str, revision: int) -> None:
        """Once the document's revision is known and the dependents were gone through."""

        async def done() -> bool:
            row = await self.row(url)
            if row is None or row.revision < revision:
                return False
            return row.work is None or row.work.look_at > self._clock.now()

        await eventually(done)


@pytest.fixture
async def elsewhere(settings: VerifierSettings) -> VerifierSettings:
    """Of a verifier to whose registry the provider's lists do not belong."""
    return settings.model_copy(update={"registry_url": "https://registry.example"})


@pytest.fixture
async def inside(elsewhere: VerifierSettings, clock: ManualClock) -> AsyncIterator[Inside]:
    store = await Store.connect(elsewhere, "verifier")
    yield Inside(store, clock)
    await store.close()


@pytest.fixture
async def watching(elsewhere: VerifierSettings, clock: ManualClock) -> AsyncIterator[Verifier]:
    async with running_verifier(elsewhere, clock) as verifier:
        yield verifier


async def publish(verifier: Verifier, provider: Provider, count: int) -> list[str]:
    """Credentials with the indexes from 0 on; their ids, when all are valid."""
    sent: list[Outgoing] = [
        published(provider, provider.badge(index=n), verifier.clock) for n in range(count)
    ]
    await verifier.send(*sent)
    await eventually(lambda: all(verifier.about(item.key) for item in sent), seconds=120)
    ids = [item.key for item in sent]
    assert {last(verifier, one) for one in ids} == {VALID}
    return ids


def last(verifier: Verifier, credential_id: str) -> Any:
    return verifier.about(credential_id)[-1].event.verdict.outcome


async def test_a_list_that_500_share_is_asked_for_once_each_time_and_conditionally(
    watching: Verifier, provider: Provider, web: Web, clock: ManualClock, inside: Inside
) -> None:
    ids = await publish(watching, provider, 500)
    lists = [provider.list_path("revocation"), provider.list_path("suspension")]
    assert [web.asked.count(path) for path in lists] == [1, 1]
    then = clock.now()
    for n in range(1, 4):
        clock.advance(5 * MINUTE)
        await eventually(lambda: _all_asked(inside, clock))
        assert len(web.unchanged) == 2 * n
        assert [web.asked.count(path) for path in lists] == [n + 1, n + 1]
    assert [web.unchanged.count(path) for path in lists] == [3, 3]
    assert await inside.judged_since(then, ids) == []
    assert len(watching.said) == 500


async def test_a_revocation_elsewhere_changes_the_verdict_of_that_credential_alone(
    watching: Verifier, provider: Provider, clock: ManualClock, inside: Inside
) -> None:
    ids = await publish(watching, provider, 20)
    then = clock.now()
    provider.serve_list("revocation", [7, 100_000], version=2)
    clock.advance(5 * MINUTE)
    changed = await watching.says(ids[7], 2)
    assert changed.type == "VerificationChanged"
    assert changed.event.previous_outcome == VALID
    assert changed.event.verdict.outcome == REVOKED
    await inside.seen(provider.list_url("revocation"), 2)
    # Beside it, a few of the others, to see that all else about the list still holds.
    assert len(await inside.judged_since(then, ids)) <= 4
    assert len(watching.said) == 21

    # Once what was under way is sure to be stored, they are gone through again.
    clock.advance(2 * MINUTE)

    async def done() -> bool:
        row = await inside.row(provider.list_url("revocation"))
        return row is not None and row.work is None

    await eventually(done)
    assert len(watching.said) == 21


async def test_a_list_is_asked_for_by_its_own_time_to_live(
    watching: Verifier, provider: Provider, web: Web, clock: ManualClock, inside: Inside
) -> None:
    path = provider.list_path("revocation")
    provider.serve_list("revocation", [], version=1, ttl=20 * MINUTE)
    [one] = await publish(watching, provider, 1)
    provider.serve_list("revocation", [0], version=2, ttl=20 * MINUTE)
    for n in (1, 2, 3):  # the other documents are good for five minutes
        clock.advance(5 * MINUTE)
        await eventually(lambda: _all_asked(inside, clock))
        assert web.asked.count(provider.did_path) == n + 1
    assert web.asked.count(path) == 1
    clock.advance(5 * MINUTE)
    assert (await watching.says(one, 2)).event.verdict.outcome == REVOKED


async def test_a_key_that_its_issuer_takes_away_or_brings_back_is_noticed(
    watching: Verifier, provider: Provider, clock: ManualClock
) -> None:
    [one] = await publish(watching, provider, 1)
    provider.serve_key(SigningKey.generate())
    clock.advance(5 * MINUTE)
    changed = await watching.says(one, 2)
    assert changed.type == "VerificationChanged"
    assert changed.event.verdict.outcome == INVALID
    provider.serve_key(provider.key)
    clock.advance(5 * MINUTE)
    assert (await watching.says(one, 3)).event.verdict.outcome == VALID


async def test_a_new_edition_that_is_not_its_issuers_is_believed_of_nobody(
    watching: Verifier, provider: Provider, clock: ManualClock
) -> None:
    ids = await publish(watching, provider, 10)
    provider.serve_list("revocation", [3], version=2, key=SigningKey.generate())
    clock.advance(5 * MINUTE)
    for one in ids:
        assert (await watching.says(one, 2)).event.verdict.outcome == UNDETERMINED
    provider.serve_list("revocation", [3], version=3)
    clock.advance(5 * MINUTE)
    for n, one in enumerate(ids):
        outcome = (await watching.says(one, 3)).event.verdict.outcome
        assert outcome == (REVOKED if n == 3 else VALID)


async def test_a_list_that_is_renewed_in_time_changes_no_verdict_and_one_that_is_not_all(
    watching: Verifier, provider: Provider, clock: ManualClock, inside: Inside
) -> None:
    start, url = clock.now(), provider.list_url("revocation")

    def serve(version: int) -> None:
        end = start + version * 60 * MINUTE
        provider.serve_list("revocation", [], version=version, valid_until=end)

    serve(1)
    ids = await publish(watching, provider, 10)
    serve(2)
    clock.advance(59 * MINUTE)
    await inside.seen(url, 2)
    clock.advance(2 * MINUTE)  # the first edition is over
    then = clock.now()
    clock.advance(5 * MINUTE)
    await eventually(lambda: _asked_since(inside, url, then))
    assert await inside.judged_since(then, ids) == []
    assert len(watching.said) == 10

    clock.set(start + 120 * MINUTE)
    for one in ids:
        assert (await watching.says(one, 2)).event.verdict.outcome == UNDETERMINED
    serve(3)
    clock.advance(5 * MINUTE)
    for one in ids:
        assert (await watching.says(one, 3)).event.verdict.outcome == VALID


async def _asked_since(inside: Inside, url: str, then: datetime) -> bool:
    row = await inside.row(url)
    return row is not None and row.asked_at is not None and row.asked_at > then


async def test_a_host_that_is_away_holds_up_nobody_and_changes_a_verdict_only_in_the_end(
    elsewhere: VerifierSettings,
    provider: Provider,
    contexts: ContextLoader,
    clock: ManualClock,
    inside: Inside,
) -> None:
    async with serving() as other:
        hosts = f"{elsewhere.fetch_allowed_hosts},{other.host}"
        settings = elsewhere.model_copy(update={"fetch_allowed_hosts": hosts})
        async with running_verifier(settings, clock) as verifier:
            [here] = await publish(verifier, provider, 1)
            [there] = await publish(verifier, Provider(other, contexts), 1)
            other.away, before = True, other.connections
            provider.serve_list("revocation", [0], version=2)
            clock.advance(5 * MINUTE)
            assert (await verifier.says(here, 2)).event.verdict.outcome == REVOKED
            for _ in range(20):
                clock.advance(60 * MINUTE)
                await eventually(lambda: _all_asked(inside, clock))
            # Three documents, each asked for ever more rarely.
            assert other.connections - before < 3 * 20
            assert len(verifier.about(there)) == 1

            clock.advance(4 * 60 * MINUTE)
            assert (await verifier.says(there, 2)).event.verdict.outcome == UNDETERMINED
            other.away = False
            clock.advance(6 * 60 * MINUTE)
            assert (await verifier.says(there, 3)).event.verdict.outcome == VALID


async def _all_asked(inside: Inside, clock: ManualClock) -> bool:
    return not await inside.rows.late(clock.now())


async def test_what_a_crash_interrupts_is_done_by_whoever_comes_next(
    elsewhere: VerifierSettings,
    provider: Provider,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages: list[int] = []
    never = asyncio.Event()

    async def dies(self: Verdicts, ids: Sequence[str]) -> None:
        pages.append(len(ids))
        if len(pages) > 1:
            never.set()
            raise ConnectionError
        await look_again(self, ids)

    async with running_verifier(elsewhere, clock) as verifier:
        ids = await publish(verifier, provider, 450)
        look_again = Verdicts.look_again
        monkeypatch.setattr(Verdicts, "look_again", dies)
        provider.serve_key(SigningKey.generate())
        clock.advance(5 * MINUTE)
        await never.wait()
    monkeypatch.undo()
    async with running_verifier(elsewhere, clock) as verifier:
        # The listener reads everything from the beginning: what was said before, too.
        await eventually(lambda: len(verifier.said) >= 900, seconds=120)
        assert {len(verifier.about(one)) for one in ids} == {2}
        assert {last(verifier, one) for one in ids} == {INVALID}


async def test_what_the_version_before_stored_is_watched_too(
    elsewhere: VerifierSettings, provider: Provider, clock: ManualClock, inside: Inside
) -> None:
    async with running_verifier(elsewhere, clock) as verifier:
        [one] = await publish(verifier, provider, 1)
    stored: Any = inside.store.db["standings"]
    await stored.update_one({"_id": one}, {"$set": {"schema_version": 1}, "$unset": {"watched": 1}})
    watched: Any = inside.store.db["watched"]
    await watched.delete_many({})
    async with running_verifier(elsewhere, clock) as verifier:
        await eventually(lambda: inside.row(provider.list_url("revocation")))

        async def taken_over() -> bool:
            return [one async for one in inside.standings.of_an_older_version()] == []

        await eventually(taken_over)
        provider.serve_list("revocation", [0], version=2)
        clock.advance(5 * MINUTE)
        assert (await verifier.says(one, 2)).event.verdict.outcome == REVOKED


async def test_a_document_that_changes_while_a_verdict_is_under_way_is_looked_at_again(
    elsewhere: VerifierSettings,
    provider: Provider,
    clock: ManualClock,
    inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    async def effects(self: WatchStore, ids: Any, session: Any) -> dict[str, int]:
        """As if each had changed just before the first verdict is stored."""
        asked.append(1)
        seen = await truly(self, ids, session)
        return {one: effect + 1 for one, effect in seen.items()} if len(asked) == 1 else seen

    truly = WatchStore.effects
    monkeypatch.setattr(WatchStore, "effects", effects)
    async with running_verifier(elsewhere, clock) as verifier:
        [one] = await publish(verifier, provider, 1)

        async def judged_twice() -> bool:
            standing = (await inside.standings.standings([one]))[one]
            return standing.revision == 2 and standing.look_again_at is None

        await eventually(judged_twice)


async def test_what_nothing_depends_on_is_asked_for_no_more(
    watching: Verifier, provider: Provider, web: Web, clock: ManualClock, inside: Inside
) -> None:
    end = clock.now() + MINUTE
    sent = published(provider, provider.badge(valid_until=end), clock)
    await watching.judges(sent)
    clock.set(end)
    await watching.says(sent.key, 2)
    for _ in range(2):
        clock.advance(61 * MINUTE)
        await eventually(lambda: _all_asked(inside, clock))

    async def gone() -> bool:
        return await inside.rows.count() == 0

    await eventually(gone)
    assert web.asked.count(provider.did_path) == 1


async def test_a_bad_edition_is_noticed_also_where_every_verdict_is_as_new_as_it(
    watching: Verifier, provider: Provider, clock: ManualClock
) -> None:
    provider.serve_list("revocation", [], version=1, ttl=timedelta(seconds=1))
    [one] = await publish(watching, provider, 1)
    provider.serve_list("revocation", [], version=2, key=SigningKey.generate())
    # Another credential makes it ask for the list, just after the first verdict.
    clock.advance(timedelta(seconds=2))
    other = published(provider, provider.badge(index=1), clock)
    assert (await watching.judges(other)).outcome == UNDETERMINED
    assert (await watching.says(one, 2)).event.verdict.outcome == UNDETERMINED

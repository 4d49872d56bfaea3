"""Verification jobs over HTTP, with real parts."""

import asyncio
import csv
import io
import json
import time
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from talent_kit.auth import Role
from talent_kit.clock import ManualClock
from talent_kit.store import Store
from talent_local.issuer import Issuer
from talent_proto.events.v1.catalog_pb2 import VETTING_STATE_VETTED
from talent_vc import bake
from talent_verifier.settings import VerifierSettings

from .builders import Provider
from .conftest import Verifier, eventually, running_verifier

PATH = "/v1/verification-jobs"


class Office:
    """Somebody of an organization who has credentials checked."""

    def __init__(
        self, verifier: Verifier, issuer: Issuer, org_id: str = "acme", role: Role = Role.EMPLOYER
    ) -> None:
        token = issuer.token(subject=f"{org_id}-clerk", roles=[role], org_id=org_id)
        self._http = verifier.http
        self.headers = {"authorization": f"Bearer {token}"}

    async def send(self, content: Any, *, key: str = "", **query: str) -> httpx.Response:
        headers = {**self.headers, "idempotency-key": key}
        return await self._http.post(PATH, content=content, headers=headers, params=query)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self._http.get(f"{PATH}{path}", headers=self.headers, params=query)

    async def delete(self, job_id: str) -> httpx.Response:
        return await self._http.delete(f"{PATH}/{job_id}", headers=self.headers)

    async def done(self, job: httpx.Response) -> dict[str, Any]:
        """The job, as soon as it is done."""
        assert job.status_code == 201, job.text

        async def look() -> Any:
            found = (await self.get(f"/{job.json()['job_id']}")).json()
            return found if found["state"] == "done" else None

        return await eventually(look, seconds=60)

    async def results(self, job_id: str, after: int = 0) -> list[dict[str, Any]]:
        answer = await self.get(f"/{job_id}/results", after=after)
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture
def office(verifier: Verifier, issuer: Issuer) -> Office:
    return Office(verifier, issuer)


def ndjson(*lines: bytes) -> bytes:
    return b"\n".join(lines)


def zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


async def test_each_line_gets_its_own_result_in_the_order_sent(
    office: Office, verifier: Verifier, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.serve_list("revocation", [9], version=1)
    ended = verifier.clock.now() - timedelta(days=1)
    lines = [
        provider.badge(),
        b"",
        b"this is no credential",
        provider.badge(index=9),
        b'{"a":"' + b"x" * 5_000_000 + b'"}',
        provider.badge(valid_until=ended) + b"\r",
        b'"eyJhbGciOiJFZERTQSJ9.e30.AAAA"',
    ]
    job = await office.done(await office.send(ndjson(*lines)))
    assert (job["lines"], job["done"], job["seconds_left"]) == (6, 6, 0)
    results = await office.results(job["job_id"])
    assert [(one["line"], one["outcome"]) for one in results][:5] == [
        (1, "valid"),
        (3, "unparseable"),
        (4, "revoked"),
        (5, "unparseable"),
        (6, "expired"),
    ]
    assert results[5]["line"] == 7
    assert results[5]["outcome"] not in ("valid", "expired")  # a token that nobody signed
    assert sum(job["outcomes"].values()) == 6
    first = results[0]
    assert first["name"] == "Structural Welding"
    assert first["summary"].startswith("This is real and valid today")
    assert first["issuer"]["proven"]
    # It says just what a check by hand says.
    by_hand = (await verifier.http.post("/v1/verifications", content=lines[0])).json()
    assert by_hand.items() <= first.items()
    assert provider.did not in caplog.text
    assert "Structural Welding" not in caplog.text


async def test_results_can_be_read_on_from_a_line(office: Office, provider: Provider) -> None:
    badge = provider.badge()
    job = await office.done(await office.send(ndjson(*[badge, b"no"] * 60)))
    assert job["outcomes"] == {"valid": 60, "unparseable": 60}
    rest = await office.results(job["job_id"], after=73)
    assert [one["line"] for one in rest] == list(range(74, 121))
    assert await office.results(job["job_id"], after=120) == []
    assert (await office.get(f"/{job['job_id']}/results", after=-1)).status_code == 422


async def test_a_spreadsheet_of_results_is_text_only(office: Office, provider: Provider) -> None:
    evil = json.loads(provider.badge())
    evil["credentialSubject"]["achievement"]["name"] = '=HYPERLINK("https://evil.example","x")'
    files = [("+cmd|calc.json", json.dumps(evil).encode()), ('a,"b"\n.json', provider.badge())]
    job = await office.done(await office.send(zipped(files)))
    answer = await office.get(f"/{job['job_id']}/results", format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    row = dict(zip(head, first, strict=True))
    assert row["file"] == "'+cmd|calc.json"
    assert row["credential"].startswith("'=HYPERLINK(")
    assert row["outcome"] == "invalid"
    assert "changed after it was signed" in row["problems"]
    row = dict(zip(head, second, strict=True))
    assert (row["outcome"], row["issuer proven"], row["issuer approved"]) == ("valid", "yes", "no")
    assert row["file"] == 'a,"b"\N{REPLACEMENT CHARACTER}.json'
    # What goes on from a line has no head: it is put below what is there.
    rest = await office.get(f"/{job['job_id']}/results", format="csv", after=1)
    assert rest.text.startswith('"2"')


async def test_a_zip_is_read_file_by_file(office: Office, provider: Provider) -> None:
    files = [
        ("spring/ana.json", provider.badge()),
        ("spring/", b""),
        ("__MACOSX/spring/._ana.json", b"x"),
        ("spring/.DS_Store", b"x"),
        ("../../etc/passwd", b"no credential"),
        ("bomb.json", b'{"a":"' + b" " * 3_000_000 + b'"}'),
        ("large.json", b'{"a":"' + b"x" * 5_000_000 + b'"}'),
    ]
    packed = bytearray(zipped(files))
    job = await office.done(await office.send(bytes(packed)))
    results = await office.results(job["job_id"])
    assert [(one["line"], one["file"], one["outcome"]) for one in results] == [
        (1, "spring/ana.json", "valid"),
        (2, "../../etc/passwd", "unparseable"),
        (3, "bomb.json", "unparseable"),
        (4, "large.json", "unparseable"),
    ]
    assert "almost empty" in results[2]["checks"][0]["sentence"]
    # One damaged file fails for itself.
    at = packed.index(b"spring/ana.json") + 40
    packed[at : at + 8] = b"\xff" * 8
    job = await office.done(await office.send(bytes(packed)))
    assert [one["outcome"] for one in await office.results(job["job_id"])] == ["unparseable"] * 4
    assert (await office.send(b"PK\x03\x04 and nothing else")).status_code == 422


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9"/></svg>'


async def test_lines_may_be_tokens_and_files_may_be_pictures(
    office: Office, provider: Provider
) -> None:
    tokens = [provider.token(), b'"' + provider.token() + b'"', provider.token()[:-6] + b"AAAAAA"]
    job = await office.done(await office.send(ndjson(*tokens)))
    results = await office.results(job["job_id"])
    assert [one["outcome"] for one in results] == ["valid", "valid", "invalid"]
    files = [("a.svg", bake(PICTURE, provider.badge())), ("b.svg", PICTURE)]
    job = await office.done(await office.send(zipped(files)))
    first, second = await office.results(job["job_id"])
    assert (first["outcome"], first["name"]) == ("valid", "Structural Welding")
    assert first["summary"].startswith("This is real and valid today")
    assert second["outcome"] == "unparseable"


async def test_the_same_key_with_the_same_content_is_the_same_job(
    office: Office, verifier: Verifier, issuer: Issuer, provider: Provider
) -> None:
    content = ndjson(provider.badge(), b"no")
    first = await office.send(content, key="monday")
    again = await office.send(content, key="monday")
    assert first.json()["job_id"] == again.json()["job_id"]
    assert again.headers["location"] == f"{PATH}/{first.json()['job_id']}"
    for other in (
        await office.send(content + b"\nmore", key="monday"),
        await office.send(content, key="monday", policy="strict"),
        await office.send(content, key="monday", at="2026-11-01T00:00:00Z"),
    ):
        assert (other.status_code, other.json()["reason"]) == (409, "ALREADY_EXISTS")
    # At the same moment, too; and the key of another organization is another key.
    together = await asyncio.gather(*(office.send(content, key="friday") for _ in range(4)))
    assert len({one.json()["job_id"] for one in together}) == 1
    elsewhere = await Office(verifier, issuer, "other").send(content, key="monday")
    assert elsewhere.json()["job_id"] != first.json()["job_id"]
    assert len((await office.get("")).json()["jobs"]) == 2


async def test_a_job_is_seen_by_its_own_organization_alone(
    office: Office, verifier: Verifier, issuer: Issuer, provider: Provider
) -> None:
    job = await office.done(await office.send(provider.badge()))
    path = f"/{job['job_id']}"
    stranger = Office(verifier, issuer, "other")
    for answer in (
        await stranger.get(path),
        await stranger.get(f"{path}/results"),
        await stranger.delete(job["job_id"]),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (404, "NOT_FOUND")
    assert (await stranger.get("")).json()["jobs"] == []
    colleague = Office(verifier, issuer, "acme", Role.PROVIDER)
    assert (await colleague.get(path)).status_code == 200
    holder = Office(verifier, issuer, "acme", Role.HOLDER)
    assert (await holder.get(path)).json()["reason"] == "ROLE_NEEDED"
    assert (await holder.send(b"x")).json()["reason"] == "ROLE_NEEDED"
    nobody = await verifier.http.post(PATH, content=b"x")
    assert (nobody.status_code, nobody.json()["reason"]) == (401, "NOT_SIGNED_IN")


async def test_what_is_deleted_or_over_is_gone_from_the_database(
    office: Office, verifier: Verifier, settings: VerifierSettings, provider: Provider
) -> None:
    store = await Store.connect(settings, "verifier")
    collections: list[Any] = [store.db[name] for name in ("jobs", "job_batches", "job_requests")]

    async def kept() -> int:
        return sum([await collection.count_documents({}) for collection in collections])

    try:
        job = await office.done(await office.send(provider.badge(), key="once"))
        # Once a line is done, only its result is kept.
        [batch] = await collections[1].find({}).to_list(2)
        assert "lines" not in batch
        assert (await office.delete(job["job_id"])).status_code == 204
        assert (await office.get(f"/{job['job_id']}")).status_code == 404
        assert (await office.delete(job["job_id"])).status_code == 404
        assert await kept() == 0
        actions = [
            entry["action"]
            async for row in store.db["audit"].find({}).sort("_id", 1)
            for entry in row["entries"]
        ]
        assert actions == ["VERIFICATION_JOB_CREATED", "VERIFICATION_JOB_DELETED"]

        job = await office.done(await office.send(provider.badge()))
        await office.results(job["job_id"])
        newest = await store.db["audit"].find_one({}, sort=[("_id", -1)])
        entry = newest["entries"][0]
        assert (entry["action"], entry["object_id"]) == ("VERIFICATION_JOB_READ", job["job_id"])
        assert (entry["org_id"], entry["actor_id"]) == ("acme", "acme-clerk")
        verifier.clock.advance(timedelta(days=8))
        assert (await office.get(f"/{job['job_id']}")).status_code == 404
        assert (await office.get("")).json()["jobs"] == []
        for collection in collections:
            indexes = (await collection.index_information()).values()
            assert any(index.get("expireAfterSeconds") == 0 for index in indexes)
    finally:
        await store.close()


async def test_a_job_is_judged_as_of_its_instant_and_by_its_policy(
    office: Office, verifier: Verifier, provider: Provider
) -> None:
    badge = provider.badge(valid_until=verifier.clock.now() - timedelta(days=1))
    then = await office.done(await office.send(badge, at="2026-11-01T00:00:00Z"))
    [result] = await office.results(then["job_id"])
    assert result["outcome"] == "valid"
    assert "valid on November 1, 2026" in result["summary"]
    strict = await office.done(await office.send(provider.badge(), policy="strict"))
    assert strict["outcomes"] == {"undetermined": 1}  # nobody vouches for this issuer
    await verifier.send(provider.organization(VETTING_STATE_VETTED, verifier.clock))

    async def vouched() -> bool:
        job = await office.done(await office.send(provider.badge(), policy="strict"))
        await office.delete(job["job_id"])
        return job["outcomes"] == {"valid": 1}

    await eventually(vouched)


async def test_limits_of_size_and_number(
    settings: VerifierSettings, clock: ManualClock, issuer: Issuer, provider: Provider
) -> None:
    few = settings.model_copy(
        update={
            "jobs_per_organization": 2,
            "job_max_lines": 10,
            "job_max_bytes": 100_000,
            "job_zip_max_bytes": 50_000,
        }
    )
    async with running_verifier(few, clock) as verifier:
        office = Office(verifier, issuer)

        async def refused(content: Any, **query: str) -> tuple[int, str]:
            answer = await office.send(content, **query)
            return answer.status_code, answer.json()["reason"]

        async def chunks(size: int) -> AsyncIterator[bytes]:
            for _ in range(size // 1000):
                yield b"x" * 999 + b"\n"

        assert await refused(b"x\n" * 11) == (413, "TOO_LARGE")
        assert await refused(b"x" * 100_001) == (413, "TOO_LARGE")
        assert await refused(chunks(200_000)) == (413, "TOO_LARGE")
        assert await refused(zipped([(f"{n}.json", b"x") for n in range(11)])) == (413, "TOO_LARGE")
        most = [(f"{n}.json", provider.badge() * 10) for n in range(9)]
        assert await refused(zipped(most)) == (413, "TOO_LARGE")
        assert await refused(b"\n \n") == (422, "MISSING_FIELD")
        assert await refused(b"x", policy="lax") == (422, "INVALID_FIELD")
        assert await refused(b"x", at="yesterday") == (422, "INVALID_FIELD")
        # Nothing of all that counts.
        jobs = [await office.send(b"x", key=str(n)) for n in range(2)]
        assert await refused(b"x") == (409, "TOO_MANY")
        assert (await office.send(b"x", key="1")).json()["job_id"] == jobs[1].json()["job_id"]
        assert (await Office(verifier, issuer, "other").send(b"x")).status_code == 201
        page = (await office.get("", page_size=1)).json()
        assert [one["job_id"] for one in page["jobs"]] == [jobs[1].json()["job_id"]]
        page = (await office.get("", page_size=1, page_token=page["next_page_token"])).json()
        assert [one["job_id"] for one in page["jobs"]] == [jobs[0].json()["job_id"]]
        assert page["next_page_token"] == ""
        await office.delete(jobs[0].json()["job_id"])
        assert (await office.send(b"x")).status_code == 201


async def test_an_upload_that_breaks_off_leaves_nothing(
    office: Office, settings: VerifierSettings, provider: Provider
) -> None:
    store = await Store.connect(settings, "verifier")

    async def breaking() -> AsyncIterator[bytes]:
        for _ in range(60):
            yield provider.badge() + b"\n"
        await eventually(lambda: _count(store, "job_batches"))
        raise ConnectionAbortedError

    try:
        with pytest.raises(ConnectionAbortedError):
            await office.send(breaking())
        await eventually(lambda: _empty(store))
    finally:
        await store.close()


async def _count(store: Store, collection: str) -> int:
    return await store.db[collection].count_documents({})


async def _empty(store: Store) -> bool:
    return not await _count(store, "job_batches") and not await _count(store, "jobs")


async def test_a_small_job_does_not_wait_for_a_large_one(
    office: Office, verifier: Verifier, issuer: Issuer, provider: Provider
) -> None:
    large = await office.send(ndjson(*[provider.badge()] * 3_000))
    started = time.monotonic()
    small = await Office(verifier, issuer, "other").send(provider.badge())
    await Office(verifier, issuer, "other").done(small)
    job = (await office.get(f"/{large.json()['job_id']}")).json()
    assert job["state"] == "running", time.monotonic() - started
    # What is done can be read already.
    results = await office.results(job["job_id"])
    assert [one["line"] for one in results] == list(range(1, len(results) + 1))
    assert len(results) >= job["done"]

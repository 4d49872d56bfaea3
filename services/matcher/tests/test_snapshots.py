"""A start from a snapshot and the tail of the topic knows what one knows that reads all."""

import logging
import os
import shutil
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from talent_kit.events import received
from talent_kit.versions import Version
from talent_matcher import messages
from talent_matcher.distances import UNKNOWN
from talent_matcher.place import Place
from talent_matcher.relations import Relations
from talent_matcher.restoring import Gathered, Told
from talent_matcher.settled import Settled
from talent_matcher.showing import Change
from talent_matcher.snapshots import PIECE, Snapshot, Snapshots
from talent_matcher.weights import WEIGHTS
from talent_proto.events.v1 import matches_pb2

from .builders import BLUEPRINTS, TODAY, assertion_message, fit, job, profile
from .conftest import eventually

kafka = pytest.mark.asyncio(loop_scope="module")


class Opened(logging.Handler):
    """What the log says of the shards that were opened: profiles, of them read, to announce."""

    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        if record.msg.startswith("shard %d is open"):
            self.said.append(record.args)

    @property
    def sums(self):
        return tuple(sum(args[at] for args in self.said) for at in (2, 3, 5))


@pytest.fixture
def opened():
    handler, logger = Opened(), logging.getLogger("talent_matcher.owning")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


async def scores(employer, job_id, count):
    """Of each candidate, once there are so many."""

    async def there():
        found = {
            one.candidate_id: one.match.score for one in (await employer.matches(job_id)).match
        }
        return found if len(found) == count else None

    return await eventually(there)


async def told(world, job_id):
    return [one for one in await world.records("talent.matches.v1") if job_id in one.key]


@kafka
async def test_a_start_reads_only_what_came_after_the_snapshot(world, org_id, tmp_path, opened):
    folder = tmp_path / "snapshots"
    first = await world.start(snapshot_dir=folder)
    employer = world.employer(first, org_id)
    job_id = await employer.post()
    for number in range(6):
        await world.profile(f"{org_id}-{number}")
    before = await scores(employer, job_id, 6)
    announced = await told(world, job_id)
    await first.end()
    files = list(folder.glob("*.snapshot"))
    assert files
    assert {one.stat().st_mode & 0o777 for one in (*files, folder)} == {0o600, 0o700}

    opened.said.clear()
    second = await world.start(snapshot_dir=folder)
    profiles, read, to_announce = opened.sums
    assert profiles >= 6
    assert read == to_announce == 0
    assert await scores(world.employer(second, org_id), job_id, 6) == before
    assert [one.offset for one in await told(world, job_id)] == [one.offset for one in announced]

    # What comes after that snapshot is not in it: as if this one had been killed before another.
    older = tmp_path / "older"
    shutil.copytree(folder, older)
    await world.withdraw(f"{org_id}-0")
    await world.profile(f"{org_id}-1", assertion_message(BLUEPRINTS))
    await world.profile(f"{org_id}-new")
    employer = world.employer(second, org_id)
    await scores(employer, job_id, 5)
    await second.end()
    await world.profile(f"{org_id}-newer")
    announced = await told(world, job_id)

    opened.said.clear()
    third = await world.start(snapshot_dir=older)
    assert opened.sums[1:] == (4, 1)
    employer = world.employer(third, org_id)
    after = await scores(employer, job_id, 6)
    again = await told(world, job_id)
    assert len(again) == len(announced) + 1
    assert again[len(announced) :] != announced
    assert sum(after[name] == score for name, score in before.items() if name in after) == 4
    await third.end()


@kafka
async def test_a_snapshot_that_is_doubtful_is_refused_and_the_topic_read_whole(
    world, org_id, tmp_path, opened
):
    folder = tmp_path / "snapshots"
    first = await world.start(snapshot_dir=folder)
    employer = world.employer(first, org_id)
    job_id = await employer.post()
    for number in range(4):
        await world.profile(f"{org_id}-{number}")
    before = await scores(employer, job_id, 4)
    await first.end()

    def damage(file):
        text = bytearray(file.read_bytes())
        text[len(text) // 2] ^= 1
        file.write_bytes(text)

    def cut(file):
        file.write_bytes(file.read_bytes()[:-100])

    for spoil in (damage, cut, lambda file: file.write_bytes(b"")):
        spoilt = tmp_path / spoil.__name__
        shutil.copytree(folder, spoilt)
        for file in spoilt.iterdir():
            spoil(file)
        await reads_all(world, org_id, job_id, before, spoilt, opened)
    world.clock.advance(timedelta(days=7, seconds=1))
    await reads_all(world, org_id, job_id, before, folder, opened)


async def reads_all(world, org_id, job_id, before, folder, opened):
    opened.said.clear()
    replica = await world.start(snapshot_dir=folder)
    profiles, read, to_announce = opened.sums
    assert profiles == read >= 4
    assert not to_announce
    assert await scores(world.employer(replica, org_id), job_id, 4) == before
    await replica.end()


def test_what_is_too_old_is_deleted(world, tmp_path):
    snapshots = Snapshots(tmp_path, world.settings, UNKNOWN)
    now = world.clock.now()
    for name, days in (("new", 1), ("old", 8)):
        head = f'{{"written_at": "{(now - timedelta(days=days)).isoformat()}"}}\n'
        (tmp_path / f"{name}.snapshot").write_text(head)
    (tmp_path / "damaged.snapshot").write_text("?")
    snapshots.clear(now)
    assert [one.name for one in tmp_path.iterdir()] == ["new.snapshot"]


def test_the_disk_gets_a_snapshot_piece_by_piece(world, tmp_path, monkeypatch):
    # What is written at once, the commits of a database on the same disk wait for.
    synced, on_disk = os.fdatasync, [0]

    def sync(file):
        synced(file)
        on_disk.append(os.fstat(file).st_size)

    class Large:
        def write(self, dump):
            dump(np.arange(3 * PIECE))
            dump("end")

    monkeypatch.setattr(os, "fdatasync", sync)
    settled = Settled(TODAY, repr(WEIGHTS), {}, {}, {}, frozenset())
    snapshots = Snapshots(tmp_path, world.settings, UNKNOWN)
    snapshots.write(0, Snapshot(Place(), settled, Relations().links), Large(), world.clock.now())
    (file,) = tmp_path.iterdir()
    assert on_disk[-1] == file.stat().st_size > 3 * PIECE
    assert max(after - before for before, after in pairwise(on_disk)) < 2 * PIECE


def test_a_log_is_known_again_by_the_events_in_it(world):
    records = [received(world.profile_event(f"h{n}", Version(1, 1)), offset=n) for n in range(150)]
    first = Gathered(Nobody())
    for record in records[:120]:
        first.take(record, None, world.settings.zone)
    assert (first.place.next, first.start, len(first.place.marks)) == (120, 20, 100)

    class Snapshot:
        place = first.place.copy()

    def read(some):
        again = Gathered(Nobody(), Snapshot, place=first.place.copy())
        for record in some:
            again.take(record, None, world.settings.zone)
        return again

    assert read(records[20:]).is_sound
    assert read(records[20:]).place.next == 150
    assert read(records[110:]).is_sound  # after a compaction
    assert not read([]).is_sound  # the topic ends before that
    assert not read(records[120:]).is_sound  # nothing is known again
    anew = [received(world.profile_event(f"h{n}", Version(1, 1)), offset=n) for n in range(150)]
    assert not read(anew[20:]).is_sound
    assert not read([*records[20:100], *anew[100:]]).is_sound


def test_a_fit_that_is_read_late_is_a_fit_as_any_other():
    one, wanted = profile(), job()
    found = fit(one, wanted, WEIGHTS, TODAY)
    change = Change(wanted.job_id, one.holder_id, found, None, (1, 1), (1, 1))
    its = messages.match(change, found, employer="org", epoch=1, as_of=TODAY)
    event = matches_pb2.MatchFound(match=its)
    told = Told("MatchFound", event.SerializeToString())
    assert found == told == found
    assert (told.score, told.contributions, told.gates) == (
        found.score,
        found.contributions,
        found.gates,
    )
    assert replace(found, score=1) != told


class Nobody:
    """A crowd that takes nobody in."""

    def newer(self, holder, at):
        return False

"""Valid events with one thing changed."""

from datetime import UTC, datetime

from talent_kit.clock import ManualClock
from talent_kit.events import Outgoing, header, outgoing
from talent_kit.versions import Version
from talent_proto.events.v1 import common_pb2
from talent_proto.events.v1.jobs_pb2 import JobClosed, JobPosted

JOBS = "talent.jobs.v1"
CLOCK = ManualClock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


def job_posted(job_id: str, n: int = 1) -> Outgoing:
    stated = header(version=Version(1, n), actor=common_pb2.Actor(id="test"), clock=CLOCK)
    return outgoing(JOBS, job_id, JobPosted(header=stated))


def job_closed(job_id: str, n: int = 1) -> Outgoing:
    stated = header(version=Version(1, n), actor=common_pb2.Actor(id="test"), clock=CLOCK)
    return outgoing(JOBS, job_id, JobClosed(header=stated))

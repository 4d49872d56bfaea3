"""Every setting of the matcher. Read from `TALENT_MATCHER_…`; the common ones from `TALENT_…`."""

import socket
from pathlib import Path
from typing import Any

from pydantic import ImportString, field_validator
from talent_kit.settings import CommonSettings

ANY_ADDRESS = ("0.0.0.0", "::", "[::]")  # noqa: S104 not bound here, only told apart


class MatcherSettings(CommonSettings):
    grpc_port: int = 7140
    http_port: int = 7141
    public_url: str = "http://127.0.0.1:7141"

    own_target: str = ""  # where other replicas reach this one's gRPC, if not at `host`
    peer_seconds: float = 2.0  # deadline of one question to another replica
    wallet_target: str = "127.0.0.1:7130"  # the wallet's gRPC address
    consent_seconds: float = 1.5  # deadline of one question to the wallet
    profile_lag_ms: int = 1000  # further behind than this, nobody is shown

    change_log_size: int = 50_000  # changes kept for streams that resume
    cursor_days: int = 7
    withdrawn_kept: int = 100_000  # withdrawn pairs whose version is remembered
    watch_batch: int = 100  # changes in one message of a stream
    watch_silence_seconds: float = 5.0  # then a sign of life
    page_size: int = 100
    open_jobs: int = 500  # of one organization
    streams: int = 50  # of one organization, in this replica

    snapshot_dir: Path | None = None  # of this replica; without it every start reads Kafka whole
    snapshot_seconds: float = 600.0  # between two snapshots of a shard

    # Who fits a job that is not posted: see docs/job-postings.md for why both are there.
    previews_a_day: int = 60  # of one organization, in this replica; 0 is no limit
    preview_least: int = 5  # people; of fewer nobody is shown, nor how many they are

    # "module:name" of an object whose method `reworded` finds other words for drafts.
    rewords: ImportString[Any] | None = None

    timer_seconds: float = 30.0  # between two looks at the calendar
    closed_job_days: int = 7  # from closing to the tombstone
    # From an announcement until it is forgotten: as long as WIOA keeps records (2 CFR 200.334).
    decision_days: int = 1095
    workforce_days: int = 365  # from the import of a staff until it is deleted
    request_days: int = 7  # how long a request_id is remembered

    @field_validator("rewords")
    @classmethod
    def _can_reword(cls, rewords: Any) -> Any:
        if rewords is not None and not callable(getattr(rewords, "reworded", None)):
            raise ValueError("name an object that has a method `reworded`")
        return rewords

    @property
    def reached_at(self) -> str:
        """`own_target`; where it is not set, the address that gRPC listens at, or this host's name
        where that is every address."""
        if self.own_target or not self.grpc_port:
            return self.own_target
        host = socket.gethostname() if self.host in ANY_ADDRESS else self.host
        return f"{host}:{self.grpc_port}"

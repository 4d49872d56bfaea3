"""Settings of the verifier; each is `TALENT_VERIFIER_…`."""

from datetime import timedelta
from pathlib import Path

from talent_kit.server import ServiceSettings
from talent_vc.trust import Registry, read_registries

from talent_verifier.documents import Terms
from talent_verifier.jobs import JobLimits
from talent_verifier.model import Patience
from talent_verifier.watcher import Pace
from talent_verifier.watching import WatchTerms


class VerifierSettings(ServiceSettings):
    grpc_port: int = 7120
    http_port: int = 7121

    workers: int = 2  # processes that check proofs
    check_workers: int = 2  # the same, of credentials that somebody checks without sign-in
    worker_idle_seconds: float = 600.0  # after that the processes end, to give back their memory
    worker_deadline_seconds: float = 20.0  # for one call, once a process is free for it
    batch_size: int = 250  # credentials in one call of a worker

    # The registry's public URL: its status lists change with an event, those of others are
    # looked at again by the clock.
    registry_url: str = "http://127.0.0.1:7111"

    # A file with the registries of others that are asked about an issuer too, such as the lists and
    # federations of the Digital Credentials Consortium; see docs/verification.md. Empty: none.
    registries_file: str = ""

    checks_per_minute: int = 600  # of one address, without sign-in; 0 = no limit

    # Verification jobs: many credentials at once.
    job_workers: int = 1  # processes that work on them, beside the others and at a lower priority
    job_batch_lines: int = 50  # credentials that are judged and stored as one
    job_max_lines: int = 50_000  # credentials in one job
    job_max_bytes: int = 256 * 1024 * 1024  # of one job, a ZIP unpacked
    job_zip_max_bytes: int = 32 * 1024 * 1024  # of a ZIP as it is sent: it is held in memory
    job_line_max_bytes: int = 4 * 1024 * 1024  # of one credential
    job_upload_seconds: float = 900.0  # how long one may take to arrive
    job_keep_seconds: float = 604_800.0  # then it is deleted with its results
    jobs_per_organization: int = 20  # kept at the same time
    job_document_seconds: float = 30.0  # how long DID documents and lists serve without asking

    fetch_max_bytes: int = 5_000_000  # an address may lead to a picture
    fetch_seconds: float = 5.0
    fetch_redirects: int = 3
    documents_max_bytes: int = 64 * 1024 * 1024  # DID documents and status lists kept in memory
    document_seconds: float = 300.0  # how long one is good that does not say so itself
    document_shortest_seconds: float = 30.0  # whatever it says itself: how often it is asked for
    document_longest_seconds: float = 3600.0  # whatever it says itself
    document_stale_seconds: float = 86400.0  # how old it may be, at most, while its host is away

    retry_first_seconds: float = 2.0  # for what could not be reached; doubled each time
    retry_longest_seconds: float = 21_600.0
    watch_parallel: int = 16  # documents asked for at once, to see whether they have changed
    watch_per_host: int = 2  # of these, of one host
    watch_per_second: float = 20.0

    @property
    def contexts(self) -> Path:
        """The JSON-LD contexts that set-up built."""
        return self.data_dir / "contexts"

    @property
    def registries(self) -> tuple[Registry, ...]:
        """Raises `talent_vc.ParseError` for a file that is no list of registries."""
        file = self.registries_file
        return read_registries(Path(file).read_bytes()) if file else ()

    @property
    def document_terms(self) -> Terms:
        return Terms(
            bytes=self.documents_max_bytes,
            good=timedelta(seconds=self.document_seconds),
            longest=timedelta(seconds=self.document_longest_seconds),
            stale=timedelta(seconds=self.document_stale_seconds),
        )

    @property
    def check_terms(self) -> Terms:
        """For a check by hand, of whose credential no event tells: what counts is what each host
        says now."""
        no_time = timedelta(0)
        quarter = self.documents_max_bytes // 4
        return Terms(bytes=quarter, good=no_time, longest=no_time, stale=no_time)

    @property
    def job_terms(self) -> Terms:
        """For the credentials of a job: they share lists, and no event tells of them."""
        shared = timedelta(seconds=self.job_document_seconds)
        quarter = self.documents_max_bytes // 4
        return Terms(bytes=quarter, good=shared, longest=shared, stale=shared)

    @property
    def job_limits(self) -> JobLimits:
        return JobLimits(
            jobs=self.jobs_per_organization,
            lines=self.job_max_lines,
            bytes=self.job_max_bytes,
            line_bytes=self.job_line_max_bytes,
            zip_bytes=self.job_zip_max_bytes,
            batch_lines=self.job_batch_lines,
            upload=timedelta(seconds=self.job_upload_seconds),
            keep=timedelta(seconds=self.job_keep_seconds),
        )

    @property
    def announced_lists(self) -> str:
        """How the URL of each status list begins that the registry serves."""
        return f"{self.registry_url.rstrip('/')}/v1/status-lists/"

    @property
    def patience(self) -> Patience:
        return Patience(
            first=timedelta(seconds=self.retry_first_seconds),
            longest=timedelta(seconds=self.retry_longest_seconds),
        )

    @property
    def watch_terms(self) -> WatchTerms:
        return WatchTerms(
            good=timedelta(seconds=self.document_seconds),
            shortest=timedelta(seconds=self.document_shortest_seconds),
            longest=timedelta(seconds=self.document_longest_seconds),
            stale=timedelta(seconds=self.document_stale_seconds),
            patience=self.patience,
        )

    @property
    def watch_pace(self) -> Pace:
        return Pace(
            parallel=self.watch_parallel,
            per_host=self.watch_per_host,
            per_second=self.watch_per_second,
        )

    @property
    def insecure_hosts(self) -> tuple[str, ...]:
        """Hosts reached over plain http: tests and one machine only."""
        hosts = self.fetch_allowed_hosts.split(",")
        return tuple(host.strip() for host in hosts if host.strip())

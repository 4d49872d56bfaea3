"""Composition root: builds the matcher's parts and hands them to each other."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from talent_kit.audit import Audit
from talent_kit.clock import Clock, SystemClock
from talent_kit.consumer import Consumer, Tail
from talent_kit.grpc_client import channel
from talent_kit.leases import Lease
from talent_kit.limits import RateLimit
from talent_kit.migrate import Step, check_migrated
from talent_kit.migrate import migrate as run_steps
from talent_kit.outbox import Outbox
from talent_kit.producer import Producer
from talent_kit.relay import Relay
from talent_kit.sealing import Sealer
from talent_kit.server import serve
from talent_kit.store import Store
from talent_kit.tokens import ServiceToken
from talent_kit.topics import check_topics, ensure_topics, find_topic
from talent_kit.waiting import until
from talent_proto.matcher.v1 import (
    decisions_pb2_grpc,
    drafts_pb2_grpc,
    explanations_pb2_grpc,
    holder_jobs_pb2_grpc,
    matcher_pb2_grpc,
    outcomes_pb2_grpc,
    scoring_pb2_grpc,
    shards_pb2_grpc,
    similar_jobs_pb2_grpc,
    workforce_pb2_grpc,
)

from talent_matcher import (
    consumers,
    decisions,
    drafts,
    explanations,
    holder_jobs,
    outcomes,
    previews,
    scoring,
    shards,
    similar_jobs,
)
from talent_matcher.consent import Consents
from talent_matcher.dates import Dates
from talent_matcher.decision_store import DecisionStore
from talent_matcher.distances import Distances
from talent_matcher.engagements import Engagements
from talent_matcher.event_log import EventLog
from talent_matcher.http import make_http
from talent_matcher.imagining import Imagining
from talent_matcher.index import warm
from talent_matcher.jobs import Jobs
from talent_matcher.keeping import Keeping
from talent_matcher.language import Language
from talent_matcher.lives import Lives, present_life
from talent_matcher.matching import Matching
from talent_matcher.network import Network
from talent_matcher.past import Pasts, found_also
from talent_matcher.peers import Peers
from talent_matcher.people import People
from talent_matcher.pool import Pool
from talent_matcher.portals import Portals
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.relations import open_relations
from talent_matcher.republish import Republisher
from talent_matcher.requests import Requests
from talent_matcher.rpc import NAME, MatcherService
from talent_matcher.scoring_store import ScoringStore
from talent_matcher.settings import MatcherSettings
from talent_matcher.shown_jobs import ShownJobs
from talent_matcher.snapshots import PROFILES, Snapshots
from talent_matcher.store import MatcherStore
from talent_matcher.taking_up import TakingUp
from talent_matcher.view import View
from talent_matcher.vocabulary import Vocabulary
from talent_matcher.watch import Watch
from talent_matcher.weights import WEIGHTS
from talent_matcher.workforce import service as workforce
from talent_matcher.workforce.files import Files
from talent_matcher.workforce.keeping import WorkforceStore
from talent_matcher.workforce.staff_reader import StaffReader

UNTIL_KNOWN_SECONDS = 0.5  # how often a start that still waits looks whether it should stop


async def migrate(settings: MatcherSettings | None = None) -> None:
    """Topics, collections and indexes."""
    settings = settings or MatcherSettings()
    await ensure_topics(settings)
    store = await Store.connect(settings, "matcher")
    try:
        audit = Audit(store, SystemClock(settings.zone))
        own = MatcherStore(store, Outbox(store, "matcher"), audit)
        await run_steps(store, steps(settings, store, own))
    finally:
        await store.close()


async def run(
    settings: MatcherSettings | None = None,
    *,
    clock: Clock | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGTERM or `stop`."""
    settings = settings or MatcherSettings()
    clock = clock or SystemClock(settings.zone)
    # Loading the kernels takes most of a second: now, and not when the first profile comes.
    warm.main()
    await check_topics(settings)
    store = await Store.connect(settings, "matcher")
    outbox = Outbox(store, "matcher")
    audit = Audit(store, clock)
    own = MatcherStore(store, outbox, audit, reached_at=settings.reached_at)
    (log, decision_log), workforces = logs(settings, store), kept_workforces(settings, store)
    scoring_store = ScoringStore(store)
    await check_migrated(store, steps(settings, store, own))
    # The relay has a producer of its own: a failure of one does not hold up the other.
    producer, relayed = Producer(settings, "matcher"), Producer(settings, "matcher")
    relay = Relay(store, outbox, relayed)
    wallet = channel(settings.wallet_target, ServiceToken(settings))
    consents = Consents(wallet, settings.consent_seconds)
    pseudonyms = Pseudonyms(settings.secret("pairwise-hmac.key"))

    life = await present_life(settings, own)
    network = Network()
    view = View(
        pseudonyms,
        log_size=settings.change_log_size,
        withdrawn_kept=settings.withdrawn_kept,
        cap=WEIGHTS.cap,
    )
    skills_dir = settings.skills_dir.resolve()  # an import may lead the link elsewhere meanwhile
    relations = open_relations(skills_dir)
    distances = Distances.open(settings.data_dir / "places" / "centers.csv")
    snapshots = (
        Snapshots(settings.snapshot_dir, settings, distances) if settings.snapshot_dir else None
    )
    matching = Matching(
        settings,
        store=own,
        producer=producer,
        clock=clock,
        known=network.known,
        relations=relations,
        distances=distances,
        snapshots=snapshots,
    )
    vocabulary = Vocabulary(network, skills_dir)
    language = Language(skills_dir, settings.model_dir, settings.rewords)
    taking_up = TakingUp(
        settings.skills_dir,
        relations.version,
        matching=matching,
        vocabulary=vocabulary,
        language=language,
    )
    network_tail = consumers.network_tail(settings, network, view, matching, taking_up)
    view_tail = consumers.view_tail(settings, view)
    profiles = consumers.profiles(settings, matching, producer, clock)
    behind = behind_by(settings, profiles, view_tail, network_tail, matching)

    requests = Requests(own, clock, settings.request_days)
    scorings = scoring.Scoring(
        scoring=scoring_store, store=own, requests=requests, network=network, clock=clock
    )
    engagements = Engagements(own, clock)
    jobs = Jobs(
        store=own,
        engagements=engagements,
        requests=requests,
        network=network,
        skills=vocabulary,
        view=view,
        clock=clock,
        page_size=settings.page_size,
        open_jobs=settings.open_jobs,
    )
    here = shards.Shards(matching=matching, pseudonyms=pseudonyms)
    peers = Peers(
        shards=here,
        store=own,
        token=ServiceToken(settings),
        partitions=find_topic(PROFILES).partition_count(settings),
        cap=WEIGHTS.cap,
        seconds=settings.peer_seconds,
    )
    people = People(
        view=view,
        jobs=jobs,
        network=network,
        consents=consents,
        store=own,
        pseudonyms=pseudonyms,
        behind=behind,
        page_size=settings.page_size,
    )
    pool = Pool(
        store=own,
        engagements=engagements,
        requests=requests,
        jobs=jobs,
        people=people,
        network=network,
        clock=clock,
        page_size=settings.page_size,
    )
    watch = Watch(
        view=view,
        people=people,
        jobs=jobs,
        network=network,
        pseudonyms=pseudonyms,
        clock=clock,
        epoch=life.name,
        batch=settings.watch_batch,
        silence_seconds=settings.watch_silence_seconds,
        cursor_days=settings.cursor_days,
        streams=settings.streams,
    )
    portals = Portals(
        settings,
        network=network,
        view=view,
        view_known=view_tail.caught_up,
        consents=consents,
        pseudonyms=pseudonyms,
        store=own,
        producer=producer,
        clock=clock,
        life=life,
    )
    dates = Dates(
        Lease(store, "dates"),
        store=own,
        jobs=jobs,
        engagements=engagements,
        decisions=decision_log,
        log=log,
        clock=clock,
        every_seconds=settings.timer_seconds,
        closed_job_days=settings.closed_job_days,
    )
    staff = StaffReader(workforces=workforces, store=own, clock=clock)

    async def until_known(stop: asyncio.Event) -> None:
        while not stop.is_set():
            if await until(network_tail.caught_up, UNTIL_KNOWN_SECONDS):
                network.known.set()
                await stop.wait()

    await serve(
        settings,
        name="matcher",
        http=make_http(scorings.weights),
        grpc_services=[
            (
                matcher_pb2_grpc.add_MatcherServiceServicer_to_server,
                MatcherService(jobs=jobs, people=people, pool=pool, watch=watch, network=network),
            ),
            (
                outcomes_pb2_grpc.add_OutcomeServiceServicer_to_server,
                outcomes.OutcomeService(view=view, store=own, behind=behind),
            ),
            (
                drafts_pb2_grpc.add_JobDraftServiceServicer_to_server,
                drafts.JobDrafts(
                    jobs=jobs,
                    previews=previews.Previews(
                        jobs=jobs,
                        people=people,
                        peers=peers,
                        network=network,
                        pseudonyms=pseudonyms,
                        store=own,
                        share=RateLimit(settings.previews_a_day, seconds=24 * 3600),
                        least=settings.preview_least,
                    ),
                    network=network,
                    language=language,
                    staff=staff,
                ),
            ),
            (scoring_pb2_grpc.add_ScoringServiceServicer_to_server, scorings),
            (
                workforce_pb2_grpc.add_WorkforceServiceServicer_to_server,
                workforce.Workforces(
                    workforces=workforces,
                    reader=staff,
                    store=own,
                    requests=requests,
                    jobs=jobs,
                    files=Files(network=network, skills=vocabulary, language=language, clock=clock),
                    network=network,
                    matching=matching,
                    relations=relations,
                    clock=clock,
                    days=settings.workforce_days,
                    page_size=settings.page_size,
                ),
            ),
            (
                similar_jobs_pb2_grpc.add_SimilarJobServiceServicer_to_server,
                similar_jobs.SimilarJobs(jobs=jobs, matching=matching, network=network, store=own),
            ),
            (
                decisions_pb2_grpc.add_DecisionServiceServicer_to_server,
                decisions.Decisions(
                    decisions=decision_log,
                    pasts=Pasts(
                        log=log,
                        scoring=scoring_store,
                        relations=relations,
                        distances=distances,
                        zone=settings.zone,
                    ),
                    peers=peers,
                    store=own,
                    clock=clock,
                    zone=settings.zone,
                ),
            ),
            (
                explanations_pb2_grpc.add_ExplanationServiceServicer_to_server,
                explanations.Explanations(people=people, peers=peers, view=view, network=network),
            ),
            (
                shards_pb2_grpc.add_ShardServiceServicer_to_server,
                shards.ShardService(here, behind),
            ),
            (
                holder_jobs_pb2_grpc.add_HolderMatchServiceServicer_to_server,
                holder_jobs.HolderJobs(
                    matching=matching,
                    network=network,
                    imagining=Imagining(network, vocabulary),
                    shown=ShownJobs(own, network),
                    zone=settings.zone,
                ),
            ),
        ],
        grpc_names=[
            *(NAME, outcomes.NAME, drafts.NAME, explanations.NAME, decisions.NAME),
            *(holder_jobs.NAME, scoring.NAME, workforce.NAME, similar_jobs.NAME),
            shards.NAME,
        ],
        public_methods=scoring.PUBLIC,
        tasks=[
            relay.run,
            network_tail.run,
            view_tail.run,
            consumers.answered_tail(settings, view).run,
            matching.run,
            matching.refresh,
            taking_up.run,
            watch.run,
            dates.run,
            Lives(life, own, view, settings.timer_seconds).run,
            until_known,
            *(
                [Keeping(matching, snapshots, relations, clock, settings.snapshot_seconds).run]
                if snapshots
                else []
            ),
        ],
        consumers=[
            profiles,
            consumers.answers(settings, pool, producer, clock),
            consumers.portals(settings, portals, producer, clock),
            consumers.logged(settings, log, producer, clock),
            consumers.understood(settings, producer, clock),
        ],
        ready={"matches": behind, "catalog and jobs": network_tail.ready},
        republish=Republisher(
            store=own,
            jobs=jobs,
            engagements=engagements,
            dates=dates,
            scoring_store=scoring_store,
            scoring=scorings,
        ).run,
        store=store,
        audit=audit,
        producer=producer,
        on_close=[relayed.stop, wallet.close, peers.close, language.close],
        stop=stop,
    )


def steps(settings: MatcherSettings, store: Store, own: MatcherStore) -> list[Step]:
    return [
        *own.steps(),
        *(step for log in logs(settings, store) for step in log.steps()),
        *ScoringStore(store).steps(),
        *kept_workforces(settings, store).steps(),
    ]


def kept_workforces(settings: MatcherSettings, store: Store) -> WorkforceStore:
    return WorkforceStore(store, Sealer(settings.secrets_dir))


def logs(settings: MatcherSettings, store: Store) -> tuple[EventLog, DecisionStore]:
    log = EventLog(store, timedelta(days=settings.decision_days), also=found_also)
    return log, DecisionStore(store, log)


def behind_by(
    settings: MatcherSettings, profiles: Consumer, view: Tail, network: Tail, matching: Matching
) -> Callable[[], str | None]:
    """Why this replica may not show what holders decided a moment ago; None when it does."""

    def behind() -> str | None:
        if matching.not_ready():
            return matching.not_ready()
        parts = {"profiles": profiles, "matches": view, "jobs": network}
        for name, part in parts.items():
            lag = part.lag_ms()
            if lag is None:
                return f"how far {name} are behind is not known"
            if lag > settings.profile_lag_ms:
                return f"its {name} are behind"
        return None

    return behind

"""What the matcher reads from Kafka, and who handles it: a function per event type."""

from collections.abc import Awaitable, Callable, Sequence

from talent_kit import telemetry
from talent_kit.clock import Clock
from talent_kit.consumer import Consumer, Tail
from talent_kit.events import Record
from talent_kit.producer import Producer
from talent_kit.settings import CommonSettings
from talent_proto.events.v1 import engagements_pb2

from talent_matcher import messages
from talent_matcher.event_log import EventLog
from talent_matcher.matching import Matching
from talent_matcher.network import JOBS, Network
from talent_matcher.pool import Pool
from talent_matcher.portals import Portals
from talent_matcher.restoring import MATCHES
from talent_matcher.snapshots import PROFILES
from talent_matcher.taking_up import TakingUp
from talent_matcher.view import View
from talent_matcher.weight_table import adopted

CATALOG, TIME, SCORING = "talent.catalog.v1", "talent.time.v1", "talent.scoring.v1"
ENGAGEMENTS = "talent.engagements.v1"
ANSWERED = (engagements_pb2.CONTACT_STATE_ACCEPTED, engagements_pb2.CONTACT_STATE_DECLINED)


def profiles(
    settings: CommonSettings, matching: Matching, producer: Producer, clock: Clock
) -> Consumer:
    """Group `matcher`: a replica owns the partitions that it is given."""
    return Consumer(
        settings,
        group="matcher",
        topics=[PROFILES],
        handlers={
            "TalentProfileUpdated": matching.on_profiles,
            "TalentProfileWithdrawn": matching.on_profiles,
        },
        producer=producer,
        clock=clock,
        on_assigned=matching.on_assigned,
        on_revoked=matching.on_revoked,
    )


def answers(settings: CommonSettings, pool: Pool, producer: Producer, clock: Clock) -> Consumer:
    """Holders' answers to requests for contact."""
    return Consumer(
        settings,
        group="matcher-answers",
        topics=[ENGAGEMENTS],
        handlers={"ContactAccepted": pool.on_answers, "ContactDeclined": pool.on_answers},
        producer=producer,
        clock=clock,
    )


def portals(
    settings: CommonSettings, portals: Portals, producer: Producer, clock: Clock
) -> Consumer:
    """Fan-out to portal operators."""
    matches = ("MatchFound", "MatchChanged", "MatchWithdrawn")
    organizations = ("OrganizationRegistered", "OrganizationVetted", "OrganizationSuspended")
    return Consumer(
        settings,
        group="matcher-portals",
        topics=[MATCHES, CATALOG, JOBS],
        handlers={
            **dict.fromkeys(matches, portals.on_matches),
            **dict.fromkeys(organizations, portals.on_organizations),
            "JobPosted": portals.on_jobs,
        },
        producer=producer,
        clock=clock,
        on_assigned=portals.on_assigned,
    )


def logged(settings: CommonSettings, log: EventLog, producer: Producer, clock: Clock) -> Consumer:
    """The log of what was announced and withdrawn, and of what that came from."""
    events = (
        *("MatchFound", "MatchChanged", "MatchWithdrawn"),
        *("TalentProfileUpdated", "TalentProfileWithdrawn", "JobPosted", "JobClosed"),
        *("CriteriaEndorsed", "ValidatorsTrusted", "TaxonomyReleased"),
    )
    return Consumer(
        settings,
        group="matcher-decisions",
        topics=[MATCHES, PROFILES, JOBS, SCORING, CATALOG],
        handlers=dict.fromkeys(events, log.keep),
        producer=producer,
        clock=clock,
    )


def understood(settings: CommonSettings, producer: Producer, clock: Clock) -> Consumer:
    """What the tail of the network must leave out, a dead letter: once, not of every replica."""
    events = (
        *("OrganizationRegistered", "OrganizationVetted", "OrganizationSuspended"),
        *("AchievementPublished", "AchievementTagged", "CompetencyPublished"),
        *("JobPosted", "JobClosed", "AsOfAdvanced", "CriteriaEndorsed"),
        *("ValidatorsTrusted", "WeightsAdopted", "TaxonomyReleased"),
    )
    return Consumer(
        settings,
        group="matcher-network",
        topics=[CATALOG, JOBS, TIME, SCORING],
        handlers=dict.fromkeys(events, understand),
        producer=producer,
        clock=clock,
    )


async def understand(records: Sequence[Record]) -> None:
    """Read as the tail does, and forget. Raises what the tail would meet."""
    Network().apply(records)
    for record in records:
        match record.type:
            case "JobPosted":
                messages.job(record.event.job, (record.version.epoch, record.version.n))
            case "AsOfAdvanced":
                messages.civil_date(record.event.as_of)
            case "WeightsAdopted":
                adopted(record.event.table.version, record.event.table.weight)
            case _:
                pass


def network_tail(
    settings: CommonSettings,
    network: Network,
    view: View,
    matching: Matching,
    taking_up: TakingUp,
) -> Tail:
    """Catalog, taxonomy, jobs, the date and what scoring goes by: read whole by every replica."""

    async def apply(records: Sequence[Record]) -> None:
        network.apply(records)
        taking_up.apply(records)
        for record in records:
            if record.topic == JOBS:
                view.set_cap(record.key, network.cap_of(record.key))
        await _traced(records, matching.on_network)

    return Tail(settings, [CATALOG, JOBS, TIME, SCORING], apply)


def view_tail(settings: CommonSettings, view: View) -> Tail:
    """Announced matches: read whole by every replica."""
    return Tail(settings, [MATCHES], view.apply)


def answered_tail(settings: CommonSettings, view: View) -> Tail:
    """Answers to requests for contact, as the matcher tells them: for the streams of every
    replica."""

    async def apply(records: Sequence[Record]) -> None:
        for record in records:
            if record.value is None or record.key.endswith("/answer"):
                continue
            state = record.event.engagement
            if state.contact_state in ANSWERED:
                view.touch(state.job_id, state.holder_id)

    return Tail(settings, [ENGAGEMENTS], apply, from_beginning=False)


async def _traced(
    records: Sequence[Record], handle: Callable[[Sequence[Record]], Awaitable[None]]
) -> None:
    """The trace of a single event goes on in what it causes."""
    if len(records) == 1:
        with telemetry.continue_trace(records[0]):
            await handle(records)
    else:
        await handle(records)

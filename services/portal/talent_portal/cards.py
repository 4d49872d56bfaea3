"""What a page shows of a job and of a candidate: plain values, read out of the answers."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from talent_proto.events.v1 import (
    engagements_pb2,
    jobs_pb2,
    matches_pb2,
    skills_pb2,
)
from talent_proto.matcher.v1 import drafts_pb2, matcher_pb2

from talent_portal import wording
from talent_portal.wording import _

# Verdicts that a reader may rely on; the others get a mark of their own.
_GOOD = (skills_pb2.VERIFICATION_OUTCOME_VALID,)
_BAD = (
    skills_pb2.VERIFICATION_OUTCOME_INVALID,
    skills_pb2.VERIFICATION_OUTCOME_REVOKED,
    skills_pb2.VERIFICATION_OUTCOME_SUSPENDED,
    skills_pb2.VERIFICATION_OUTCOME_EXPIRED,
    skills_pb2.VERIFICATION_OUTCOME_UNPARSEABLE,
)


@dataclass(frozen=True)
class Proof:
    """One skill that brings points: the matcher's sentence, and document and basis told apart."""

    skill: str
    credential: str  # empty where there is none, as for somebody's own word
    sentence: str
    points: int
    most_points: int
    document: str
    document_mark: str  # good, bad or open
    basis: str


@dataclass(frozen=True)
class Card:
    """One candidate, as an employer sees them. `stage` is what has happened between the two."""

    candidate_id: str
    score: int
    proofs: tuple[Proof, ...]
    missing: tuple[str, ...]
    gates: tuple[tuple[str, str], ...]  # sentence and mark
    stage: str  # new, shortlisted, passed, invited, accepted, declined
    asked: bool  # an invitation was sent; there is one for each candidate of a job
    disposition: str
    matches: bool  # False: the match has ended, and only what happened between the two is left

    @property
    def anchor(self) -> str:
        """The card's id on the page; a hash, because a candidate id may hold any letters."""
        return "candidate-" + hashlib.sha256(self.candidate_id.encode()).hexdigest()[:16]

    @property
    def label(self) -> str:
        """A short name to talk about this person before anybody knows who it is."""
        return hashlib.sha256(self.candidate_id.encode()).hexdigest()[:6].upper()

    def ended(self) -> "Card":
        """What is left of it when the match has ended."""
        return replace(self, score=0, proofs=(), missing=(), gates=(), matches=False)

    def at(self, entry: matcher_pb2.PoolEntry) -> "Card":
        """The same card at a later stage."""
        return replace(
            self,
            stage=_stage(entry.pool_state, entry.contact_state),
            asked=_asked(entry.contact_state),
            disposition=_DISPOSITION.get(entry.disposition, ""),
        )


@dataclass(frozen=True)
class Need:
    """One skill that the job asks for."""

    skill: str
    required: bool
    details: str


@dataclass(frozen=True)
class JobPage:
    """A job in plain words."""

    job_id: str
    title: str
    is_open: bool
    description: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    needs: tuple[Need, ...]
    match_count: int
    posted: str


def card(found: matcher_pb2.CandidateMatch) -> Card:
    match = found.match
    return Card(
        candidate_id=found.candidate_id,
        score=match.score,
        proofs=_proofs(found),
        missing=_missing(found),
        gates=tuple(_gate(one) for one in match.gate),
        stage=_stage(found.pool_state, found.contact_state),
        asked=_asked(found.contact_state),
        disposition=_DISPOSITION.get(found.disposition, ""),
        matches=True,
    )


def previewed_card(found: drafts_pb2.PreviewedCandidate) -> Card:
    """Of somebody who fits a job that is not posted: nothing has happened between the two."""
    return card(matcher_pb2.CandidateMatch(match=found.match, explanation=found.explanation))


def entry_card(entry: matcher_pb2.PoolEntry) -> Card:
    """A candidate whose match has ended."""
    blank = Card(
        candidate_id=entry.candidate_id,
        score=0,
        proofs=(),
        missing=(),
        gates=(),
        stage="new",
        asked=False,
        disposition="",
        matches=False,
    )
    return blank.at(entry)


def best_first(cards: Iterable[Card]) -> list[Card]:
    return sorted(cards, key=lambda one: (-one.score, one.candidate_id))


def job_page(posted: matcher_pb2.PostedJob, zone: ZoneInfo) -> JobPage:
    job = posted.job
    return JobPage(
        job_id=job.job_id,
        title=job.title,
        is_open=posted.open,
        description=tuple(line for line in job.description.splitlines() if line.strip()),
        facts=tuple((name, words) for name, words in _facts(job) if words),
        needs=tuple(_need(one) for one in job.requirement),
        match_count=posted.match_count,
        posted=wording.instant(posted.posted_at, zone),
    )


_DISPOSITION = {
    engagements_pb2.DISPOSITION_INTERVIEWED: _("You interviewed this person."),
    engagements_pb2.DISPOSITION_HIRED: _("You hired this person."),
    engagements_pb2.DISPOSITION_NOT_HIRED: _("You did not hire this person."),
}


def _stage(pool: int, contact: int) -> str:
    if contact == engagements_pb2.CONTACT_STATE_ACCEPTED:
        return "accepted"
    if contact == engagements_pb2.CONTACT_STATE_DECLINED:
        return "declined"
    if pool == engagements_pb2.POOL_STATE_PASSED:
        return "passed"
    if contact == engagements_pb2.CONTACT_STATE_REQUESTED:
        return "invited"
    return "shortlisted" if pool == engagements_pb2.POOL_STATE_SHORTLISTED else "new"


def _asked(contact: int) -> bool:
    return contact != engagements_pb2.CONTACT_STATE_UNSPECIFIED


def _skill(skill: skills_pb2.SkillReference) -> str:
    return skill.label or skill.uri


def _proofs(found: matcher_pb2.CandidateMatch) -> tuple[Proof, ...]:
    # The matcher explains the skills first, the one with the most points at the top.
    by_points = sorted(found.match.contribution, key=lambda one: -one.points)
    return tuple(map(_proof, by_points, found.explanation))


def _proof(one: matches_pb2.Contribution, sentence: str) -> Proof:
    outcome = one.verification_outcome
    mark = "good" if outcome in _GOOD else "bad" if outcome in _BAD else "open"
    own_word = one.basis == skills_pb2.ASSERTION_BASIS_SELF_ASSERTED
    return Proof(
        skill=_skill(one.skill) or one.factor,
        credential="" if own_word else one.achievement_name,
        sentence=sentence,
        points=one.points,
        most_points=one.max_points,
        document=wording.VERIFICATION.get(outcome, _("Not checked")),
        document_mark=mark,
        basis=wording.BASIS.get(one.basis, _("Not stated")),
    )


def _missing(found: matcher_pb2.CandidateMatch) -> tuple[str, ...]:
    # After the skills comes a sentence for each that is missing, with who teaches it.
    first = len(found.match.contribution)
    return tuple(found.explanation[first : first + len(found.match.missing)])


def _gate(one: matches_pb2.Gate) -> tuple[str, str]:
    name = wording.GATE.get(one.code, one.code)
    about = ", ".join(
        one.arguments[key] for key in ("skill", "type", "jurisdiction") if one.arguments.get(key)
    )
    if about:
        name = f"{name} ({about})"
    mark = {matches_pb2.GATE_OUTCOME_OPEN: "good", matches_pb2.GATE_OUTCOME_CLOSED: "bad"}
    outcome = wording.GATE_OUTCOME.get(one.outcome, _("not compared"))
    if miles := one.arguments.get("miles"):
        outcome = wording.MILES.get(one.outcome, outcome).format(miles=miles)
    return f"{name}: {outcome}", mark.get(one.outcome, "open")


def _need(one: jobs_pb2.Requirement) -> Need:
    details = [
        _("level {level} of 5").format(level=one.required_level) if one.required_level else "",
        _("nobody is shown without it") if one.gate else "",
        _("can be learned on the job") if one.trainable_on_job else "",
    ]
    return Need(
        skill=_skill(one.skill),
        required=one.importance == jobs_pb2.IMPORTANCE_REQUIRED,
        details=", ".join(part for part in details if part),
    )


def _facts(job: jobs_pb2.Job) -> list[tuple[str, str]]:
    kinds = [wording.EMPLOYMENT[kind] for kind in job.employment_type if kind in wording.EMPLOYMENT]
    licenses = [f"{one.type} ({one.jurisdiction})" for one in job.license_requirement]
    openings = str(job.total_job_openings) if job.total_job_openings else ""
    return [
        (_("Openings"), openings),
        (_("Kind of work"), ", ".join(kinds)),
        (_("Hours a week"), _range(job.weekly_hours.min, job.weekly_hours.max)),
        (_("Schedule"), wording.shifts(job.shift_window)),
        (_("Pay"), _pay(job.base_salary)),
        (_("Where"), _where(job)),
        (_("Licenses"), "; ".join(licenses)),
        (_("Open through"), wording.civil_date(job.valid_through)),
    ]


def _range(low: int, high: int) -> str:
    if low and high and low != high:
        return f"{low}–{high}"
    return str(low or high or "")


def _pay(pay: jobs_pb2.BaseSalary) -> str:
    ends = [wording.money(end) for end in (pay.min, pay.max) if end.minor_units]
    amount = "–".join(dict.fromkeys(ends))
    return f"{amount} {wording.PERIOD.get(pay.unit, '')}".strip() if amount else ""


def _where(job: jobs_pb2.Job) -> str:
    place = job.place
    area = ""
    if place.zip3:
        area = _("ZIP codes that start with {zip3}").format(zip3=place.zip3)
    elif place.county_fips:
        area = _("county {fips}").format(fips=place.county_fips)
    parts = (wording.LOCATION.get(job.job_location_type, ""), area, place.state.removeprefix("US-"))
    return ", ".join(part for part in parts if part)

"""Gates: what decides whether a pair is considered at all, whatever the score.

A gate's arguments say only what the job states and what the holder shows anyway, never a
holder's limits: nobody learns a pay floor from a match.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from talent_matcher.distances import UNKNOWN, Distances, fives
from talent_matcher.model import (
    ANY_HOURS,
    Gate,
    GateOutcome,
    Hours,
    Job,
    License,
    LicenseRequirement,
    LicenseState,
    Pay,
    Place,
    Profile,
    Requirement,
    Week,
)
from talent_matcher.weights import FULL, Weights

WEEK_MINUTES = 7 * 24 * 60
_decided = lru_cache(maxsize=1 << 14)  # many people and jobs state the same


def gates(
    profile: Profile, job: Job, weights: Weights, as_of: date, distances: Distances = UNKNOWN
) -> tuple[Gate, ...]:
    """The gates that need no skill: licenses, place, shifts, hours, pay."""
    return (
        *(_license(profile.licenses, wanted, as_of) for wanted in job.licenses),
        _place(profile.place, profile.commute_miles, job.place, job.remote, weights, distances),
        _shifts(profile.shifts, job.shifts, job.hours, weights),
        _hours(profile.hours, job.hours),
        _pay(profile.pay_floor, job.top_pay, weights),
    )


def skill_gate(wanted: Requirement, levels: Sequence[int]) -> Gate:
    """Of a skill that nobody may lack. `levels` are those shown of it or of narrower skills: none
    at all or only lower ones close it, one that is not stated does not."""
    arguments = (("skill", wanted.skill.label or wanted.skill.uri),)
    if any(level >= wanted.level for level in levels):
        return Gate("skill", GateOutcome.OPEN, arguments)
    return Gate("skill", GateOutcome.NOT_STATED if 0 in levels else GateOutcome.CLOSED, arguments)


def license_key(kind: str, jurisdiction: str) -> tuple[str, str]:
    """Equal for two that are the same license: people type its name in their own way."""
    return " ".join(kind.split()).casefold(), jurisdiction


def _license(shown: Sequence[License], wanted: LicenseRequirement, as_of: date) -> Gate:
    arguments = (("jurisdiction", wanted.jurisdiction), ("type", wanted.type))
    asked = license_key(wanted.type, wanted.jurisdiction)
    states = {
        one.state
        for one in shown
        if license_key(one.type, one.jurisdiction) == asked
        and (one.valid_until is None or one.valid_until >= as_of)
    }
    if LicenseState.VERIFIED in states:
        return Gate("license", GateOutcome.OPEN, arguments)
    if wanted.accept_pending and states:
        return Gate("license", GateOutcome.OPEN_PENDING, arguments)
    return Gate("license", GateOutcome.CLOSED, arguments)


@_decided
def _place(
    here: Place, commute_miles: int, there: Place, remote: bool, weights: Weights, known: Distances
) -> Gate:
    if remote:
        return Gate("place", GateOutcome.OPEN, (("remote", "yes"),))
    if not there.state or not here.state:
        return Gate("place", GateOutcome.NOT_STATED)
    miles = known.miles(there, here)
    if miles == 0 or _share(there, here):
        return Gate("place", GateOutcome.OPEN)
    if miles is None:
        return _by_name(there, here, commute_miles >= weights.usual_commute_miles)
    # The middles of two areas may be further apart than the people in them.
    reach = fives(commute_miles or weights.usual_commute_miles) + weights.coarse_miles
    outcome = GateOutcome.NOT_STATED if miles <= reach else GateOutcome.CLOSED
    if miles <= fives(commute_miles):
        outcome = GateOutcome.OPEN
    return Gate("place", outcome, (("miles", str(miles)),))


def _share(there: Place, here: Place) -> bool:
    by_county = there.county and there.county == here.county
    return bool(by_county or (there.zip3 and there.zip3 == here.zip3))


def _by_name(there: Place, here: Place, commutes_far: bool) -> Gate:
    """Where no distance is known, a stated long commute leaves it for people to settle."""
    if there.state != here.state:
        return Gate("place", GateOutcome.CLOSED)
    comparable = (there.county and here.county) or (there.zip3 and here.zip3)
    if not comparable:  # a state is no neighborhood
        return Gate("place", GateOutcome.NOT_STATED)
    return Gate("place", GateOutcome.NOT_STATED if commutes_far else GateOutcome.CLOSED)


@_decided
def _shifts(available: Week, asked: Week, hours: Hours, weights: Weights) -> Gate:
    if not asked or not available:
        return Gate("shift", GateOutcome.NOT_STATED)
    needed = length(asked)
    if hours.min:
        # Windows wider than the hours asked for are a choice, not a demand.
        needed = min(needed, hours.min * 60)
    enough = overlap(available, asked) * FULL >= needed * weights.shift_cover
    return Gate("shift", GateOutcome.OPEN if enough else GateOutcome.CLOSED)


@_decided
def _hours(able: Hours, wanted: Hours) -> Gate:
    if ANY_HOURS in (able, wanted):
        return Gate("hours", GateOutcome.NOT_STATED)
    meets = (not able.max or wanted.min <= able.max) and (not wanted.max or able.min <= wanted.max)
    return Gate("hours", GateOutcome.OPEN if meets else GateOutcome.CLOSED)


@_decided
def _pay(floor: Pay | None, top: Pay | None, weights: Weights) -> Gate:
    if floor is None or top is None or floor.currency != top.currency:
        return Gate("pay", GateOutcome.NOT_STATED)
    least = floor.amount * weights.periods_a_year[floor.period]
    most = top.amount * weights.periods_a_year[top.period]
    return Gate("pay", GateOutcome.OPEN if most >= least else GateOutcome.CLOSED)


def week(windows: Sequence[tuple[int, int, int]]) -> Week:
    """The stretches of a week from (day 0–6, start, end); an end at or before the start is next
    day's, and Sunday runs into Monday."""
    stretches: list[tuple[int, int]] = []
    for day, start, end in windows:
        begin = day * 1440 + start
        stop = day * 1440 + end + (1440 if end <= start else 0)
        stretches.append((begin, min(stop, WEEK_MINUTES)))
        if stop > WEEK_MINUTES:
            stretches.append((0, stop - WEEK_MINUTES))
    merged: list[tuple[int, int]] = []
    for begin, stop in sorted(stretches):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((begin, stop))
    return tuple(merged)


def length(stretches: Week) -> int:
    return sum(stop - begin for begin, stop in stretches)


def overlap(one: Week, other: Week) -> int:
    """Minutes that two weeks share."""
    return sum(
        max(0, min(stop, its_stop) - max(begin, its_begin))
        for begin, stop in one
        for its_begin, its_stop in other
    )

"""What a job pays nearby: the middle half of wages in the state, from the survey."""

from __future__ import annotations

from talent_skills.frameworks import Wage
from talent_skills.taxonomy import NATION, Taxonomy

from talent_jobs.description import PayPeriod, PayRange, Source, SourceKind
from talent_jobs.states import state_name

SURVEY = "https://www.bls.gov/oes/"


NOT_PUBLISHED = "No wages are published for this occupation."
TOO_HIGH = "The survey gives no exact figures for pay this high. State the pay yourself."


def local_pay(taxonomy: Taxonomy, code: str, state: str) -> PayRange | None:
    """The 25th to the 75th percentile in a state ("US-CO"), else in the nation; by the hour, by the
    year where no hourly wage is published. None where neither is."""
    areas = taxonomy.areas()
    survey = next((one for one in taxonomy.frameworks() if one.uri.startswith(SURVEY)), None)
    year = int(survey.version.split()[-1]) if survey else None
    for where, asked in _asked(areas, code, state):
        wage = taxonomy.wage(asked, where)
        found = _middle_half(wage) if wage else None
        if found is not None:
            least, most, period = found
            source = Source(SourceKind.WAGE_SURVEY, SURVEY, str(year or ""), asked)
            name = areas.get(where, "the United States")
            return PayRange(least, most, period, source=source, area=name, year=year)
    return None


def pay_notes(taxonomy: Taxonomy, code: str, state: str, pay: PayRange | None) -> list[str]:
    """What the survey does not say, as sentences."""
    areas = taxonomy.areas()
    if pay is None:
        found = [taxonomy.wage(asked, where) for where, asked in _asked(areas, code, state)]
        return [TOO_HIGH if any(one and one.capped for one in found) else NOT_PUBLISHED]
    if state and pay.area != state_name(state):
        return [
            f"No exact wages are published for this work in {state_name(state)}. "
            "Those shown are of the whole United States."
        ]
    return []


def _asked(areas: dict[str, str], code: str, state: str) -> list[tuple[str, str]]:
    """Areas and codes, the best first. The survey counts some occupations together: home health
    aides (31-1121) are in 31-1120."""
    own = [area for area, name in areas.items() if name == state_name(state)]
    return [(area, asked) for area in (*own, NATION) for asked in (code, f"{code[:6]}0")]


def _middle_half(wage: Wage) -> tuple[int, int, PayPeriod] | None:
    for figures, period in ((wage.hourly, PayPeriod.HOUR), (wage.annual, PayPeriod.YEAR)):
        least, most = figures[1], figures[3]
        if least is not None and most is not None:
            return least, most, period
    return None

"""What a job pays nearby: the middle half of wages in the state, from the survey."""

from __future__ import annotations

from talent_skills.frameworks import Wage
from talent_skills.taxonomy import NATION, Taxonomy

from talent_jobs.description import PayPeriod, PayRange, Source, SourceKind
from talent_jobs.states import state_name

SURVEY = "https://www.bls.gov/oes/"


def local_pay(taxonomy: Taxonomy, code: str, state: str) -> PayRange | None:
    """The 25th to the 75th percentile in a state ("US-CO"), else in the nation; by the hour, by the
    year where no hourly wage is published. None where neither is."""
    areas = taxonomy.areas()
    area = next((code for code, name in areas.items() if name == state_name(state)), "")
    survey = next((one for one in taxonomy.frameworks() if one.uri.startswith(SURVEY)), None)
    year = int(survey.version.split()[-1]) if survey else None
    for where in (area, NATION):
        wage = taxonomy.wage(code, where) if where else None
        found = _middle_half(wage) if wage else None
        if found is not None:
            least, most, period = found
            source = Source(SourceKind.WAGE_SURVEY, SURVEY, str(year or ""), code)
            name = areas.get(where, "the United States")
            return PayRange(least, most, period, source=source, area=name, year=year)
    return None


def _middle_half(wage: Wage) -> tuple[int, int, PayPeriod] | None:
    for figures, period in ((wage.hourly, PayPeriod.HOUR), (wage.annual, PayPeriod.YEAR)):
        least, most = figures[1], figures[3]
        if least is not None and most is not None:
            return least, most, period
    return None

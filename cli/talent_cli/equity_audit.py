"""Joins the answers that people gave, from the wallet, with how they fared, from the matcher.

They meet here and nowhere else, and only groups leave this process.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as Printed
from talent_fairness.audit import Audit, Table, audit
from talent_fairness.groups import Answers, Race, Sex
from talent_fairness.rates import scored_high
from talent_fairness.report import name, sentence
from talent_proto.events.v1 import engagements_pb2 as ev
from talent_proto.matcher.v1 import outcomes_pb2, outcomes_pb2_grpc
from talent_proto.wallet.v1 import equity_pb2, equity_pb2_grpc

from talent_cli.network import Network

_SEX = {equity_pb2.SEX_FEMALE: Sex.FEMALE, equity_pb2.SEX_MALE: Sex.MALE}
_RACE = {
    equity_pb2.RACE_OR_ETHNICITY_HISPANIC: Race.HISPANIC,
    equity_pb2.RACE_OR_ETHNICITY_WHITE: Race.WHITE,
    equity_pb2.RACE_OR_ETHNICITY_BLACK: Race.BLACK,
    equity_pb2.RACE_OR_ETHNICITY_PACIFIC_ISLANDER: Race.PACIFIC_ISLANDER,
    equity_pb2.RACE_OR_ETHNICITY_ASIAN: Race.ASIAN,
    equity_pb2.RACE_OR_ETHNICITY_NATIVE_AMERICAN: Race.NATIVE_AMERICAN,
}
_YES_NO = {equity_pb2.YES_OR_NO_YES: True, equity_pb2.YES_OR_NO_NO: False}
QUESTIONS = {
    "shown": "Of the people who may be found, who was shown to an employer?",
    "scored-high": "Of the people who may be found, whose best match scores above the middle?",
    "shortlisted": "Of the people who were shown, whom did an employer shortlist or ask?",
    "contacted": "Of the people who were shown, whom did an employer ask for contact?",
    "hired": "Of the people who were shown, who was hired?",
}


@dataclass
class Fared:
    """How one person fared."""

    score: int = 0
    shortlisted: bool = False
    contacted: bool = False
    hired: bool = False


async def read_audits(network: Network, employer: str, least: int) -> list[Audit]:
    metadata = network.metadata("auditor", ["agency"], org_id="agency")
    answers: dict[str, Answers] = {}
    discoverable: set[str] = set()
    async with network.channel("wallet") as channel:
        stub = equity_pb2_grpc.EquityServiceStub(channel)
        async for some in stub.ListEquityAnswers(
            equity_pb2.ListEquityAnswersRequest(), metadata=metadata
        ):
            for one in some.holder:
                answers[one.holder_id] = _answers(one.answers)
                if one.discoverable:
                    discoverable.add(one.holder_id)
    fared: dict[str, Fared] = {}
    async with network.channel("matcher") as channel:
        stub = outcomes_pb2_grpc.OutcomeServiceStub(channel)
        request = outcomes_pb2.ListOutcomesRequest(employer_org_id=employer)
        async for some in stub.ListOutcomes(request, metadata=metadata):
            for one in some.outcome:
                _count(fared.setdefault(one.holder_id, Fared()), one)
    return audits(answers, discoverable, fared, year=network.today.year, least=least)


def audits(
    answers: dict[str, Answers],
    discoverable: Iterable[str],
    fared: dict[str, Fared],
    *,
    year: int,
    least: int,
) -> list[Audit]:
    """An audit for each of QUESTIONS. Who gave no answers is counted as unknown."""
    unknown = Answers()
    found = sorted(discoverable)
    best = [fared[one].score if one in fared else 0 for one in found]
    asked = {
        "shown": [(one, one in fared) for one in found],
        "scored-high": list(zip(found, scored_high(best), strict=True)),
        "shortlisted": [(one, how.shortlisted) for one, how in fared.items()],
        "contacted": [(one, how.contacted) for one, how in fared.items()],
        "hired": [(one, how.hired) for one, how in fared.items()],
    }
    return [
        audit(
            code,
            ((answers.get(one, unknown), chosen) for one, chosen in people),
            year=year,
            least=least,
        )
        for code, people in asked.items()
    ]


def source(employer: str) -> str:
    """Where what `read_audits` reads is from."""
    whose = f"jobs of {employer}" if employer else "all employers' jobs"
    return (
        f"This network: present matches and recorded outcomes of {whose}, from the matcher; "
        "answers that people gave of their own will, from the wallet"
    )


def _answers(given: equity_pb2.EquityAnswers) -> Answers:
    return Answers(
        sex=_SEX.get(given.sex),
        races=frozenset(_RACE[race] for race in given.race if race in _RACE),
        birth_year=given.birth_year or None,
        disability=_YES_NO.get(given.disability),
        limited_english=_YES_NO.get(given.limited_english),
    )


def _count(one: Fared, outcome: outcomes_pb2.Outcome) -> None:
    one.score = max(one.score, outcome.score)
    contacted = outcome.contact_state != ev.CONTACT_STATE_UNSPECIFIED
    one.contacted |= contacted
    one.shortlisted |= contacted or outcome.pool_state == ev.POOL_STATE_SHORTLISTED
    one.hired |= outcome.disposition == ev.DISPOSITION_HIRED


def show(one: Audit) -> None:
    console = Console()
    console.print(f"\n[bold]{QUESTIONS[one.code]}[/bold]  {one.chosen} of {one.people}")
    console.print(sentence(one))
    for table in one.tables:
        if table.rates:
            console.print(_table(table))
        if table.hidden:
            console.print(f"  {len(table.hidden)} groups have too few people to show.")


def _table(table: Table) -> Printed:
    unknown = "not told" if table.unknown is None else str(table.unknown)
    printed = Printed(
        *(" x ".join(table.categories), "people", "chosen", "rate", "of the highest", "by chance"),
        caption=f"no answer: {unknown}",
    )
    for rate in table.rates:
        ratio = "" if rate.ratio is None else f"{rate.ratio:.0%}"
        chance = "" if rate.chance is None or rate.ratio == 1 else f"{rate.chance:.1%}"
        printed.add_row(
            name(rate.cell), str(rate.people), str(rate.chosen), f"{rate.rate:.1%}", ratio, chance
        )
    return printed

"""An agency's check: how groups fare, from answers that only the wallet keeps."""

from datetime import date
from typing import Any

from talent_cli.actors import Services
from talent_cli.equity_audit import read_audits, source
from talent_cli.network import Network
from talent_fairness.report import as_csv
from talent_proto.matcher.v1.matcher_pb2 import ShortlistRequest

from tests.e2e.test_network import one_match
from tests.waiting import eventually
from tests.world import found_town, item, unique

ANSWERS = "/v1/holders/me/equity-answers"


async def test_groups_are_told_apart_from_shown_to_shortlisted(
    services: Services, network: Network
) -> None:
    town = await found_town(services)
    ana, ben, cleo = (town.holder(name) for name in ("Ana Torres", "Ben Lee", "Cleo Ames"))
    for person, sex in ((ana, "female"), (ben, "male"), (cleo, "")):
        await person.open()
        await person.consent()
        if sex:
            await person.ask("PUT", ANSWERS, {"sex": sex, "birth_year": 1970})
    await town.provider.publish_one(item(town.achievement_id, ana.email))
    found = await one_match(town)
    await town.services.matcher.Shortlist(
        ShortlistRequest(
            request_id=unique("shortlist"),
            job_id=town.job_id,
            candidate_id=found.candidate_id,
        ),
        metadata=town.employer.metadata,
    )

    async def by_sex(question: str) -> Any:
        audits = await read_audits(network, town.employer.org_id, least=1)
        table = next(one for one in audits if one.code == question).tables[0]
        return {rate.cell[0]: (rate.people, rate.chosen) for rate in table.rates}, audits

    shown, audits = await by_sex("shown")
    assert shown["female"] == (1, 1)
    assert shown["male"] == (1, 0)
    assert (await by_sex("shortlisted"))[0] == {"female": (1, 1)}
    assert (await by_sex("hired"))[0] == {"female": (1, 0)}
    told = as_csv(audits, audited_on=date(2026, 11, 26), source=source(town.employer.org_id))
    assert "female" in told
    for person in (ana, ben, cleo):
        assert person.email not in told


async def test_nobody_is_shown_a_group_of_few(services: Services, network: Network) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    await ana.ask("PUT", ANSWERS, {"sex": "female", "races": ["asian"]})
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    async def shown() -> Any:
        audits = await read_audits(network, town.employer.org_id, least=10)
        (hired,) = (one for one in audits if one.code == "hired")
        return hired if hired.people else None

    hired = await eventually(shown)
    assert all(not table.rates for table in hired.tables if "sex" in table.categories)
    assert ("female",) in hired.tables[0].hidden

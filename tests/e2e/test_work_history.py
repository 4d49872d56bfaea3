"""A line of work history becomes skills, and a match by the holder's own word."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from talent_cli.actors import Agency, Provider, Services
from talent_proto.events.v1.catalog_pb2 import OrganizationRole
from talent_proto.events.v1.skills_pb2 import (
    ASSERTION_BASIS_EMPLOYER_ATTESTED,
    ASSERTION_BASIS_SELF_ASSERTED,
    VERIFICATION_OUTCOME_VALID,
    SkillReference,
    ValidatorType,
)
from talent_proto.registry.v1.registry_pb2 import (
    PublishItem,
    RegisterOrganizationRequest,
    SignedCredential,
)
from talent_vc import ContextLoader, SigningKey, sign

from tests.conftest import INSTALLED
from tests.waiting import eventually
from tests.world import found_town, job, unique

FORKLIFT = SkillReference(
    uri="http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da",
    label="operate forklift",
)
# No other test of the shared network asks for it.
MILKING = SkillReference(
    uri="http://data.europa.eu/esco/skill/cacb30e8-eb78-40bf-b664-b7a4c8a018a3",
    label="milk animals",
)


async def test_work_in_plain_words_becomes_a_match_once_the_holder_says_yes(
    services: Services,
) -> None:
    town = await found_town(services)
    wanted = job("Farm hand", (MILKING,), level=0)
    wanted.threshold = 350  # own word alone reaches 400 of 1,000, and less by a machine's reading
    posted = await town.employer.post_job(unique("job"), wanted)
    ana = town.holder()
    await ana.open()
    line = await ana.ask(
        "POST",
        "/v1/work-history",
        {
            "employer": "Mile High Dairy",
            "title": "Farm worker",
            "start": "2021-05-01",
            "description": "I had to milk animals and clean pens.",
        },
    )

    async def found() -> Any:
        lines = (await ana.ask("GET", "/v1/work-history"))["lines"]
        skills = [one for one in lines[0]["skills"] if one["uri"] == MILKING.uri]
        return skills[0] if skills else None

    assert (await eventually(found))["state"] == "asserted"
    body = {"line_id": line["line_id"], "uri": MILKING.uri, "accepted": True}
    await ana.ask("POST", "/v1/work-history/skills", body)

    (match,) = await eventually(lambda: town.matches(posted.job.job_id))
    (contribution,) = match.match.contribution
    assert contribution.basis == ASSERTION_BASIS_SELF_ASSERTED
    assert match.match.score == 400
    await ana.ask("DELETE", f"/v1/work-history/{line['line_id']}")

    async def withdrawn() -> bool:
        return not await town.matches(posted.job.job_id)

    await eventually(withdrawn)


async def test_what_a_former_employer_attests_counts_as_theirs(services: Services) -> None:
    town = await found_town(services)
    wanted = job("Driver", (FORKLIFT,), level=0)
    posted = await town.employer.post_job(unique("job"), wanted)
    ana = town.holder()
    did = (await ana.ask("PUT", "/v1/holders/me", {}))["did"]
    await ana.open()

    key = SigningKey.generate()
    former = Provider(services, unique("former"), "Mile High Freight")
    request = RegisterOrganizationRequest(
        request_id=f"sign-up-{former.org_id}",
        name=former.name,
        did=key.did_key,
        role=[OrganizationRole.ORGANIZATION_ROLE_PROVIDER],
        type=ValidatorType.VALIDATOR_TYPE_EMPLOYER,
    )
    await services.registry.RegisterOrganization(request, metadata=former.metadata)
    await Agency(services).vet(former)
    now = datetime.now(UTC)
    credential = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            {"@vocab": "https://schema.hropenstandards.org/4.4/#"},
        ],
        "id": f"urn:uuid:{uuid.uuid4()}",
        "type": ["VerifiableCredential", "EmploymentCredential"],
        "issuer": key.did_key,
        "name": "Employment at Mile High Freight",
        "validFrom": now.isoformat(timespec="seconds"),
        "credentialSubject": {
            "id": did,
            "employmentHistories": [
                {
                    "organization": {"name": "Mile High Freight"},
                    "title": "Warehouse worker",
                    "start": "2021-05-01",
                    "end": "2025-08-31",
                    "descriptions": ["Had to operate a forklift and load trucks."],
                }
            ],
        },
    }
    contexts = ContextLoader.from_folder(INSTALLED.contexts)
    method = key.did_key_method
    signed = sign(credential, key=key, verification_method=method, created=now, contexts=contexts)
    content = SignedCredential(credential=json.dumps(signed).encode())
    await former.publish_one(PublishItem(request_id=unique("work"), signed=content))

    async def attested() -> Any:
        # Others of the shared network may fit, too.
        return [
            one
            for one in await town.matches(posted.job.job_id)
            if any(its.basis == ASSERTION_BASIS_EMPLOYER_ATTESTED for its in one.match.contribution)
        ]

    (match,) = await eventually(attested)
    (contribution,) = match.match.contribution
    assert contribution.verification_outcome == VERIFICATION_OUTCOME_VALID
    assert (contribution.issuer_name, contribution.issuer_trusted) == (former.name, True)
    # 700 for the basis, 800 of 1,000 while a machine alone has read it.
    assert match.match.score == 560

"""Every example in the docs runs, as it is printed, against a running network."""

import asyncio
import csv
import io
import json
import os
import re
import sys
from pathlib import Path

import grpc
import pytest
from talent_cli.actors import Agency, Employer, Provider, Services
from talent_local.home import Home
from talent_local.sandbox import Sandbox
from talent_proto.events.v1.catalog_pb2 import OrganizationRole
from talent_proto.matcher.v1.matcher_pb2 import GetJobRequest, ListMatchesRequest
from talent_proto.registry.v1.registry_pb2 import IssueCredentialRequest

from tests.waiting import eventually
from tests.world import (
    BLUEPRINTS,
    MIG,
    Town,
    achievement,
    draft,
    found_town,
    item,
    job,
    unique,
)

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"```(?:python|sh)\n# example: ([\w-]+)\n(.*?)```", re.DOTALL)
EXAMPLES: dict[str, str] = {
    name: text
    for page in sorted(DOCS.glob("*.md"))
    for name, text in BLOCK.findall(page.read_text())
}
ran: set[str] = set()


async def run(name: str, env: dict[str, str], cwd: Path | None = None) -> str:
    """What the example prints. It runs as a process of its own, as a reader would run it."""
    ran.add(name)
    is_shell = EXAMPLES[name].lstrip().startswith(("curl", "talent"))
    command = ("bash", "-euc") if is_shell else (sys.executable, "-c")
    process = await asyncio.create_subprocess_exec(
        *command,
        EXAMPLES[name],
        env={**os.environ, **env},
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


def bearer(organization: Provider | Employer) -> str:
    return dict(organization.metadata)["authorization"].removeprefix("Bearer ")


async def test_a_provider_publishes_from_python(services: Services, stack: Sandbox) -> None:
    school = Provider(services, unique("school"), "A school")
    told = await run("publish", {"REGISTRY": stack.address("registry"), "TOKEN": bearer(school)})
    assert re.findall(r"^spring-\d [0-9a-f-]{36}$", told, re.MULTILINE)
    assert len(told.splitlines()) == 3


async def test_the_library_judges_on_its_own() -> None:
    told = await run("library", {}, cwd=DOCS.parent)
    assert told.splitlines()[0] == "valid"


async def test_an_operator_imports_a_framework(stack_home: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (home.root / "data").symlink_to(stack_home.data)
    uri = "https://case.example"
    document = {"identifier": "0", "uri": uri, "title": "Welding"}
    welding = {"identifier": "1", "uri": f"{uri}/1", "fullStatement": "Weld steel."}
    package = json.dumps({"CFDocument": document, "CFItems": [welding]})
    (tmp_path / "welding.json").write_text(package)
    env = {"TALENT_HOME": str(home.root)}
    assert "1 skill added" in await run("taxonomy-dry-run", env, cwd=tmp_path)
    told = await run("taxonomy-import", env, cwd=tmp_path)
    assert "Welding: 1 skill, 0 groups" in told
    assert "(93 without tasks)" in told


async def test_a_provider_decides_on_skills_in_its_words(
    services: Services, stack: Sandbox
) -> None:
    town = await found_town(services)
    identifier = f"https://{unique('program')}.example/warehouse"
    program = achievement(identifier, skills=())
    program.description = "Graduates operate a forklift."
    await town.provider.publish_achievement(program)
    env = {
        "REGISTRY": stack.address("registry"),
        "TOKEN": bearer(town.provider),
        "ACHIEVEMENT": identifier,
    }
    assert "operate forklift description 10 28" in await run("skill-tags", env)


async def test_an_employer_writes_a_job(tmp_path: Path) -> None:
    page = (DOCS / "job-documents.md").read_text()
    [written] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (tmp_path / "draft.json").write_text(written)
    told = await run("job-documents", {}, cwd=tmp_path)
    assert json.loads(told)["baseSalary"]["value"]["maxValue"] == 22
    assert (tmp_path / "job.pdf").read_bytes().startswith(b"%PDF")
    assert "Show me how you would cook eggs to order." in (tmp_path / "guide.html").read_text()


async def test_a_draft_is_put_in_other_words(tmp_path: Path) -> None:
    source = {"kind": "employer"}
    duty = {"text": "Utilize 2 ovens with other personnel", "source": source}
    written = {"title": "Cook", "employer": "Ann", "summary": "", "duties": [duty]}
    (tmp_path / "draft.json").write_text(json.dumps({"schema_version": 1, **written}))
    [simpler] = json.loads(await run("rewording", {}, cwd=tmp_path))["duties"]
    assert simpler["text"] == "Use 2 ovens with other people"


async def test_an_employer_drafts_a_job(stack_home: Home, tmp_path: Path) -> None:
    told = await run("job-draft", {"TALENT_HOME": str(stack_home.root)}, cwd=tmp_path)
    assert "Cooks, Restaurant" in told
    assert json.loads((tmp_path / "draft.json").read_text())["title"] == "Line cook"


async def test_an_employer_posts_what_was_made_of_an_old_posting(
    services: Services, stack: Sandbox, stack_home: Home, tmp_path: Path
) -> None:
    town = await found_town(services)
    (tmp_path / "old.txt").write_text("Welder\nDuties:\n- MIG welding\n- Operate forklift\n")
    env = {**stack.environment, "TALENT_HOME": str(stack_home.root), "ORG": town.employer.org_id}
    told = await run("job-post", env, cwd=tmp_path)
    request = GetJobRequest(job_id=told.strip())
    posted = await services.matcher.GetJob(request, metadata=town.employer.metadata)
    assert "operate forklift" in [one.skill.label for one in posted.job.job.requirement]


async def test_an_employer_looks_at_its_own_staff(services: Services, stack: Sandbox) -> None:
    town = await found_town(services, (MIG, BLUEPRINTS))
    env = {
        "MATCHER": stack.address("matcher"),
        "TOKEN": bearer(town.employer),
        "JOB": town.job_id,
    }
    told = await run("workforce", env)
    assert "forklift may mean operate forklift" in told
    assert "1 can: operate forklift" in told
    assert "2 people, kept until" in told
    assert "2 can: first aid" in told
    assert re.search(r"^Ana Ruiz Has .*level 3 of 5\. Needs .*at level 2\.$", told, re.MULTILINE)
    assert "1 lack" in told
    assert re.search(r"^One more Helper: .*first aid", told, re.MULTILINE)


async def test_an_agency_checks_fairness(services: Services, stack: Sandbox) -> None:
    town = await found_town(services)
    await matched(town)
    told = await run("fairness", stack.environment)
    rows = list(csv.DictReader(io.StringIO(told)))
    assert all(row["category"] for row in rows)


async def test_any_language_calls_by_reflection(services: Services, stack: Sandbox) -> None:
    town = await found_town(services)
    env = {"REGISTRY": stack.address("registry"), "TOKEN": bearer(town.provider)}
    told = await run("reflection", env)
    assert "talent.registry.v1.RegistryService" in told


async def test_an_employer_trusts_and_endorses(services: Services, stack: Sandbox) -> None:
    town = await found_town(services)
    env = {
        "MATCHER": stack.address("matcher"),
        "REGISTRY": stack.address("registry"),
        "TOKEN": bearer(town.employer),
        "SCHOOL": town.provider.org_id,
        "ACHIEVEMENT": town.achievement_id,
    }

    told = await run("trust", env)
    assert re.fullmatch(r"trusted: \S.*\nendorsed by: \S.*\n", told)


async def test_the_agency_sets_the_weights(stack: Sandbox) -> None:
    told = await run("weights", stack.environment)
    assert "validator.COLLEGE" in told
    assert "2026-12  from the start" in told


async def test_an_employer_portal_follows_matches_by_stream(
    services: Services, stack: Sandbox
) -> None:
    town = await found_town(services)
    await matched(town)
    env = {"MATCHER": stack.address("matcher"), "TOKEN": bearer(town.employer)}
    told = await run("watch", env)
    cursor = re.findall(r"^cursor (.+)$", told, re.MULTILINE)
    assert cursor
    assert len(told.splitlines()) == 2
    again = await run("watch", {**env, "CURSOR": cursor[0]})
    assert len(again.splitlines()) == 1  # nothing new since the cursor


async def test_an_employer_portal_follows_matches_by_topic(
    services: Services, stack: Sandbox
) -> None:
    operator = Employer(services, unique("operator"), "A portal operator")
    await operator.sign_up(OrganizationRole.ORGANIZATION_ROLE_PORTAL_OPERATOR)
    employer = Employer(services, unique("employer"), "An employer")
    school = Provider(services, unique("school"), "A school")
    agency = Agency(services)
    await agency.vet(operator)
    await employer.sign_up(portal_operator_org_id=operator.org_id)
    await school.sign_up()
    for organization in (employer, school):
        await agency.vet(organization)
    identifier = f"https://{school.org_id}.example/craft"
    await school.publish_achievement(achievement(identifier))
    posted = await employer.post_job(unique("job"), job())
    town = Town(services, school, employer, identifier, posted.job.job_id)
    await matched(town)
    env = {"KAFKA": stack.kafka, "ORG": operator.org_id, "STOP_AFTER_ONE": "1"}
    told = await run("topic", env)
    assert town.job_id in told


async def test_anyone_checks_a_credential(
    services: Services, stack: Sandbox, tmp_path: Path
) -> None:
    town = await found_town(services)
    issued = await issue(town)
    (tmp_path / "credential.json").write_bytes(issued)
    told = await run("check", {"VERIFIER_URL": stack.url("verifier")}, tmp_path)
    assert '"outcome":"valid"' in told.replace(" ", "")


async def test_an_organization_checks_many(
    services: Services, stack: Sandbox, tmp_path: Path
) -> None:
    town = await found_town(services)
    issued = await issue(town)
    (tmp_path / "credentials.ndjson").write_bytes(issued + b"\nno credential\n")
    env = {"VERIFIER_URL": stack.url("verifier"), "TOKEN": bearer(town.employer)}
    told = await run("bulk", env, tmp_path)
    rows = list(csv.DictReader(io.StringIO(told.lstrip("\ufeff"))))
    assert [(row["line"], row["outcome"]) for row in rows] == [("1", "valid"), ("2", "unparseable")]
    env = {"VERIFIER": stack.address("verifier"), "TOKEN": bearer(town.provider)}
    told = await run("bulk-grpc", env, tmp_path)
    first, second = told.splitlines()
    assert first.startswith("row 1 Welding Verified: ")
    assert second.startswith("row 2 ")


async def test_software_asks_by_the_vc_api(
    services: Services, stack: Sandbox, tmp_path: Path
) -> None:
    town = await found_town(services)
    (tmp_path / "credential.json").write_bytes(await issue(town))
    told = await run("vc-api", {"VERIFIER_URL": stack.url("verifier")}, tmp_path)
    assert json.loads(told)["verified"] is True


async def test_an_operator_lists_dead_letters(services: Services, stack: Sandbox) -> None:
    assert "reason" in await run("dead-letters", stack.environment)


async def test_a_person_asks_what_fits_and_what_would(services: Services) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    env = {
        "WALLET_URL": services.network.wallet_url,
        "TOKEN": services.network.token(ana.subject, ["holder"], email=ana.email, name=ana.name),
        "PROGRAM": town.achievement_id,
    }

    async def told() -> bool:
        return json.loads(await run("what-if", env))["come_into_reach"] >= 1

    await eventually(told)
    assert "jobs" in json.loads(await run("holder-jobs", env))
    line = json.loads(await run("work-history", env))
    assert line["work"]["title"] == "Warehouse worker"
    lines = (await ana.ask("GET", "/v1/work-history"))["lines"]
    assert [one["line_id"] for one in lines] == [line["line_id"]]


def test_every_example_has_a_test() -> None:
    if len(ran) < 2:
        pytest.skip("only some tests of this file were chosen")
    assert ran == set(EXAMPLES)


async def matched(town: Town) -> None:
    """Wait until the town's job has a match."""
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    async def look() -> bool:
        try:
            answer = await town.services.matcher.ListMatches(
                ListMatchesRequest(job_id=town.job_id), metadata=town.employer.metadata
            )
        except grpc.aio.AioRpcError as error:
            # A matcher that is a second behind shows nobody; machines that run tests are busy.
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            return False
        return bool(answer.match)

    await eventually(look)


async def issue(town: Town) -> bytes:
    """A signed credential of the town's provider."""
    request = IssueCredentialRequest(
        request_id=unique("issue"), draft=draft(town.achievement_id, "ana@example.org")
    )
    answer = await town.services.registry.IssueCredential(request, metadata=town.provider.metadata)
    return answer.credential

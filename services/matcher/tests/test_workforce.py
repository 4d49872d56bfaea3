"""An employer's staff over gRPC: from a file to who could do a job, and nobody else learns."""

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from talent_kit.callers import Role
from talent_kit.sealing import CannotOpen
from talent_kit.store import Store
from talent_kit.topics import load_topics
from talent_matcher import app
from talent_proto.events.v1 import jobs_pb2, skills_pb2
from talent_proto.matcher.v1 import drafts_pb2, matcher_pb2
from talent_proto.matcher.v1 import workforce_pb2 as pb
from talent_proto.matcher.v1 import workforce_pb2_grpc as pb_grpc

from .builders import BLUEPRINTS, SAFETY, WELDING, requirement_message
from .conftest import NOON, Employer, eventually, refused, request_id

pytestmark = pytest.mark.asyncio(loop_scope="module")
CSV = (
    "Name,Employee #,Title,Dept,Hire date,Skills,Licenses\n"
    'Ana Ruizquez,1,Helper,Shop,2020-03-01,"Welding (MIG) (4); blueprint reading",CWI (CO)\n'
    'Ben Okonkwo,2,Welder,Shop,2019-01-07,"welding (mig), shop safety (2)",\n'
    "Cy Young,3,Clerk,Office,2021-05-06,blueprint reading (5),\n"
    "Di Fox,4,Clerk,Office,2021-05-06,juggling,\n"
)
# Of the taxonomy, by their own names there.
MANY = (
    *("first aid", "operate forklift", "read engineering drawings", "weld metal", "manage budgets"),
    *("use spreadsheets software", "prune plants", "drive vehicles", "plan menus", "cook dishes"),
    *("cut hair", "repair clothing", "clean surfaces", "create menus", "lift heavy weights"),
    *("use welding equipment", "prepare specialised coffee", "sell products", "paint surfaces"),
)


@pytest.fixture
def staff(employer: Employer) -> Any:
    return pb_grpc.WorkforceServiceStub(employer.channel)


async def imported(staff: Any, text: str = CSV, **changed: Any) -> pb.ImportWorkforceResponse:
    file = pb.WorkforceFile(content=text.encode())
    preview = await staff.PreviewWorkforce(pb.PreviewWorkforceRequest(file=file))
    stated = {"request_id": request_id(), "file": file, "digest": preview.digest}
    return await staff.ImportWorkforce(pb.ImportWorkforceRequest(**{**stated, **changed}))


async def names(staff: Any) -> list[str]:
    answer = await staff.ListEmployees(pb.ListEmployeesRequest())
    return [one.name for one in answer.employee]


async def test_a_preview_tells_what_an_import_would_do_and_stores_nothing(staff, employer):
    await employer.post()
    file = pb.WorkforceFile(content=(CSV + ",,,,yesterday,,\n").encode())
    preview = await staff.PreviewWorkforce(pb.PreviewWorkforceRequest(file=file))
    assert [one.holds for one in preview.column][:2] == [
        pb.WORKFORCE_COLUMN_NAME,
        pb.WORKFORCE_COLUMN_EMPLOYEE_NUMBER,
    ]
    assert (preview.good_rows, preview.bad_rows, preview.error_count) == (4, 1, 2)
    assert {(one.row, one.letter, one.code) for one in preview.error} == {
        (6, "", "NOBODY"),
        (6, "E", "NOT_A_DATE"),
    }
    assert not any("yesterday" in one.sentence for one in preview.error)
    ana = preview.employee[0]
    assert (ana.name, ana.employee_id, ana.start_date.year) == ("Ana Ruizquez", "", 2020)
    assert [(one.skill.uri, one.level) for one in ana.skill] == [(WELDING, 4), (BLUEPRINTS, 0)]
    assert (ana.basis, ana.scope) == (
        skills_pb2.ASSERTION_BASIS_SELF_ASSERTED,
        skills_pb2.ASSERTION_SCOPE_EMPLOYER_PRIVATE,
    )
    assert [one.words for one in preview.unrecognized] == ["juggling"]
    assert preview.kept_until.ToDatetime(tzinfo=UTC) == NOON + timedelta(days=365)
    assert await names(staff) == []


async def test_a_file_with_errors_changes_nothing_unless_bad_rows_may_be_left_out(staff, employer):
    await employer.post()
    await imported(staff, "Name\nZoë\n")
    bad = CSV + "Ed,4,,,,,\n"
    async with refused() as refusal:
        await imported(staff, bad)
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "row 5, column B")
    assert "2 rows have problems" in refusal.sentence
    assert await names(staff) == ["Zoë"]
    answer = await imported(staff, bad, leave_out_bad_rows=True)
    assert (answer.imported, answer.left_out) == (3, 2)
    assert await names(staff) == ["Ana Ruizquez", "Ben Okonkwo", "Cy Young"]


async def test_another_file_than_the_one_that_was_seen_is_refused(staff, employer):
    await employer.post()
    async with refused() as refusal:
        await imported(staff, file=pb.WorkforceFile(content=b"Name\nMallory\n"))
    assert (refusal.reason, refusal.field) == ("STALE_VERSION", "digest")
    assert await names(staff) == []


async def test_a_repeated_import_is_done_once(staff, employer):
    await employer.post()
    again = request_id()
    first = await imported(staff, request_id=again)
    await staff.DeleteEmployees(pb.DeleteEmployeesRequest(all=True))
    assert await imported(staff, request_id=again) == first
    assert await names(staff) == []


async def test_skills_are_counted_across_the_staff(staff, employer):
    await employer.post()
    await imported(staff)
    across = await staff.SkillsAcross(pb.SkillsAcrossRequest())
    assert (across.employees, across.without_skills) == (4, 1)
    assert [(one.skill.uri, one.count, one.level_not_stated) for one in across.skill] == [
        (BLUEPRINTS, 2, 1),
        (WELDING, 2, 1),
        (SAFETY, 1, 0),
    ]
    assert list(across.skill[1].at_level) == [0, 0, 0, 1, 0]
    assert [(one.department, one.count) for one in across.department] == [
        ("Office", 2),
        ("Shop", 2),
    ]
    office = await staff.SkillsAcross(pb.SkillsAcrossRequest(department="Office"))
    assert (office.employees, [one.skill.uri for one in office.skill]) == (2, [BLUEPRINTS])


async def test_who_could_do_a_job_and_what_each_lacks(staff, employer):
    job_id = await employer.post(
        requirement_message(),
        requirement_message(BLUEPRINTS, required_level=0),
        requirement_message(SAFETY, importance=jobs_pb2.IMPORTANCE_PREFERRED, gate=True),
        license_requirement=[jobs_pb2.LicenseRequirement(type="CWI", jurisdiction="US-CO")],
    )
    await imported(staff)
    answer = await staff.FitEmployees(pb.FitEmployeesRequest(job_id=job_id))
    assert (answer.total, answer.asked) == (3, 3)
    ana, cy, ben = answer.fit
    assert [one.name for one in answer.fit] == ["Ana Ruizquez", "Cy Young", "Ben Okonkwo"]
    assert ana.score > cy.score > ben.score > 0
    assert {one.uri for one in ana.has} == {WELDING, BLUEPRINTS}
    assert list(ana.has_sentence) == [
        "Has Welding (MIG), level 4 of 5.",
        "Has Blueprint reading.",
    ]
    assert list(ana.needs_sentence) == [
        "Needs Shop safety at level 3. This is a plus, not a must.",
        "Your file names the CWI license for US-CO. Look at it before you rely on it.",
    ]
    assert {one.code for one in ana.closed} == {"skill", "license"}
    assert "Needs Shop safety at level 3; has level 2. This is a plus, not a must." in list(
        ben.needs_sentence
    )
    assert "Needs the CWI license for US-CO." in list(ben.needs_sentence)
    assert {(one.skill.uri, one.level) for one in cy.missing} == {(WELDING, 0), (SAFETY, 0)}
    page = await staff.FitEmployees(pb.FitEmployeesRequest(job_id=job_id, page_size=2))
    rest = await staff.FitEmployees(
        pb.FitEmployeesRequest(job_id=job_id, page_size=2, page_token=page.next_page_token)
    )
    assert [*page.fit, *rest.fit] == list(answer.fit)
    assert rest.next_page_token == ""


async def test_a_person_of_the_staff_has_the_score_that_a_candidate_with_the_same_words_has(
    staff, employer, world
):
    job_id = await employer.post(requirement_message(), threshold=1)
    await imported(staff, 'Name,Skills\nAna,"Welding (MIG) (2)"\n')
    own_word = skills_pb2.SkillAssertion(
        assertion_id="a",
        skill=skills_pb2.SkillReference(uri=WELDING),
        basis=skills_pb2.ASSERTION_BASIS_SELF_ASSERTED,
        verification_outcome=skills_pb2.VERIFICATION_OUTCOME_NO_DOCUMENT,
        normalized_level=2,
    )
    await world.profile("holder-1", own_word)
    [score] = await eventually(lambda: employer.scores(job_id))
    answer = await staff.FitEmployees(pb.FitEmployeesRequest(job_id=job_id))
    assert [one.score for one in answer.fit] == [score]


async def test_what_is_missing_names_the_people_who_are_near_and_the_programs(staff, employer):
    job_id = await employer.post(
        requirement_message(), requirement_message(BLUEPRINTS, required_level=0)
    )
    await imported(staff)
    answer = await staff.UpskillingTargets(pb.UpskillingTargetsRequest(job_id=job_id))
    assert (answer.title, answer.employees, answer.ready) == ("Welder", 4, 1)
    blueprints, welding = answer.target
    assert (blueprints.skill.uri, blueprints.missing, list(blueprints.name)) == (
        BLUEPRINTS,
        2,
        ["Ben Okonkwo"],
    )
    assert (welding.missing, welding.one_skill_away, list(welding.name)) == (2, 1, ["Cy Young"])
    assert [one.name for one in welding.program] == ["MIG Welder"]


async def test_people_are_deleted_at_once_and_by_name(staff, employer, world, org_id):
    await employer.post()
    await imported(staff)
    listed = await staff.ListEmployees(pb.ListEmployeesRequest())
    one = pb.DeleteEmployeesRequest(employee_id=[listed.employee[0].employee_id])
    assert (await staff.DeleteEmployees(one)).deleted == 1
    assert await names(staff) == ["Ben Okonkwo", "Cy Young", "Di Fox"]
    after = await staff.ListEmployees(pb.ListEmployeesRequest(page_size=1))
    assert after.kept_until == listed.kept_until
    everybody = pb.DeleteEmployeesRequest(all=True)
    assert (await staff.DeleteEmployees(everybody)).deleted == 3
    assert await stored(world, org_id) is None
    assert await names(staff) == []


async def person(staff: Any, name: str) -> str:
    listed = (await staff.ListEmployees(pb.ListEmployeesRequest())).employee
    return next(one.employee_id for one in listed if one.name == name)


async def draft(employer: Employer, employee_id: str, title: str = "") -> Any:
    like = drafts_pb2.LikeEmployee(employee_id=employee_id, title=title)
    return await employer.drafts.DraftJob(
        drafts_pb2.DraftJobRequest(like_employee=like, state="US-CO")
    )


async def test_a_job_starts_from_somebody_of_the_staff_without_their_name(staff, employer):
    await employer.post()
    await imported(staff)
    made = await draft(employer, await person(staff, "Ana Ruizquez"))
    assert made.job.title == "Helper"
    assert [
        (one.skill.uri, one.skill.label, one.importance, one.required_level)
        for one in made.job.requirement
    ] == [
        (WELDING, "Welding (MIG)", jobs_pb2.IMPORTANCE_REQUIRED, 4),
        (BLUEPRINTS, "Blueprint reading", jobs_pb2.IMPORTANCE_REQUIRED, 0),
    ]
    for word in (b"Ruizquez", b"Ana"):
        assert word not in made.SerializeToString()
    preview = drafts_pb2.PreviewJobRequest(description_json=made.description_json)
    assert (await employer.drafts.PreviewJob(preview)).few
    posted = await employer.drafts.PostDescribedJob(
        drafts_pb2.PostDescribedJobRequest(
            request_id=request_id(), description_json=made.description_json
        )
    )
    assert [one.skill.uri for one in posted.job.job.requirement] == [WELDING, BLUEPRINTS]


async def test_a_title_of_ones_own_goes_before_that_of_the_list(staff, employer):
    await employer.post()
    await imported(staff)
    made = await draft(employer, await person(staff, "Ana Ruizquez"), "MIG welder")
    assert (made.job.title, len(made.job.requirement)) == ("MIG welder", 2)
    assert made.job.soc[0].code == "51-4121.00"


async def test_what_the_list_does_not_say_is_asked_for_or_taken_from_the_work(staff, employer):
    await employer.post()
    text = "Name,Title,Skills\nAna,,shop safety\nBen,Ben's helper,shop safety\nDi,Welder,juggling\n"
    await imported(staff, text)
    for name in ("Ana", "Ben"):
        async with refused() as refusal:
            await draft(employer, await person(staff, name))
        assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "title")
    made = await draft(employer, await person(staff, "Di"))
    assert any("names no skills of this person" in note for note in made.note)
    assert made.job.requirement


async def test_only_what_somebody_knows_best_is_needed(staff, employer):
    await employer.post()
    taught = " (2); ".join(MANY)
    await imported(staff, f"Name,Title,Skills\nAna,Welder,{taught} (2); shop safety (5)\n")
    made = await draft(employer, await person(staff, "Ana"))
    asked = made.job.requirement
    assert (asked[0].skill.uri, asked[0].required_level) == (SAFETY, 5)
    assert [one.importance for one in asked] == [
        *[jobs_pb2.IMPORTANCE_REQUIRED] * 4,
        *[jobs_pb2.IMPORTANCE_PREFERRED] * 8,
    ]
    assert any("12 skills they know best" in note for note in made.note)


async def test_nobody_elses_staff_starts_a_job(staff, employer, world, matcher, org_id):
    await employer.post()
    await imported(staff)
    ana = await person(staff, "Ana Ruizquez")
    other = world.employer(matcher, f"like-{org_id}")
    for one, who in ((other, ana), (employer, "nobody")):
        async with refused() as refusal:
            await draft(one, who)
        assert (refusal.reason, refusal.field) == ("NOT_FOUND", "employee_id")
    await other.close()


async def test_what_is_kept_too_long_is_gone(staff, employer, world, org_id):
    await employer.post()
    await imported(staff)
    store = await Store.connect(world.settings, "matcher")
    workforces = app.kept_workforces(world.settings, store)
    there = await workforces.find(org_id, NOON + timedelta(days=364))
    assert there
    assert len(workforces.opened(there).staff) == 4
    assert await workforces.find(org_id, NOON + timedelta(days=365)) is None
    indexes = await store.db["workforces"].index_information()
    assert [one["expireAfterSeconds"] for one in indexes.values() if len(one) > 2] == [0]
    await store.close()


async def test_one_organizations_staff_does_not_open_as_anothers(staff, employer, world, org_id):
    await employer.post()
    await imported(staff)
    store = await Store.connect(world.settings, "matcher")
    workforces = app.kept_workforces(world.settings, store)
    there = await workforces.find(org_id, NOON)
    assert there
    with pytest.raises(CannotOpen):
        workforces.opened(replace(there, org_id="another"))
    await store.close()


async def test_nobody_else_reaches_a_staff(staff, employer, world, matcher, org_id):
    job_id = await employer.post()
    await imported(staff)
    other_org = f"other-{org_id}"
    await world.organization(other_org)
    other = world.employer(matcher, other_org)
    others = pb_grpc.WorkforceServiceStub(other.channel)
    assert await names(others) == []
    assert (await others.SkillsAcross(pb.SkillsAcrossRequest())).employees == 0
    async with refused() as refusal:
        await others.FitEmployees(pb.FitEmployeesRequest(job_id=job_id))
    assert refusal.reason == "NOT_YOURS"
    await other.close()
    for role in (Role.HOLDER, Role.AGENCY, Role.PROVIDER):
        stranger = world.employer(matcher, org_id, roles=[role])
        async with refused() as refusal:
            await names(pb_grpc.WorkforceServiceStub(stranger.channel))
        assert refusal.reason == "ROLE_NEEDED"
        await stranger.close()


async def test_an_employer_that_is_not_registered_imports_nothing(world, matcher):
    stranger = world.employer(matcher, "org-nobody-knows")
    async with refused() as refusal:
        await imported(pb_grpc.WorkforceServiceStub(stranger.channel))
    assert refusal.reason == "WRONG_STATE"
    await stranger.close()


async def test_names_are_in_no_topic_no_log_and_not_readable_in_the_database(
    staff, employer, world, matcher, org_id, caplog
):
    caplog.set_level("DEBUG")
    job_id = await employer.post()
    await imported(staff)
    await staff.FitEmployees(pb.FitEmployeesRequest(job_id=job_id))
    await staff.SkillsAcross(pb.SkillsAcrossRequest())
    made = await draft(employer, await person(staff, "Ana Ruizquez"))
    post = drafts_pb2.PostDescribedJobRequest(
        request_id=request_id(), description_json=made.description_json
    )
    await employer.drafts.PostDescribedJob(post)
    async with refused():
        await imported(staff, CSV + "Ruizquez,1,,,,,\n")
    for topic in [one for one in load_topics() if not one.endswith(".ORG")]:
        for record in await world.records(topic):
            raw = record.value or b""
            assert b"Ruizquez" not in raw
            assert b"Okonkwo" not in raw
    assert "Ruizquez" not in caplog.text
    store = await Store.connect(world.settings, "matcher")
    for name in await store.db.list_collection_names():
        text = repr(await store.db[name].find({}).to_list(None))
        assert "Ruizquez" not in text
        assert "Okonkwo" not in text
    await store.close()
    assert await stored(world, org_id)


async def test_every_look_and_change_is_recorded(staff, employer, world, org_id):
    await employer.post()
    await imported(staff)
    await names(staff)
    await staff.DeleteEmployees(pb.DeleteEmployeesRequest(all=True))
    for action in ("WORKFORCE_IMPORTED", "WORKFORCE_READ", "WORKFORCE_DELETED"):
        entry = await world.audited(action, org_id)
        assert "Ruizquez" not in repr(entry)


async def stored(world: Any, org_id: str) -> Any:
    store = await Store.connect(world.settings, "matcher")
    found = await store.db["workforces"].find_one({"_id": org_id})
    await store.close()
    return found


async def test_words_of_the_taxonomy_are_known_and_suggestions_are_for_a_person(staff, employer):
    await employer.post()
    text = "Name,Skills\nAna,first aid; forklift\nBen,forklift\n"
    file = pb.WorkforceFile(content=text.encode())
    preview = await staff.PreviewWorkforce(pb.PreviewWorkforceRequest(file=file))
    assert [one.skill.label for one in preview.employee[0].skill] == ["first aid"]
    [forklift] = preview.unrecognized
    assert (forklift.words, forklift.count, forklift.suggestion.label) == (
        "forklift",
        2,
        "operate forklift",
    )
    file.meaning.add(words="forklift", skill_uri=forklift.suggestion.uri)
    again = await staff.PreviewWorkforce(pb.PreviewWorkforceRequest(file=file))
    assert not again.unrecognized
    assert again.digest != preview.digest
    answer = await imported(staff, file=file, digest=again.digest)
    assert answer.imported == 2
    across = await staff.SkillsAcross(pb.SkillsAcrossRequest())
    assert [(one.skill.label, one.count) for one in across.skill] == [
        ("operate forklift", 2),
        ("first aid", 1),
    ]


async def test_a_list_without_skills_gets_what_its_titles_usually_take_once_a_person_says_so(
    staff, employer
):
    await employer.post()
    text = "Name,Title\nAna,Welder\nBen,Welder\nCy,Grand vizier\n"
    file = pb.WorkforceFile(content=text.encode())
    preview = await staff.PreviewWorkforce(pb.PreviewWorkforceRequest(file=file))
    assert any("No column holds skills" in note for note in preview.note)
    [welder] = preview.title
    assert (welder.title, welder.count, bool(welder.occupation)) == ("Welder", 2, True)
    assert not any(one.skill for one in preview.employee)
    chosen = welder.skill[0]
    file.title_skill.add(title="welder", skill_uri=chosen.uri)
    again = await staff.PreviewWorkforce(pb.PreviewWorkforceRequest(file=file))
    assert not again.title
    await imported(staff, file=file, digest=again.digest)
    across = await staff.SkillsAcross(pb.SkillsAcrossRequest())
    assert [(one.skill.uri, one.count) for one in across.skill] == [(chosen.uri, 2)]
    assert across.without_skills == 1


@pytest.mark.parametrize(
    ("file", "field"),
    [
        (pb.WorkforceFile(), "file"),
        (pb.WorkforceFile(content=b"PK\x03\x04"), "file"),
        (pb.WorkforceFile(content=b"\x00"), "file"),
        (pb.WorkforceFile(content=b"a\n1\n", mapping=[{"column": 0}]), "file.mapping[0].holds"),
        (pb.WorkforceFile(content=b"a\n1\n", mapping=[{"column": 4, "holds": 2}]), "file"),
        (
            pb.WorkforceFile(content=b"a\n1\n", meaning=[{"words": "x"}]),
            "file.meaning[0].skill_uri",
        ),
        (pb.WorkforceFile(content=b"a\n1\n", meaning=[{"words": ""}]), "file.meaning[0].words"),
        (
            pb.WorkforceFile(content=b"a\n1\n", title_skill=[{"title": "x", "skill_uri": "y"}]),
            "file.title_skill[0].skill_uri",
        ),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_with_its_place(staff, employer, file, field):
    async with refused() as refusal:
        await staff.PreviewWorkforce(pb.PreviewWorkforceRequest(file=file))
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", field)


async def test_a_job_that_asks_for_nothing_compares_nobody(staff, employer):
    await employer.post()
    bare = jobs_pb2.Job(title="Helper", visibility=jobs_pb2.JOB_VISIBILITY_PUBLIC)
    posted = await employer.stub.PostJob(
        matcher_pb2.PostJobRequest(request_id=request_id(), job=bare)
    )
    async with refused() as refusal:
        await staff.FitEmployees(pb.FitEmployeesRequest(job_id=posted.job.job.job_id))
    assert refusal.reason == "WRONG_STATE"


async def test_imports_at_once_leave_one_whole_staff(staff, employer):
    await employer.post()
    texts = [f"Name\nA{number}\nB{number}\n" for number in range(4)]
    await asyncio.gather(*(imported(staff, text) for text in texts))
    found = await names(staff)
    assert found in [[f"A{number}", f"B{number}"] for number in range(4)]

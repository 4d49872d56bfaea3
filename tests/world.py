"""Who and what the cross-service tests are about: valid things, each changed in one respect."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from talent_cli.actors import Agency, Employer, Holder, Provider, Services
from talent_proto.events.v1.catalog_pb2 import (
    Achievement,
    Alignment,
    Criteria,
    ResultDescription,
    RubricCriterionLevel,
)
from talent_proto.events.v1.credentials_pb2 import Result
from talent_proto.events.v1.jobs_pb2 import Importance, Job, JobLocationType, Requirement
from talent_proto.events.v1.skills_pb2 import SkillReference
from talent_proto.matcher.v1.matcher_pb2 import CandidateMatch, ListMatchesRequest
from talent_proto.registry.v1.registry_pb2 import CredentialDraft, PublishItem
from talent_skills import LEVELS, SCALE_URI

ESCO = "http://data.europa.eu/esco/skill/"
MIG = SkillReference(uri=ESCO + "f015c5d5-6a1c-4f63-9012-a05f4f34105e", label="MIG welding")
BLUEPRINTS = SkillReference(uri=ESCO + "68b6ef08-d823-489d-a95c-752ae6f6e6a7", label="blueprints")


def unique(word: str) -> str:
    """A name that no other test has."""
    return f"{word}-{uuid.uuid4().hex[:8]}"


def achievement(
    identifier: str, skills: Sequence[SkillReference] = (MIG, BLUEPRINTS), name: str = "Welding"
) -> Achievement:
    """An assessed achievement with the five common levels."""
    result = f"{identifier}/level"
    return Achievement(
        id=identifier,
        version="1",
        in_language="en-US",
        achievement_type="Assessment",
        name=name,
        description="Shown in a hands-on test.",
        criteria=Criteria(narrative="Passes a practical test that an instructor observes."),
        alignment=[
            Alignment(target_url=skill.uri, target_name=skill.label, target_type="ceasn:Competency")
            for skill in skills
        ],
        result_description=[
            ResultDescription(
                id=result,
                name="Level reached",
                result_type="RubricCriterionLevel",
                rubric_criterion_level=[
                    RubricCriterionLevel(
                        id=f"{result}/{level.number}",
                        name=level.name,
                        level=str(level.number),
                        alignment=[
                            Alignment(
                                target_url=level.uri,
                                target_name=level.name,
                                target_framework=SCALE_URI,
                            )
                        ],
                    )
                    for level in LEVELS
                ],
            )
        ],
    )


def draft(identifier: str, email: str, level: int = 4) -> CredentialDraft:
    """What a provider sends for one holder of `achievement(identifier)`."""
    result = f"{identifier}/level"
    return CredentialDraft(
        achievement_id=identifier,
        recipient_email=email,
        result=[Result(result_description=result, achieved_level=f"{result}/{level}")],
    )


def item(identifier: str, email: str, request_id: str = "", level: int = 4) -> PublishItem:
    return PublishItem(
        request_id=request_id or unique("item"), draft=draft(identifier, email, level)
    )


def job(
    title: str = "Welder", skills: Sequence[SkillReference] = (MIG, BLUEPRINTS), level: int = 2
) -> Job:
    """A job that asks for each skill at a level."""
    return Job(
        title=title,
        description=f"{title} wanted.",
        requirement=[
            Requirement(
                skill=skill, importance=Importance.IMPORTANCE_REQUIRED, required_level=level
            )
            for skill in skills
        ],
        job_location_type=JobLocationType.JOB_LOCATION_TYPE_REMOTE,
        time_zone="America/Denver",
        total_job_openings=1,
    )


@dataclass(frozen=True)
class Town:
    """A vetted provider with one achievement, a vetted employer with one job that it fits."""

    services: Services
    provider: Provider
    employer: Employer
    achievement_id: str
    job_id: str

    @property
    def name(self) -> str:
        return self.provider.org_id.removesuffix("-school")

    def holder(self, name: str = "Ana Torres") -> Holder:
        """A new person; nobody has signed in yet."""
        subject = unique("holder")
        return Holder(self.services, subject, name, f"{subject}@example.org")

    async def matches(self, job_id: str = "") -> list[CandidateMatch]:
        """What the employer sees of a job, the town's own if none is named."""
        request = ListMatchesRequest(job_id=job_id or self.job_id, page_size=100)
        answer = await self.services.matcher.ListMatches(request, metadata=self.employer.metadata)
        return list(answer.match)


async def found_town(services: Services, skills: Sequence[SkillReference] = ()) -> Town:
    """A town of its own: with no `skills` given, a skill that no other town's job asks for."""
    name = unique("town")
    own = [SkillReference(uri=f"https://skills.example/{name}", label=f"Craft of {name}")]
    wanted = list(skills) or own
    agency = Agency(services)
    provider = Provider(services, f"{name}-school", f"School of {name}")
    employer = Employer(services, f"{name}-shop", f"Shop of {name}")
    for organization in (provider, employer):
        await organization.sign_up()
        await agency.vet(organization)
    identifier = f"https://{name}.example/achievements/craft"
    await provider.publish_achievement(achievement(identifier, wanted))
    posted = await employer.post_job(f"job-{name}", job(skills=wanted))
    return Town(services, provider, employer, identifier, posted.job.job_id)

"""The state of the demo, read from state.toml: typed, and turned into the network's messages."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talent_proto.events.v1.catalog_pb2 import (
    Achievement,
    Alignment,
    Criteria,
    ResultDescription,
    RubricCriterionLevel,
)
from talent_proto.events.v1.common_pb2 import CoarsePlace, Money, PayPeriod
from talent_proto.events.v1.jobs_pb2 import (
    BaseSalary,
    Importance,
    Job,
    JobLocationType,
    JobVisibility,
    LicenseRequirement,
    OccupationShare,
    Requirement,
)
from talent_proto.events.v1.skills_pb2 import SkillReference, ValidatorType
from talent_skills import LEVELS, SCALE_URI

FILE = Path(__file__).with_name("state.toml")


@dataclass(frozen=True)
class Organization:
    org_id: str
    name: str
    type: ValidatorType.ValueType


@dataclass(frozen=True)
class Place:
    county: str
    zip3: str


@dataclass(frozen=True)
class Course:
    """An achievement, by whom, and what a holder of it shows."""

    provider: str
    slug: str
    message: Achievement
    skills: frozenset[str]
    goes_with: str
    # The result description that levels are stated against; empty for a license.
    result_id: str


@dataclass(frozen=True)
class Opening:
    employer: str
    slug: str
    message: Job
    required: frozenset[str]


@dataclass(frozen=True)
class State:
    providers: tuple[Organization, ...]
    employers: tuple[Organization, ...]
    places: tuple[Place, ...]
    courses: tuple[Course, ...]
    openings: tuple[Opening, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def load_state() -> State:
    """Everything that takes part. An opening for each occupation in each place."""
    read = tomllib.loads(FILE.read_text())
    places = tuple(Place(row["county"], row["zip3"]) for row in read["place"])
    return State(
        providers=tuple(
            Organization(
                row["org_id"], row["name"], ValidatorType.Value(f"VALIDATOR_TYPE_{row['type']}")
            )
            for row in read["provider"]
        ),
        employers=tuple(
            Organization(row["org_id"], row["name"], ValidatorType.VALIDATOR_TYPE_EMPLOYER)
            for row in read["employer"]
        ),
        places=places,
        courses=tuple(_course(row, read) for row in read["achievement"]),
        openings=tuple(
            _opening(row, place, read) for row in read["occupation"] for place in places
        ),
        first_names=tuple(read["first_names"]),
        last_names=tuple(read["last_names"]),
    )


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


def _skill(name: str, read: dict[str, Any]) -> SkillReference:
    uuid, label = read["skill"][name]
    return SkillReference(
        uri=f"{read['framework']}/skill/{uuid}",
        framework_uri=read["framework"],
        framework_version=read["framework_version"],
        label=label,
    )


def _course(row: dict[str, Any], read: dict[str, Any]) -> Course:
    slug = _slug(row["name"])
    identifier = f"https://demo.talent.example/achievements/{slug}"
    skills = [_skill(name, read) for name in row["skills"]]
    message = Achievement(
        id=identifier,
        version="1",
        in_language="en-US",
        achievement_type=row["type"],
        name=row["name"],
        description=f"{row['name']}: " + ", ".join(skill.label for skill in skills) + ".",
        criteria=Criteria(
            id=f"{identifier}/criteria",
            narrative="Shows each skill in a hands-on task that a qualified instructor observes.",
        ),
        alignment=[
            Alignment(
                target_url=skill.uri,
                target_name=skill.label,
                target_framework="ESCO",
                target_type="ceasn:Competency",
            )
            for skill in skills
        ],
        jurisdiction=[read["state"]],
    )
    if row.get("license"):
        message.specialization = row["license"]
        result_id = ""
    else:
        result_id = f"{identifier}/level"
        message.result_description.append(
            ResultDescription(
                id=result_id,
                name="Level reached",
                result_type="RubricCriterionLevel",
                rubric_criterion_level=[
                    RubricCriterionLevel(
                        id=f"{result_id}/{level.number}",
                        name=level.name,
                        description=level.description,
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
        )
    return Course(
        provider=row["provider"],
        slug=slug,
        message=message,
        skills=frozenset(row["skills"]),
        goes_with=_slug(row.get("goes_with", "")),
        result_id=result_id,
    )


def _opening(row: dict[str, Any], place: Place, read: dict[str, Any]) -> Opening:
    low, high = row["pay"]
    job = Job(
        title=row["title"],
        description=f"{row['title']} wanted. Paid by the hour, on site.",
        soc=[OccupationShare(code=row["onet_soc"], version="2019", share_percent=100)],
        requirement=[
            _requirement(text, importance, read)
            for importance, texts in (
                (Importance.IMPORTANCE_REQUIRED, row["required"]),
                (Importance.IMPORTANCE_PREFERRED, row["preferred"]),
            )
            for text in texts
        ],
        time_zone=read["time_zone"],
        job_location_type=JobLocationType.JOB_LOCATION_TYPE_ON_SITE,
        place=CoarsePlace(state=read["state"], county_fips=place.county, zip3=place.zip3),
        base_salary=BaseSalary(
            min=Money(minor_units=low * 100, currency="USD"),
            max=Money(minor_units=high * 100, currency="USD"),
            unit=PayPeriod.PAY_PERIOD_HOUR,
        ),
        total_job_openings=1,
        visibility=JobVisibility.JOB_VISIBILITY_PUBLIC,
    )
    if row.get("license"):
        job.license_requirement.append(
            LicenseRequirement(type=row["license"], jurisdiction=read["state"])
        )
    return Opening(
        employer=row["employer"],
        slug=f"{_slug(row['title'])}-{place.zip3}",
        message=job,
        required=frozenset(text.split(":")[0] for text in row["required"]),
    )


def _requirement(text: str, importance: Importance.ValueType, read: dict[str, Any]) -> Requirement:
    name, _, level = text.partition(":")
    return Requirement(
        skill=_skill(name, read), importance=importance, required_level=int(level or 0)
    )

"""Job descriptions for tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from talent_jobs.description import (
    Conditions,
    Duty,
    Evidence,
    JobDescription,
    JobType,
    NeededLicense,
    NeededSkill,
    OccupationPart,
    PayPeriod,
    PayRange,
    Shift,
    Source,
    SourceKind,
    WorkPlace,
)

_ESCO = "http://data.europa.eu/esco/skill/"
_TASK = Source(SourceKind.ONET_TASK, "9891", "29.3", "43-6014.00")


def description(**changed: Any) -> JobDescription:
    """An office manager who also keeps the books and drives the van."""
    return replace(_OFFICE_MANAGER, **changed)


_OFFICE_MANAGER = JobDescription(
    title="Office manager",
    employer="José's Plumbing & Heating",
    summary="Run the office of a twelve-person shop. Keep the books, and bring parts to the crews.",
    occupations=(
        OccupationPart("43-6014.00", "Secretaries and Administrative Assistants", 60),
        OccupationPart("43-3031.00", "Bookkeeping, Accounting, and Auditing Clerks", 30),
        OccupationPart("53-3033.00", "Light Truck Drivers", 10),
    ),
    duties=(
        Duty("Answer telephones and give information to callers.", _TASK),
        Duty(
            "Check figures, postings, and documents for correct entry, mathematical accuracy, and "
            "proper codes.",
            Source(SourceKind.ONET_TASK, "2868", "29.3", "43-3031.00"),
        ),
        Duty("Drive the van to job sites with parts.", Source(SourceKind.EMPLOYER)),
    ),
    skills=(
        NeededSkill(
            uri=_ESCO + "faf8943c-72ff-4736-a587-25508695d6f0",
            label="maintain financial records",
            source=Source(SourceKind.ESCO_SKILL, "", "1.2.0"),
            required=True,
            level=3,
            looks_like="Closes a month of usual entries alone, and finds why two sums differ.",
            evidence=(Evidence.ASSESSED, Evidence.EMPLOYER_ATTESTED),
        ),
        NeededSkill(
            uri=_ESCO + "5a0bffcf-4ff6-49cf-a7db-4142e63f5f04",
            label="answer incoming calls",
            source=Source(SourceKind.ESCO_SKILL, "", "1.2.0"),
            required=True,
            level=2,
            trainable=True,
        ),
        NeededSkill(
            uri=_ESCO + "60c78287-22eb-4103-9c8c-28deaa460da0",
            label="work in teams",
            source=Source(SourceKind.ESCO_SKILL, "", "1.2.0"),
            required=True,
            durable=True,
            observe="Tells the next person what is still open before going home.",
        ),
        NeededSkill(
            uri=_ESCO + "1973c966-f236-40c9-b2d4-5d71a89019be",
            label="use spreadsheets software",
            source=Source(SourceKind.ESCO_SKILL, "", "1.2.0"),
            required=False,
            level=2,
        ),
    ),
    licenses=(NeededLicense("Driver's license", "US-CO", accept_pending=True),),
    pay=PayRange(
        least=2150,
        most=2875,
        period=PayPeriod.HOUR,
        source=Source(SourceKind.WAGE_SURVEY, "OEWS", "May 2024", "43-6014.00"),
        area="Colorado",
        year=2024,
    ),
    conditions=Conditions(
        job_type=JobType.PART_TIME,
        hours=(25, 30),
        shifts=(Shift(1, 480, 840), Shift(3, 480, 840), Shift(5, 1320, 120)),
        time_zone="America/Denver",
        work_place=WorkPlace.HYBRID,
        state="US-CO",
        county_fips="08031",
        zip3="802",
        transport="The 15 bus stops at the door.",
        driving=True,
    ),
    openings=2,
    posted=date(2026, 5, 1),
    open_until=date(2026, 5, 31),
    taxonomy="2026.1",
    attributions=("This page includes information from O*NET 29.3.",),
)

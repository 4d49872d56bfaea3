"""schema.org JobPosting and HR Open JDX JobSchema+."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pyld
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from talent_jobs.civil_days import first_instant, last_instant
from talent_jobs.description import (
    Conditions,
    JobDescription,
    JobType,
    PayPeriod,
    PayRange,
    WorkPlace,
)
from talent_jobs.html_page import html_page
from talent_jobs.jdx import CONTEXT, jdx, jdx_json
from talent_jobs.paper import shown_text
from talent_jobs.posting import posting
from talent_jobs.schema_org import schema_org, schema_org_json
from talent_jobs.words import amount

from .descriptions import description
from .hostile import descriptions
from .readers import html_text, read_html, squeezed

# schema.org 30.0: properties of each type that we write, with the kinds of their values.
SCHEMA_ORG = {
    "JobPosting": {
        "title": "Text",
        "description": "Text",
        "hiringOrganization": "Organization",
        "datePosted": "Text",
        "validThrough": "Text",
        "employmentType": "Text",
        "jobLocation": "Place",
        "jobLocationType": "Text",
        "applicantLocationRequirements": "State Country",
        "workHours": "Text",
        "baseSalary": "MonetaryAmount",
        "occupationalCategory": "CategoryCode",
        "responsibilities": "Text",
        "skills": "DefinedTerm",
        "qualifications": "EducationalOccupationalCredential Text",
        "jobBenefits": "Text",
        "totalJobOpenings": "Number",
    },
    "Organization": {"name": "Text"},
    "Place": {"address": "PostalAddress", "description": "Text"},
    "PostalAddress": {"addressCountry": "Text", "addressRegion": "Text"},
    "State": {"name": "Text"},
    "Country": {"name": "Text"},
    "MonetaryAmount": {"currency": "Text", "value": "QuantitativeValue"},
    "QuantitativeValue": {
        "value": "Number",
        "minValue": "Number",
        "maxValue": "Number",
        "unitText": "Text",
    },
    "CategoryCode": {"codeValue": "Text", "name": "Text", "inCodeSet": "CategoryCodeSet"},
    "CategoryCodeSet": {"name": "Text"},
    "DefinedTerm": {"name": "Text", "description": "Text", "inDefinedTermSet": "DefinedTermSet"},
    "DefinedTermSet": {"name": "Text"},
    "EducationalOccupationalCredential": {
        "name": "Text",
        "credentialCategory": "Text",
        "description": "Text",
        "validIn": "State",
    },
}
# HR Open Recruiting 4.3: the same of its types; a star for a list.
HR_OPEN_TYPES = {
    "JobPosting": {
        "language": "Text",
        "title": "Text",
        "formattedDescriptions": "*Text",
        "hiringOrganization": "Organization",
        "datePosted": "Text",
        "validThrough": "Text",
        "totalJobOpenings": "Number",
        "jobSchedules": "*Term",
        "jobTerms": "*Term",
        "jobAgreements": "*Term",
        "workHours": "*Text",
        "shiftSchedules": "*Text",
        "jobLocation": "Place",
        "jobLocationTypes": "*Text",
        "baseSalaries": "*Amount",
        "occupationCategories": "*Term",
        "tasks": "*Term",
        "competencies": "*Term",
        "requiredCredentials": "*Credential",
        "disclaimers": "*Text",
    },
    "Organization": {"legalName": "Text"},
    "Place": {"address": "Address"},
    "Address": {"countryCode": "Text", "countrySubDivisions": "*AddressPart"},
    "AddressPart": {"type": "Text", "value": "Text"},
    "Amount": {
        "currency": "Text",
        "minValue": "Number",
        "maxValue": "Number",
        "unitText": "Text",
    },
    "Credential": {"descriptions": "*Text", "credentialCategory": "Term"},
    "Term": {
        "name": "Text",
        "termCode": "Text",
        "descriptions": "*Text",
        "inDefinedTermSet": "TermSet",
        "annotation": "Annotation",
    },
    "TermSet": {"name": "Text", "url": "Text"},
    "Annotation": {
        "required": "Truth",
        "preferred": "Truth",
        "requiredAtHiring": "Truth",
        "descriptions": "*Text",
        "scaleCategory": "Term",
        "evidenceCategory": "Term",
    },
}
# The published schemas of HR Open Recruiting 4.3, which are not ours to hand on: a folder with
# "common" and "recruiting" in it.
HR_OPEN = Path(
    os.environ.get("HR_OPEN_SCHEMAS") or Path(__file__).parents[4] / "shared/data/hropen"
)


def check_kind(value: Any, kinds: str) -> None:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            assert one["@type"] in kinds.split()
            check_type(one)
        else:
            assert ("Text" if isinstance(one, str) else "Number") in kinds.split()


def check_type(node: dict[str, Any]) -> None:
    known = SCHEMA_ORG[node["@type"]]
    for name, value in node.items():
        if not name.startswith("@"):
            check_kind(value, known[name])


def check_hr_open(value: Any, kind: str) -> None:
    if kind.startswith("*"):
        assert isinstance(value, list)
        for one in value:
            check_hr_open(one, kind[1:])
    elif kind in HR_OPEN_TYPES:
        for name, one in value.items():
            if not name.startswith("@"):
                check_hr_open(one, HR_OPEN_TYPES[kind][name])
    else:
        kinds = {"Text": (str,), "Number": (int, float), "Truth": (bool,)}
        assert type(value) in kinds[kind]


@given(descriptions())
def test_every_field_is_one_of_hr_open(job: JobDescription) -> None:
    check_hr_open(json.loads(jdx_json(job)), "JobPosting")


@given(descriptions())
def test_every_property_is_one_of_schema_org(job: JobDescription) -> None:
    check_type(schema_org(job))


def test_what_google_requires_is_there() -> None:
    written = json.loads(schema_org_json(description()))
    assert written["@context"] == "https://schema.org"
    for name in ("title", "description", "datePosted", "hiringOrganization", "jobLocation"):
        assert written[name]
    assert written["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "US",
        "addressRegion": "CO",
    }
    assert written["validThrough"] == "2026-05-31T23:59:59-06:00"
    assert written["employmentType"] == "PART_TIME"
    assert written["occupationalCategory"][0]["codeValue"] == "43-6014.00"
    assert written["skills"][0]["@id"] == description().skills[0].uri


def test_work_from_home_says_who_may_apply_instead_of_a_place() -> None:
    home = Conditions(work_place=WorkPlace.REMOTE, state="US-CO")
    written = schema_org(description(conditions=home))
    assert written["jobLocationType"] == "TELECOMMUTE"
    assert written["applicantLocationRequirements"] == {"@type": "State", "name": "Colorado"}
    assert "jobLocation" not in written
    anywhere = schema_org(description(conditions=Conditions(work_place=WorkPlace.REMOTE)))
    assert anywhere["applicantLocationRequirements"] == {"@type": "Country", "name": "USA"}


def test_how_one_gets_there_and_whether_one_drives_stand_where_each_format_has_a_place() -> None:
    written, exchanged = schema_org(description()), jdx(description())
    assert written["jobLocation"]["description"] == "The 15 bus stops at the door."
    assert written["responsibilities"][-1] == "Driving is part of the work."
    assert exchanged["tasks"][-1] == {"name": "Driving is part of the work."}
    assert "The 15 bus stops at the door." in exchanged["formattedDescriptions"][0]


def test_what_nobody_said_is_not_made_up() -> None:
    bare = JobDescription("Cook", "Ann's", "")
    assert set(schema_org(bare)) == {
        *("@context", "@type", "title", "description", "hiringOrganization"),
        *("employmentType", "jobLocation", "totalJobOpenings"),
    }
    names = _names(schema_org(description())) | _names(jdx(description()))
    assert not [name for name in names if "education" in name.lower() or "xperience" in name]


@pytest.mark.parametrize("job_type", JobType)
def test_every_type_of_job_has_its_code(job_type: JobType) -> None:
    written = schema_org(description(conditions=Conditions(job_type=job_type)))
    assert written["employmentType"] in {"FULL_TIME", "PART_TIME", "TEMPORARY", "OTHER"}


@given(st.integers(1, 10**12), st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_money_is_written_exactly(minor: int, currency: str) -> None:
    job = description(pay=PayRange(minor, minor, PayPeriod.YEAR, currency))
    salary = json.loads(schema_org_json(job), parse_float=Decimal)["baseSalary"]
    assert Decimal(salary["value"]["value"]) == amount(minor, currency)
    (exchanged,) = json.loads(jdx_json(job), parse_float=Decimal)["baseSalaries"]
    assert Decimal(exchanged["minValue"]) == amount(minor, currency)


@given(descriptions())
@settings(max_examples=40)
def test_a_page_carries_its_linked_data_whatever_is_in_it(job: JobDescription) -> None:
    data = schema_org(job)
    assert json.loads(read_html(html_page(posting(job), data)).linked_data) == data


@given(descriptions())
@settings(max_examples=40)
def test_the_described_job_is_the_posted_one(job: JobDescription) -> None:
    paper = posting(job)
    body = "".join([*shown_text(paper)][2:])
    for html in (schema_org(job)["description"], jdx(job)["formattedDescriptions"][0]):
        assert squeezed(html_text(f"<body>{html}</body>")) == squeezed(body)


def test_the_days_of_a_job_are_instants_in_its_time_zone() -> None:
    day = date(2026, 5, 31)
    assert first_instant(day, "America/Denver") == "2026-05-31T00:00:00-06:00"
    assert last_instant(day, "Pacific/Honolulu") == "2026-05-31T23:59:59-10:00"
    for zone in ("", "Mars/Olympus", "../../etc/passwd", "a\x00b", "x" * 900):
        assert last_instant(day, zone) == "2026-05-31T23:59:59Z"


def test_jdx_is_linked_data_of_jobschema_plus() -> None:
    (node,) = pyld.jsonld.expand(jdx(description()))
    term = "http://purl.org/jdx/terms/"
    assert node["@type"] == [f"{term}JobPosting"]
    first = node[f"{term}competency"][0]
    assert first["@id"] == description().skills[0].uri
    annotation = first[f"{term}annotation"][0]
    assert annotation[f"{term}required"] == [{"@value": True}]
    level = annotation[f"{term}scaleCategory"][0]
    assert level["http://schema.org/termCode"] == [{"@value": "3"}]
    place = node["http://schema.org/jobLocation"][0]["http://schema.org/address"][0]
    assert place["http://schema.org/addressRegion"][0]["@value"] == "US-CO"


@given(descriptions())
@settings(max_examples=40)
def test_every_name_of_a_jdx_document_has_a_meaning(job: JobDescription) -> None:
    plain = {"language", "type", "value"}  # HR Open's alone; JobSchema+ has no term for them
    for name in _names(jdx(job)):
        assert name in CONTEXT or name in plain or name.startswith("@")


def _names(value: Any) -> set[str]:
    match value:
        case dict():
            inner = {k: v for k, v in value.items() if k != "@context"}
            return set(inner).union(*(_names(one) for one in inner.values()))
        case list():
            return set[str]().union(*(_names(one) for one in value))
        case _:
            return set()


@pytest.mark.skipif(not (HR_OPEN / "recruiting").is_dir(), reason="needs HR Open's schemas")
def test_jdx_is_valid_by_hr_opens_published_schema() -> None:
    files = [(path, json.loads(path.read_text())) for path in HR_OPEN.rglob("*.json")]
    registry = Registry().with_resources(
        (f"https://hropen.example/{path.relative_to(HR_OPEN)}", Resource(schema, DRAFT4))
        for path, schema in files
    )
    whole = {"$ref": "https://hropen.example/recruiting/json/JobPostingType.json"}
    validator = jsonschema.Draft4Validator(whole, registry=registry)
    assert not validator.is_valid({"title": 5})

    @given(descriptions())
    @settings(max_examples=40)
    def all_are_valid(job: JobDescription) -> None:
        validator.validate(json.loads(jdx_json(job)))

    all_are_valid()

"""A job description as a schema.org JobPosting (https://schema.org/JobPosting, release 30.0), with
what Google asks of one (developers.google.com/search/docs/appearance/structured-data/job-posting).

What the description does not say is left out: no degree, no years, no street are made up.
"""

from __future__ import annotations

import json
from typing import Any

from talent_jobs.civil_days import last_instant
from talent_jobs.description import (
    Conditions,
    JobDescription,
    JobType,
    NeededLicense,
    NeededSkill,
    OccupationPart,
    PayPeriod,
    PayRange,
    SourceKind,
    WorkPlace,
)
from talent_jobs.html_page import html_extract
from talent_jobs.paper import clean
from talent_jobs.posting import license_said, posting, skill_said
from talent_jobs.states import state_name
from talent_jobs.words import exact, hours_in_words, shifts_in_words

EMPLOYMENT_TYPES = {
    JobType.FULL_TIME: "FULL_TIME",
    JobType.PART_TIME: "PART_TIME",
    JobType.TEMPORARY: "TEMPORARY",
    JobType.APPRENTICESHIP: "OTHER",
}
UNITS = {
    PayPeriod.HOUR: "HOUR",
    PayPeriod.WEEK: "WEEK",
    PayPeriod.MONTH: "MONTH",
    PayPeriod.YEAR: "YEAR",
}
DRIVES = "Driving is part of the work."
TERM_SETS = {SourceKind.ESCO_SKILL: "ESCO", SourceKind.ONET_SKILL: "O*NET"}


def schema_org_json(job: JobDescription) -> str:
    return json.dumps(schema_org(job), ensure_ascii=False, indent=2) + "\n"


def schema_org(job: JobDescription) -> dict[str, Any]:
    """Raises DescriptionError for a description that is out of bounds."""
    conditions = job.conditions
    content: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": clean(job.title),
        "description": html_extract(posting(job)),
        "hiringOrganization": {"@type": "Organization", "name": clean(job.employer)},
        "datePosted": job.posted.isoformat() if job.posted else None,
        "validThrough": last_instant(job.open_until, conditions.time_zone)
        if job.open_until
        else None,
        "employmentType": EMPLOYMENT_TYPES[conditions.job_type],
        **_where(conditions),
        "workHours": "; ".join(
            [one for one in (hours_in_words(conditions.hours), *shifts_in_words(conditions)) if one]
        ),
        "baseSalary": _salary(job.pay) if job.pay else None,
        "occupationalCategory": [_occupation(one) for one in job.occupations],
        "responsibilities": [
            *(clean(one.text) for one in job.duties),
            *([DRIVES] if conditions.driving else []),
        ],
        "skills": [_skill(one) for one in job.skills],
        "qualifications": [
            *(_license(one) for one in job.licenses),
            *(clean(one.text) for one in job.also_needed),
        ],
        "jobBenefits": "; ".join(clean(one.text) for one in job.benefits),
        "totalJobOpenings": job.openings,
    }
    return {name: value for name, value in content.items() if value not in (None, "", [])}


def _where(conditions: Conditions) -> dict[str, Any]:
    """Work from home alone is what Google calls TELECOMMUTE; hybrid work has a place."""
    if conditions.work_place is WorkPlace.REMOTE:
        name = state_name(conditions.state) if conditions.state else "USA"
        area = {"@type": "State" if conditions.state else "Country", "name": name}
        return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": area}
    address = {"@type": "PostalAddress", "addressCountry": "US"}
    if conditions.state:
        address["addressRegion"] = conditions.state.removeprefix("US-")
    place: dict[str, Any] = {"@type": "Place", "address": address}
    if transport := clean(conditions.transport):
        place["description"] = transport
    return {"jobLocation": place}


def _salary(pay: PayRange) -> dict[str, Any]:
    least, most = (exact(one, pay.currency) for one in (pay.least, pay.most))
    value = {"value": least} if least == most else {"minValue": least, "maxValue": most}
    unit = {"@type": "QuantitativeValue", **value, "unitText": UNITS[pay.period]}
    return {"@type": "MonetaryAmount", "currency": pay.currency, "value": unit}


def _occupation(part: OccupationPart) -> dict[str, Any]:
    return {
        "@type": "CategoryCode",
        "codeValue": clean(part.code),
        "name": clean(part.title),
        "inCodeSet": {"@type": "CategoryCodeSet", "name": "O*NET-SOC"},
    }


def _skill(skill: NeededSkill) -> dict[str, Any]:
    weight = "Required." if skill.required else "A plus."
    term: dict[str, Any] = {"@type": "DefinedTerm"}
    if skill.uri:
        term["@id"] = skill.uri
    term["name"] = clean(skill.label)
    term["description"] = f"{weight} {skill_said(skill)}".strip()
    if name := TERM_SETS.get(skill.source.kind):
        term["inDefinedTermSet"] = {"@type": "DefinedTermSet", "name": name}
    return term


def _license(license_: NeededLicense) -> dict[str, Any]:
    name = clean(license_.type)
    credential: dict[str, Any] = {
        "@type": "EducationalOccupationalCredential",
        "name": name,
        "credentialCategory": "license",
        "description": name + license_said(license_),
    }
    if license_.jurisdiction:
        state = {"@type": "State", "name": state_name(license_.jurisdiction)}
        credential["validIn"] = state
    return credential

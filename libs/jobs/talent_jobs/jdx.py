"""A job description as HR Open and JDX JobSchema+ exchange it, in one document that is both.

Read as JSON it is a JobPostingType of HR Open Recruiting 4.3, which took JobSchema+ up. Read as
JSON-LD, its context names the terms of JobSchema+ (http://purl.org/jdx/terms/, full edition of
2022) that HR Open's fields stand for.
"""

from __future__ import annotations

import json
from typing import Any

from talent_skills.scale import LEVELS, SCALE_URI

from talent_jobs.civil_days import first_instant, last_instant
from talent_jobs.description import (
    Conditions,
    Duty,
    JobDescription,
    JobType,
    NeededLicense,
    NeededSkill,
    OccupationPart,
    PayRange,
    SourceKind,
    WorkPlace,
)
from talent_jobs.html_page import html_extract
from talent_jobs.paper import LANGUAGE, clean, paragraphs
from talent_jobs.posting import license_said, posting, skill_said
from talent_jobs.schema_org import DRIVES, TERM_SETS, UNITS
from talent_jobs.words import EVIDENCE, exact, hours_in_words, listed, shifts_in_words

_XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "@language": LANGUAGE,
    "jdx": "http://purl.org/jdx/terms/",
    "schema": "http://schema.org/",
    "JobPosting": "jdx:JobPosting",
    "title": "schema:title",
    "datePosted": {"@id": "schema:datePosted", "@type": f"{_XSD}dateTime"},
    "validThrough": {"@id": "schema:validThrough", "@type": f"{_XSD}dateTime"},
    "formattedDescriptions": {
        "@id": "jdx:formattedDescription",
        "@type": "http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML",
    },
    "hiringOrganization": "schema:hiringOrganization",
    "legalName": "schema:legalName",
    "jobLocation": "schema:jobLocation",
    "jobLocationTypes": "schema:jobLocationType",
    "address": "schema:address",
    "countryCode": "schema:addressCountry",
    "countrySubDivisions": {"@id": "schema:addressRegion", "@context": {"value": "@value"}},
    "jobSchedules": "jdx:jobSchedule",
    "jobTerms": "jdx:jobTerm",
    "jobAgreements": "jdx:jobAgreement",
    "workHours": "schema:workHours",
    "shiftSchedules": "jdx:shiftSchedule",
    "baseSalaries": "schema:baseSalary",
    "currency": "schema:currency",
    "minValue": "schema:minValue",
    "maxValue": "schema:maxValue",
    "unitText": "schema:unitText",
    "occupationCategories": "schema:occupationCategory",
    "tasks": "jdx:task",
    "competencies": "jdx:competency",
    "requiredCredentials": "jdx:requiredCredential",
    "credentialCategory": "jdx:credentialCategory",
    "totalJobOpenings": "jdx:totalJobOpenings",
    "disclaimers": "jdx:disclaimer",
    "name": "schema:name",
    "descriptions": "schema:description",
    "termCode": {"@id": "schema:termCode", "@language": None},
    "inDefinedTermSet": "schema:inDefinedTermSet",
    "url": {"@id": "schema:url", "@type": "@id"},
    "annotation": "jdx:annotation",
    "required": "jdx:required",
    "preferred": "jdx:preferred",
    "requiredAtHiring": "jdx:requiredAtHiring",
    "scaleCategory": "jdx:scaleCategory",
    "evidenceCategory": "jdx:evidenceCategory",
}


def jdx_json(job: JobDescription) -> str:
    return json.dumps(jdx(job), ensure_ascii=False, indent=2) + "\n"


def jdx(job: JobDescription) -> dict[str, Any]:
    """Raises DescriptionError for a description that is out of bounds."""
    zone = job.conditions.time_zone
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "JobPosting",
        "language": LANGUAGE,
        "title": clean(job.title),
        "formattedDescriptions": [html_extract(posting(job))],
        "hiringOrganization": {"legalName": clean(job.employer)},
        "datePosted": first_instant(job.posted, zone) if job.posted else None,
        "validThrough": last_instant(job.open_until, zone) if job.open_until else None,
        "totalJobOpenings": job.openings,
        **_conditions(job.conditions),
        "baseSalaries": [_salary(job.pay)] if job.pay else None,
        "occupationCategories": [_occupation(one) for one in job.occupations],
        "tasks": [
            *(_task(one) for one in job.duties),
            *([{"name": DRIVES}] if job.conditions.driving else []),
        ],
        "competencies": [_competency(one) for one in job.skills],
        "requiredCredentials": [_license(one) for one in job.licenses],
        "disclaimers": [one for text in job.attributions for one in paragraphs(text)],
    }
    return _filled(content)


def _conditions(conditions: Conditions) -> dict[str, Any]:
    """Type of job under the names that JobSchema+ has for schedule, term and agreement."""
    match conditions.job_type:
        case JobType.FULL_TIME:
            job_type = {"jobSchedules": [{"name": "Full-time"}]}
        case JobType.PART_TIME:
            job_type = {"jobSchedules": [{"name": "Part-time"}]}
        case JobType.TEMPORARY:
            job_type = {"jobTerms": [{"name": "Temporary"}]}
        case JobType.APPRENTICESHIP:
            job_type = {"jobAgreements": [{"name": "Apprenticeship"}]}
    address: dict[str, Any] = {"countryCode": "US"}
    if conditions.state:
        address["countrySubDivisions"] = [{"type": "state", "value": conditions.state}]
    hours = hours_in_words(conditions.hours)
    return {
        **job_type,
        "workHours": [hours] if hours else None,
        "shiftSchedules": shifts_in_words(conditions),
        "jobLocation": {"address": address},
        "jobLocationTypes": ["TELECOMMUTE"] if conditions.work_place is WorkPlace.REMOTE else None,
    }


def _salary(pay: PayRange) -> dict[str, Any]:
    return {
        "currency": pay.currency,
        "minValue": exact(pay.least, pay.currency),
        "maxValue": exact(pay.most, pay.currency),
        "unitText": UNITS[pay.period],
    }


def _occupation(part: OccupationPart) -> dict[str, Any]:
    return {
        "name": clean(part.title),
        "termCode": clean(part.code),
        "inDefinedTermSet": {"name": "O*NET-SOC"},
        "annotation": {"descriptions": [f"{part.share} percent of the job"]},
    }


def _task(duty: Duty) -> dict[str, Any]:
    term: dict[str, Any] = {"name": clean(duty.text)}
    if duty.source.kind is SourceKind.ONET_TASK:
        term["termCode"] = clean(duty.source.id)
        term["inDefinedTermSet"] = _set("O*NET tasks", duty.source.version)
    return _filled(term)


def _competency(skill: NeededSkill) -> dict[str, Any]:
    name = TERM_SETS.get(skill.source.kind)
    evidence = listed([EVIDENCE[one] for one in skill.evidence], "or")
    annotation = {
        "required": skill.required,
        "preferred": not skill.required,
        "requiredAtHiring": skill.required and not skill.trainable,
        "scaleCategory": _level(skill.level) if skill.level else None,
        "evidenceCategory": {"name": evidence} if evidence else None,
    }
    return _filled(
        {
            "@id": skill.uri,
            "name": clean(skill.label),
            "descriptions": [said] if (said := skill_said(skill)) else None,
            "inDefinedTermSet": _set(name, skill.source.version) if name else None,
            "annotation": _filled(annotation),
        }
    )


def _level(number: int) -> dict[str, Any]:
    level = LEVELS[number - 1]
    return {
        "name": level.name,
        "termCode": str(number),
        "descriptions": [level.description],
        "inDefinedTermSet": {"name": "Proficiency, levels 1 to 5", "url": SCALE_URI},
    }


def _license(license_: NeededLicense) -> dict[str, Any]:
    said = clean(license_.type) + license_said(license_)
    return {"descriptions": [said], "credentialCategory": {"name": "License"}}


def _set(name: str, version: str) -> dict[str, Any]:
    return {"name": f"{name} {clean(version)}".strip()}


def _filled(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value not in (None, "", [])}

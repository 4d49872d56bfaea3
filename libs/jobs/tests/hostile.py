"""Strategies for job descriptions that nobody would write in good faith, yet within bounds."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st
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
    Stated,
    WorkPlace,
)
from talent_jobs.paper import clean

_SPITE = (
    "<script>alert(1)</script>",
    "</script><!--",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    '#eval("1") $x^2$ *b* _i_ @ref <label> \\ // /* `raw`',
    "bell\x07 null\x00 escape\x1b[31m del\x7f c1\x85",
    "tab\tline\r\nbreak\u2028para\u2029",
    "\ufffe\uffff\ufeff\ud7ff\ue000",
    "\u202egnp.exe\u202c \u2067x\u2069",
    "مهندس برمجيات 12 – עובד",
    "👩🏽‍🔧👨‍👩‍👧 🇺🇸 ☃",
    "José Nguyễn Łukasz Żółć Ærøskøbing Ελένη Юлия",
    "中文 日本語 한국어",
    "e\u0301\u0301\u0301\u0301\u0301",
    "W" * 900,
    "&amp; &lt;b&gt; ]]> %s %(x)s {0}",
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(_SPITE)
filled = texts.filter(lambda text: clean(text) != "")
uris = st.just("") | st.builds(
    lambda text: "https://skills.example/" + text,
    st.text(st.sampled_from("abz09-_.~/?#&=%'()!*+,;:@[]é"), max_size=30),
)
sources = st.builds(
    Source, st.sampled_from(SourceKind), texts, texts, st.sampled_from(["", "43-6014.00"])
)
states = st.sampled_from(["", "US-CO", "US-TX"])


@st.composite
def _shares(draw: st.DrawFn) -> tuple[OccupationPart, ...]:
    parts = draw(st.sampled_from([(), (100,), (60, 40), (50, 30, 20)]))
    return tuple(OccupationPart(draw(filled), draw(filled), share) for share in parts)


@st.composite
def _pay(draw: st.DrawFn) -> PayRange:
    least, most = sorted(draw(st.tuples(*[st.integers(1, 10**12)] * 2)))
    return PayRange(
        least,
        most,
        draw(st.sampled_from(PayPeriod)),
        draw(st.sampled_from(["USD", "EUR", "JPY", "KWD"])),
        draw(sources),
        draw(texts),
        draw(st.none() | st.integers(1900, 9999)),
    )


def _conditions() -> st.SearchStrategy[Conditions]:
    hours = st.sampled_from([(0, 0), (0, 40), (20, 0), (25, 30), (40, 40)])
    shifts = st.builds(Shift, st.integers(1, 7), st.integers(0, 1440), st.integers(0, 1440))
    return st.builds(
        Conditions,
        job_type=st.sampled_from(JobType),
        hours=hours,
        shifts=_many(shifts),
        time_zone=texts,
        work_place=st.sampled_from(WorkPlace),
        state=states,
        county_fips=st.sampled_from(["", "08031"]),
        zip3=st.sampled_from(["", "802"]),
        transport=texts,
        driving=st.none() | st.booleans(),
    )


def _many(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=3).map(tuple)


def descriptions() -> st.SearchStrategy[JobDescription]:
    skills = st.builds(
        NeededSkill,
        uri=uris,
        label=filled,
        source=sources,
        required=st.booleans(),
        level=st.integers(0, 5),
        looks_like=texts,
        evidence=_many(st.sampled_from(Evidence)),
        durable=st.booleans(),
        observe=texts,
        trainable=st.booleans(),
        gate=st.booleans(),
    )
    days = st.dates(date(1990, 1, 1))
    return st.builds(
        lambda made, until: made if not until else _until(made, until),
        st.builds(
            JobDescription,
            title=filled,
            employer=filled,
            summary=texts,
            occupations=_shares(),
            duties=_many(st.builds(Duty, filled, sources)),
            skills=_many(skills),
            also_needed=_many(st.builds(Stated, filled, sources)),
            benefits=_many(st.builds(Stated, filled, sources)),
            licenses=_many(st.builds(NeededLicense, filled, states, st.booleans())),
            pay=st.none() | _pay(),
            conditions=_conditions(),
            openings=st.integers(1, 10_000),
            posted=st.none() | days,
            taxonomy=texts,
            attributions=_many(texts),
        ),
        st.none() | days,
    )


def _until(made: JobDescription, day: date) -> JobDescription:
    return replace(made, open_until=max(day, made.posted) if made.posted else day)

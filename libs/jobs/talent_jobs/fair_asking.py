"""What keeps an interview fair and within the law of the United States, in plain words.

Topics after the Equal Employment Opportunity Commission's "Prohibited Employment
Policies/Practices" and its guidance on questions about disability before an offer; records after
29 CFR 1602.14.
"""

from __future__ import annotations

from talent_jobs.description import JobDescription
from talent_jobs.paper import Block, Bullets, Heading, Line, Paragraph, Run, Table, line
from talent_jobs.words import hours_in_words, pay_in_words

_EEOC = "https://www.eeoc.gov/prohibited-employment-policiespractices"
HOW_TO = (
    "Ask every person the same questions, in the same order, with the same time to answer.",
    "Write down what the person says and shows, not how you feel about them.",
    "Score each answer as soon as you have heard it. Two interviewers score alone, then compare.",
    "Say at the start how long it takes and what will happen. Ask every person if they need a "
    "change to take part, such as more time, an interpreter, or another room.",
    "There is no score for “fit.” Compare people question by question, on what the job needs.",
    "Keep notes and scores for at least one year.",
)


def fair_asking(job: JobDescription) -> tuple[Block, ...]:
    return (
        Heading(2, "What not to ask"),
        Paragraph(line("If it does not tell you whether the person can do the work, do not ask.")),
        Table(
            caption="Topics to stay away from, and what you may ask",
            head=("Do not ask about", "You may ask everybody"),
            rows=_topics(job),
            widths=(1, 1),
        ),
        Paragraph(
            line(
                "These topics follow the advice of the ",
                Run("U.S. Equal Employment Opportunity Commission", link=_EEOC),
                ". Your state or city may have more rules. This page is a help, not legal advice.",
            ),
            small=True,
        ),
    )


def how_to_use() -> tuple[Block, ...]:
    return Heading(2, "How to use this guide"), Bullets(tuple(line(one) for one in HOW_TO))


def _topics(job: JobDescription) -> tuple[tuple[Line, ...], ...]:
    hours = hours_in_words(job.conditions.hours)
    when = f"“The job is {hours[0].lower()}{hours[1:]}. Can you work that?”" if hours else ""
    times = when or "“Can you work the hours of this job?”"
    pay = f"“The pay is {pay_in_words(job.pay)}. Is that all right?”" if job.pay else ""
    rows = (
        (
            "Race, color, accent, where the person or their family is from, citizenship",
            "“Are you allowed to work in the United States?”",
        ),
        ("Religion, or which holidays the person keeps", times),
        ("Sex, gender, or whom the person loves", "Nothing: the work does not depend on it."),
        ("Pregnancy, children, child care, marriage, or plans for a family", times),
        (
            "Age, date of birth, or the year of leaving school",
            "Only if the law sets a least age for this work: “Are you at least that old?”",
        ),
        (
            "Health, disability, medicine, sick days, or claims for an injury at work",
            "“Here are the duties. Can you do them, with or without some change?”",
        ),
        ("Illnesses in the family, or genetic tests", "Nothing: the law forbids it."),
        (
            "Arrests; in many places also convictions, until you offer the job",
            "Find out first what your state and city allow. Then ask everybody the same.",
        ),
        (
            "What the person was paid before (many states forbid it)",
            pay or "“What pay are you looking for?”",
        ),
        ("Debts, or owning a home or a car", "“Can you get to work on time?”"),
        ("Unions or politics", "Nothing: the work does not depend on it."),
        ("Why the person left the military", "“What did you learn to do in the service?”"),
    )
    return tuple((line(topic), line(instead)) for topic, instead in rows)

"""The published table has what New York City's rule asks for, and nothing of a few people."""

import csv
import io
from datetime import date

from talent_fairness.audit import audit
from talent_fairness.groups import CATEGORIES, Answers, Race, Sex
from talent_fairness.report import HIDDEN, NOT_TOLD, UNKNOWN, as_csv


def many(count: int, chosen: int, **answers) -> list[tuple[Answers, bool]]:
    return [(Answers(**answers), n < chosen) for n in range(count)]


PEOPLE = [
    *many(40, 20, sex=Sex.FEMALE, races=frozenset({Race.BLACK})),
    *many(60, 45, sex=Sex.MALE, races=frozenset({Race.WHITE})),
    *many(15, 3),
]


def table(people, category: str) -> dict[str, dict[str, str]]:
    """Its rows by group."""
    told = as_csv(
        [audit("shown", people, year=2026)],
        audited_on=date(2026, 11, 26),
        source="Present matches of all employers' jobs",
    )
    rows = csv.DictReader(io.StringIO(told))
    return {row["group"]: row for row in rows if row["category"] == category}


def test_the_summary_has_all_that_the_rule_asks_for():
    # 6 RCNY 5-303 (a) (1): "the date of the most recent bias audit", "the source and explanation of
    # the data", "the number of individuals ... that fall within an unknown category", and "the
    # number of applicants or candidates, the selection or scoring rates, as applicable, and the
    # impact ratios for all categories".
    for category in (*(one.code for one in CATEGORIES[:2]), "sex x race"):
        rows = table(PEOPLE, category)
        assert {row["audited_on"] for row in rows.values()} == {"2026-11-26"}
        assert {row["source"] for row in rows.values()} == {
            "Present matches of all employers' jobs"
        }
        assert rows.pop(UNKNOWN)["people"] == "15"
        assert sorted(
            (row["people"], row["rate"], row["impact_ratio"]) for row in rows.values()
        ) == [
            ("40", "0.5000", "0.6667"),
            ("60", "0.7500", "1.0000"),
        ]


def test_a_few_unknown_people_are_not_counted():
    assert table(PEOPLE[:-6], "sex")[UNKNOWN]["people"] == NOT_TOLD


def test_a_hidden_group_has_no_figures():
    rows = table([*PEOPLE, *many(3, 1, sex=Sex.MALE, races=frozenset({Race.ASIAN}))], "race")
    hidden = [row for row in rows.values() if row["people"] == HIDDEN]
    assert {row["group"] for row in hidden} == {"asian", "black"}
    assert not any(row["chosen"] or row["rate"] or row["impact_ratio"] for row in hidden)

"""docs/matching.md says what the weights are, and its example is right."""

import re
from datetime import date
from pathlib import Path

from talent_matcher.model import AssessmentKind, Basis, Criteria, Importance, Outcome
from talent_matcher.weights import WEIGHTS

from .builders import BLUEPRINTS, WELDING, assertion, fit, job, profile, requirement

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "matching.md").read_text()
ROWS = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", PAGE, re.MULTILINE))


# Nothing that supports a claim.
BARE = {
    "artifact": False,
    "criteria": Criteria.NOT_STATED,
    "testing": AssessmentKind.NOT_STATED,
    "context": False,
}


def numbers(row: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d+", ROWS[row])]


def test_the_tables_are_those_of_the_weights():
    relation = WEIGHTS.relation
    assert [
        numbers(row)
        for row in ("the one asked for", "narrower, a kind of it", "broader", "related")
    ] == [[one] for one in relation.values()]
    basis = WEIGHTS.basis
    assert numbers("licensed") == [basis[Basis.LICENSED]]
    assert numbers("assessed") == [basis[Basis.ASSESSED]]
    assert numbers("an employer confirms it") == [basis[Basis.EMPLOYER_ATTESTED]]
    assert numbers("finished a program") == [basis[Basis.COMPLETED]]
    assert numbers("the person's own word") == [basis[Basis.SELF_ASSERTED]]
    assert numbers("something that one can look at (an artifact)") == [WEIGHTS.artifact]
    assert numbers("criteria, a rubric") == list(WEIGHTS.criteria.values())
    assert numbers("a named assessment, one under supervision") == list(WEIGHTS.testing.values())
    assert numbers("the setting in which it was shown") == [WEIGHTS.context]
    assert numbers("this employer trusts who validated it") == [WEIGHTS.trusted_validator]
    assert numbers("this employer endorses the criteria") == [WEIGHTS.endorsed_criteria]
    assert numbers("not stated") == [WEIGHTS.level_not_stated]
    assert numbers("one below, two below, more") == list(WEIGHTS.levels_below[:3])
    document = WEIGHTS.outcome
    assert numbers("document") == [
        *(document[one] for one in (Outcome.VALID, Outcome.UNDETERMINED, Outcome.NO_DOCUMENT)),
        0,
    ]
    ages = [figure for years, factor in WEIGHTS.ages for figure in (years, factor)]
    assert numbers("age of what was shown (not of licenses and own words)") == [
        *ages,
        WEIGHTS.older,
        WEIGHTS.undated,
    ]
    assert numbers("reading") == list(WEIGHTS.derivation.values())


def test_the_model_card_is_of_these_weights():
    card = (DOCS / "fairness.md").read_text()
    assert f"of the weights: {WEIGHTS.version}," in card
    assert f"at {list(WEIGHTS.derivation.values())[1]} of 1000" in card


def test_the_example_is_right():
    ana = profile(
        assertion(WELDING, **BARE | {"criteria": Criteria.RUBRIC}, shown_on=date(2024, 11, 1)),
        assertion(
            BLUEPRINTS,
            basis=Basis.SELF_ASSERTED,
            outcome=Outcome.NO_DOCUMENT,
            assertion_id="own",
            level=0,
            issuer_trusted=False,
            **BARE,
        ),
    )
    wanted = job(
        requirement(WELDING, level=3),
        requirement(BLUEPRINTS, level=0, importance=Importance.PREFERRED),
    )
    found = fit(ana, wanted, WEIGHTS, date(2026, 11, 25))
    assert found is not None
    assert found.score == 726
    assert sorted(one.points for one in found.contributions) == [133, 593]
    assert sorted(one.max_points for one in found.contributions) == [333, 667]

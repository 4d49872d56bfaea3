"""Skills that the lines of a pasted posting name."""

import pytest


def test_skills_beside_a_degree_are_kept(drafter):
    text = (
        "Bookkeeper\nDuties\n- Keep the ledger\nRequirements\n"
        "- Bachelor's degree in law or biology, and experience with Excel\n"
        "- Courses of study in computer science\n- A high degree of care in accounting\n"
    )
    named = {
        one.label
        for one in drafter.from_posting(text, "Acme", "US-CO").job.skills
        if not (one.durable or one.source.occupation)
    }
    assert "accounting" in named
    assert "Microsoft Excel" in named
    assert not any(word in one for one in named for word in ("law", "biology", "computer"))


@pytest.mark.parametrize(
    ("line", "label", "required"),
    [
        ("Requirements\n- Speaks Spanish", "interact verbally in Spanish", True),
        ("Requirements\n- Knows SQL", "SQL", True),
        ("- Keeps the order sheet in Excel", "Microsoft Excel", False),
    ],
)
def test_a_tool_or_language_that_is_named_counts_however_unlike_the_job(
    drafter, line, label, required
):
    text = f"Line cook\nDuties\n- Season soups and sauces\n{line}\n"
    skills = {one.label: one.required for one in drafter.from_posting(text, "Cafe").job.skills}
    assert skills.get(label) is required


def test_a_language_that_duties_only_mention_is_not_asked_for(drafter):
    text = "Software developer\nDuties\n- Write web pages\n- Test them for the Danish market\n"
    skills = {one.label for one in drafter.from_posting(text, "Acme").job.skills}
    assert "Danish" not in skills

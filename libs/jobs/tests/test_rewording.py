"""Other words for a draft: only where they are allowed, and only those that say the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from talent_jobs.description import Duty, Source, SourceKind
from talent_jobs.drafting import Drafter
from talent_jobs.rewording import in_other_words

from .descriptions import description

POSTING = """Welder
Weld 20 frames a day.
Requirements:
- MIG welding
$28 per hour
"""


@dataclass(frozen=True)
class Rewording:
    reworded: Callable[[str], str]


def test_summary_and_duties_are_reworded_and_nothing_else(
    drafter, taxonomy, finder, tagger, embedder
):
    plain = Rewording(lambda text: f"Help us: {text}")
    wordy = Drafter(taxonomy, finder, tagger, embedder, plain)
    for draft in (
        lambda one: one.from_posting(POSTING, "Acme", "US-CO"),
        lambda one: one.from_title("Welder", "Acme", "US-CO"),
        lambda one: one.from_occupation("51-4121.00", "Acme", "US-CO"),
    ):
        before, after = draft(drafter).job, draft(wordy).job
        assert after.summary == f"Help us: {before.summary}"
        assert [one.text for one in after.duties] == [
            f"Help us: {one.text}" for one in before.duties
        ]
        assert [one.source for one in after.duties] == [one.source for one in before.duties]
        assert replace(after, summary=before.summary, duties=before.duties) == before


@pytest.mark.parametrize(
    "bad",
    [
        lambda text: "",
        lambda text: " \n",
        lambda text: text.replace("20", "twenty"),
        lambda text: text.replace("20", "30"),
        lambda text: f"{text} 8 hours a day.",
        lambda text: text * 3,
    ],
    ids=["empty", "blank", "a number lost", "a number changed", "a number more", "too long"],
)
def test_a_rewording_that_says_something_else_is_dropped(bad):
    own = Duty("Weld 20 frames a day.", Source(SourceKind.EMPLOYER))
    job = description(summary="Weld 20 frames.", duties=(own,))
    assert in_other_words(job, Rewording(bad)) == job


def test_where_no_other_words_can_be_had_the_draft_keeps_its_own():
    own = Duty("Weld 20 frames a day.", Source(SourceKind.EMPLOYER))
    job = description(summary="Weld 20 frames.", duties=(own,))
    asked = []

    def out_of_reach(text):
        asked.append(text)
        raise TimeoutError

    assert in_other_words(job, Rewording(out_of_reach)) == job
    assert asked == [job.summary]  # nobody waits for every line

"""What is asserted is right, on sentences that other people labeled (docs/tagging.md)."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from talent_local.home import Home
from talent_skills.tagger import Tag, Tagger

SHARED = Path(__file__).parents[4] / "shared" / "data" / "skills"
NO_LABELS = ("label not present", "underspecified", "")
Span = tuple[str, str]  # of a sentence, with its label


def is_beside(tag: Tag, sentence: str, span: str) -> bool:
    written = sentence[tag.start : tag.end].lower()
    return written in span.lower() or span.lower() in written


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the labeled sentences are not here")
def test_of_asserted_skills_where_people_named_one_four_of_five_are_theirs(
    stack_home: Home,
) -> None:
    tagger = Tagger.open(stack_home.skills, stack_home.language_model)
    right = wrong = 0
    for split in ("house", "tech"):
        spans: defaultdict[str, list[Span]] = defaultdict(list)
        with (SHARED / f"{split}_dev.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                spans[row["sentence"]].append((row["span"], row["label"].strip().lower()))
        for sentence, named in spans.items():
            labels = {label for _, label in named if label not in NO_LABELS}
            for tag in tagger.tag(sentence).tags:
                # The label list that people chose from has no products of O*NET.
                if not tag.asserted or "/esco/" not in tag.uri:
                    continue
                if tag.label.lower() in labels:
                    right += 1
                elif any(
                    label in labels and is_beside(tag, sentence, span) for span, label in named
                ):
                    wrong += 1
    assert right >= 50
    assert right / (right + wrong) >= 0.8

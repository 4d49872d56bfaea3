"""`talent skills rank`, on its own and on sentences that others labeled."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import mean

import pytest

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared" / "data" / "skills"
ALL_LABELS = SHARED / "esco_1_1_0_skill_labels.txt"
NO_LABELS = ("LABEL NOT PRESENT", "UNDERSPECIFIED", "")


def rank(*words: str, sentences: list[str], **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "talent_cli", "skills", "rank", *words),
        input="\n".join(sentences),
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_each_line_gets_its_best_labels_once(tmp_path: Path) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("welding\nWelding\n\nuse a computer\nmanage staff\n")
    done = rank("--labels", str(labels), sentences=["Leads a team", "MIG welds"])
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [best[0] for best in found] == ["manage staff", "welding"]
    assert {len(best) for best in found} == {3}


def test_without_labels_those_of_the_taxonomy_are_ranked() -> None:
    [best] = map(json.loads, rank(sentences=["Supports SQL databases"]).stdout.splitlines())
    assert "SQL" in best
    assert len(best) == 20


def test_what_is_missing_is_one_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("\n\n")
    assert "no label" in rank("--labels", str(empty), sentences=[]).stderr
    missing = rank("--labels", str(tmp_path / "none.txt"), sentences=[])
    assert "Give one label a line" in missing.stderr
    nowhere = rank(sentences=[], TALENT_HOME=str(tmp_path / "nowhere"))
    assert "make setup" in nowhere.stderr
    assert nowhere.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the labeled sentences are not here")
@pytest.mark.parametrize(("split", "least"), [("house", 60), ("tech", 70)])
def test_labeled_sentences_reach_the_figures(split: str, least: int) -> None:
    """RP@5 of the published protocol (README beside the data), above 56.5 and below what is
    measured: 65.5 (house) and 73.2 (tech)."""
    known = {label.strip().lower() for label in ALL_LABELS.read_text().splitlines()}
    gold: dict[str, set[str]] = {}
    with (SHARED / f"{split}_dev.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["label"].strip() not in NO_LABELS:
                label = row["label"].strip().lower()
                assert label in known
                gold.setdefault(row["sentence"], set()).add(label)
    done = rank("--labels", str(ALL_LABELS), sentences=list(gold))
    ranked = [json.loads(line) for line in done.stdout.splitlines()]
    right = mean(
        len({label.lower() for label in best[:5]} & wanted) / min(5, len(wanted))
        for best, wanted in zip(ranked, gold.values(), strict=True)
    )
    assert 100 * right > least


def tag(*words: str, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "talent_cli", "skills", "tag", *words),
        input=text,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_skills_of_a_posting_are_printed_with_their_places() -> None:
    text = "What you do\n• Use Excel and manage staff\n"
    done = tag("--json", text=text)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    sure = {(one["label"], one["text"]) for one in found if one["asserted"]}
    assert sure == {("Microsoft Excel", "Excel"), ("manage staff", "manage staff")}
    assert all(text[one["start"] : one["end"]] == one["text"] for one in found)
    assert {one["method"] for one in found} <= {"label", "meaning"}
    assert "manage staff" in tag(text=text).stdout


def test_another_language_is_named_and_too_much_text_refused() -> None:
    spanish = tag(text="Buscamos una persona con experiencia en Java para el equipo")
    assert "This text is in Spanish." in spanish.stderr
    assert "Java" in spanish.stdout
    refused = tag(text="a" * 500_000)
    assert refused.returncode != 0
    assert "At most 50,000" in refused.stderr
    assert refused.stderr.count("\n") == 1
    picture = subprocess.run(
        (sys.executable, "-m", "talent_cli", "skills", "tag"),
        input=b"\x89PNG\xff\xfe",
        capture_output=True,
        check=False,
    )
    assert b"Give it in UTF-8" in picture.stderr
    assert picture.stderr.count(b"\n") == 1
    nothing = tag("--json", text="")
    assert (nothing.returncode, nothing.stdout) == (0, "")

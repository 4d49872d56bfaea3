"""Tagging on one core: exact names in bulk, and by meaning, against the plain language model.

The sentences are tasks of O*NET. The floor is what one would write first: each sentence embedded
and compared with every label. RP@5 is measured on labeled sentences where ../shared has them.
Times are of the processor.
"""

import csv
import os
import random
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import mean

import numpy as np
from numpy.typing import NDArray
from talent_local.home import Home
from talent_skills.embedding import Embedder
from talent_skills.label_finder import LabelFinder
from talent_skills.label_vectors import LabelVectors
from talent_skills.ranking import Ranker
from talent_skills.tagger import Tagger
from talent_skills.taxonomy import Taxonomy

from bench.report import Figure, against, at_least, plain, report

SHARED = Path(__file__).parents[2] / "shared" / "data" / "skills"
NO_LABELS = ("LABEL NOT PRESENT", "UNDERSPECIFIED", "")
BULK = 5000  # sentences/s
ROUNDS = 3
SAMPLE = 150  # sentences of a round of the accurate tier, never the same twice
POSTING = 20  # sentences of a text
RANKED = {"house": 56.5, "tech": 71.5}  # RP@5 of each dev set, %
MIB = 2**20


def main() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    home = Home.find()
    with closing(Taxonomy.open(home.skills)) as taxonomy:
        known = LabelVectors.open(home.skills, taxonomy)
        tasks = [task.text for one in taxonomy.occupations() for task in one.tasks]
    random.Random(5).shuffle(tasks)
    embedder = Embedder(home.language_model)
    vectors = known.vectors.astype(np.float32)
    report(
        "tagging",
        [
            *of_bulk(home, tasks),
            *of_accurate(home, tasks, embedder, known, vectors),
            *of_labeled(embedder, known),
        ],
    )


def of_bulk(home: Home, tasks: Sequence[str]) -> list[Figure]:
    before, began = _resident(), time.process_time()
    finder = LabelFinder.open(home.skills)
    loading, memory = time.process_time() - began, _resident() - before
    rate = max(_rate(finder.find, tasks) for _ in range(ROUNDS))
    return [
        plain("exact names: loading", loading, "s"),
        plain("exact names: memory", memory / MIB, "MiB"),
        at_least("exact names", rate, "sentences/s", BULK),
    ]


def of_accurate(
    home: Home,
    tasks: Sequence[str],
    embedder: Embedder,
    known: LabelVectors,
    vectors: NDArray[np.float32],
) -> list[Figure]:
    ranker = Ranker(known.labels, known.vectors, embedder)
    tagger = Tagger.open(home.skills, home.language_model)
    found: dict[str, list[float]] = {"plain": [], "rank": [], "tag": []}
    for number in range(ROUNDS):
        some = tasks[number * SAMPLE : (number + 1) * SAMPLE]
        texts = ["\n".join(some[n : n + POSTING]) for n in range(0, SAMPLE, POSTING)]
        found["plain"].append(
            _rate(lambda one: np.argsort(-(embedder.embed([one]) @ vectors.T))[0, :20], some)
        )
        found["rank"].append(_rate(lambda one: ranker.rank(one, 20), some))
        found["tag"].append(_rate(tagger.tag, texts) * SAMPLE / len(texts))
    floor, unit = max(found["plain"]), "sentences/s"
    return [
        plain("plain language model: ranking", floor, unit),
        _beside("ranking by sentence, phrases and words", max(found["rank"]), unit, floor),
        _beside("tagging texts of 20 sentences", max(found["tag"]), unit, floor),
    ]


def of_labeled(embedder: Embedder, known: LabelVectors) -> list[Figure]:
    """RP@5 of the published protocol; the README beside the data tells it."""
    if not SHARED.exists():
        return []
    lines = (SHARED / "esco_1_1_0_skill_labels.txt").read_text().splitlines()
    labels = list({label.strip().lower(): label.strip() for label in lines}.values())
    vectors = known.of(labels, embedder)
    ranker = Ranker(labels, vectors, embedder)
    exact = vectors.astype(np.float32)
    figures: list[Figure] = []
    for split, target in RANKED.items():
        gold = _gold(SHARED / f"{split}_dev.csv")
        ours = [ranker.scores(sentence) for sentence in gold]
        bare = [(embedder.embed([sentence]) @ exact.T)[0] for sentence in gold]
        reached, floor = (_precision(scores, labels, gold) for scores in (ours, bare))
        name = f"RP@5 on the {split} dev set, to the plain language model"
        figures.append(against(name, reached, "%", floor, 1.15))
        figures.append(at_least(f"RP@5 on the {split} dev set", reached, "%", target))
    return figures


def _gold(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["label"].strip() not in NO_LABELS:
                found.setdefault(row["sentence"], set()).add(row["label"].strip().lower())
    return found


def _precision(
    scores: Sequence[NDArray[np.float32]], labels: Sequence[str], gold: dict[str, set[str]]
) -> float:
    best = [[labels[n].lower() for n in np.argsort(-one, kind="stable")[:5]] for one in scores]
    pairs = zip(best, gold.values(), strict=True)
    return 100 * mean(len(set(top) & wanted) / min(5, len(wanted)) for top, wanted in pairs)


def _beside(name: str, value: float, unit: str, floor: float) -> Figure:
    return Figure(name, round(value, 1), unit, round(floor, 1), round(value / floor, 3))


def _rate(call: Callable[[str], object], texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        call(text)
    return len(texts) / (time.process_time() - began)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main()

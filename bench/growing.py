"""How the time of a question grows with the people: from 10 thousand to 10 million of them.

`python -m bench.growing 1000000` stops at another number. People come in parts, as they do at work,
so that no more than a million are ever in memory besides their index.
"""

import sys
from itertools import pairwise
from statistics import median

from talent_matcher.index.facets import Facets
from talent_matcher.index.people import PeopleIndex, Scratch
from talent_matcher.index.question import Question, question
from talent_matcher.index.worth import Worth
from talent_matcher.weights import WEIGHTS

from bench import population
from bench.matching import LEAST, MIB, TOP, timed
from bench.population import TODAY
from bench.report import Figure, at_most, plain, report

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
PART = 1_000_000


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    known, skills = population.known(), population.known_skills()
    worth, facets = Worth(WEIGHTS, known.named), Facets(WEIGHTS, known.distances)
    asked = [question(one, WEIGHTS, known, skills, worth, facets) for one in population.jobs(120)]
    index = PeopleIndex(skills, worth, facets)
    figures: list[Figure] = []
    took: list[tuple[int, float]] = []
    people = 0
    for size in SIZES:
        if size > most:
            break
        while people < size:
            part = min(PART, size - people)
            index.add(population.people(part, worth, facets, seed=10 + people))
            people += part
        took.append((size, _question_ms(index, asked)))
        figures.append(plain(f"the best {TOP} of {size:,}", took[-1][1], "ms"))
    figures.append(plain("index over people", index.nbytes / MIB, "MiB"))
    steps = [(last / first) / (many / few) for (few, first), (many, last) in pairwise(took)]
    worst = max(steps, default=0.0)
    figures.append(at_most("growth of time to growth of people, at worst", worst, "times", 1))
    report("growing", figures)


def _question_ms(index: PeopleIndex, asked: list[Question]) -> float:
    scratch = Scratch.made()
    for one in asked[:20]:  # gates of their places are decided once
        index.best(one, TOP, LEAST, TODAY, scratch)
    times = [
        timed(lambda one=one: index.best(one, TOP, LEAST, TODAY, scratch))[0] for one in asked[20:]
    ]
    return median(times) * 1000


if __name__ == "__main__":
    main()

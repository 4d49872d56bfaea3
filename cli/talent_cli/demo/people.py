"""The holders of the demo: made up, and the same for the same day."""

import random
from dataclasses import dataclass

from talent_cli.demo.state import Course, Place, State


@dataclass(frozen=True)
class Award:
    """A course that a holder finished, at a level of 1 to 5."""

    course: Course
    level: int


@dataclass(frozen=True)
class Person:
    subject: str
    name: str
    email: str
    place: Place
    # Dollars an hour below which they do not work.
    pay_floor: int
    awards: tuple[Award, ...]


def make_people(state: State, *, day: int, count: int) -> list[Person]:
    """`count` holders of this day, each with one to three awards that go together."""
    chance = random.Random(day)  # noqa: S311 a demo must be repeatable, not secret
    return [_person(state, chance, day, number) for number in range(count)]


def make_person(name: str, day: int, place: Place, awards: tuple[Award, ...]) -> Person:
    """One holder by name."""
    handle = name.lower().replace(" ", ".")
    return Person(
        subject=f"demo-{day}-{handle}",
        name=name,
        email=f"{handle}.{day}@example.org",
        place=place,
        pay_floor=15,
        awards=awards,
    )


def _person(state: State, chance: random.Random, day: int, number: int) -> Person:
    name = f"{chance.choice(state.first_names)} {chance.choice(state.last_names)}"
    handle = name.lower().replace(" ", ".")
    main = [course for course in state.courses if not course.goes_with]
    first = chance.choice(main)
    courses = [first]
    courses += [
        course
        for course in state.courses
        if course.goes_with == first.slug and chance.random() < 0.8
    ]
    if chance.random() < 0.3:
        courses += [course for course in [chance.choice(main)] if course not in courses]
    return Person(
        subject=f"demo-{day}-{number}",
        name=name,
        email=f"{handle}.{day}.{number}@example.org",
        place=chance.choice(state.places),
        pay_floor=chance.randint(14, 22),
        awards=tuple(Award(course, chance.choice((2, 3, 3, 4, 5))) for course in courses),
    )

"""The common scale of five levels, and a proficiency as its issuer stated it."""

from dataclasses import dataclass

SCALE_URI = "urn:talent-network:proficiency:1"
NOT_STATED = 0


@dataclass(frozen=True)
class Level:
    """One step of the common scale."""

    number: int
    name: str
    description: str

    @property
    def uri(self) -> str:
        return level_uri(self.number)


LEVELS = (
    Level(1, "Beginner", "Knows the basics and works with close help."),
    Level(2, "Basic", "Does simple tasks with some help."),
    Level(3, "Skilled", "Does usual tasks alone."),
    Level(4, "Advanced", "Does hard tasks alone and helps others."),
    Level(5, "Expert", "Solves new problems and sets the standard for others."),
)


def level_uri(number: int) -> str:
    """The address of a level: what a rubric level aligns to when it uses the common scale."""
    return f"{SCALE_URI}#{number}"


@dataclass(frozen=True)
class Proficiency:
    """A level as issued. `ordinal` is its place between `minimum` and `maximum`.

    Scales that say nothing about their ends leave both at 0.
    """

    scale_uri: str
    scale_version: str = ""
    level_code: str = ""
    label: str = ""
    ordinal: float = 0.0
    minimum: float = 0.0
    maximum: float = 0.0

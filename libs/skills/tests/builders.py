"""Small taxonomies that are right; a test changes one thing."""

from talent_skills.frameworks import (
    Contents,
    Framework,
    Kind,
    Link,
    LinkKind,
    Need,
    Occupation,
    Skill,
    Task,
    Wage,
)

TRADES = Framework("https://skills.example/trades", "Trades", "3", "Trades by Example.")


def skill(name: str, *above: str, kind: Kind = Kind.SKILL) -> Skill:
    return Skill(
        uri=uri(name),
        framework=TRADES.uri,
        label=name,
        kind=kind,
        alternatives=(f"doing {name}",),
        broader=tuple(map(uri, above)),
        links=(Link(LinkKind.SAME, f"https://other.example/{name}"),),
    )


def uri(name: str) -> str:
    return f"{TRADES.uri}/{name.replace(' ', '-')}"


def trades() -> Contents:
    return Contents(
        frameworks=(TRADES,),
        skills=(
            skill("welding", "joining metal"),
            skill("MIG welding", "welding"),
            skill("joining metal", kind=Kind.GROUP),
        ),
        occupations=(
            Occupation(
                code="51-4121.00",
                framework=TRADES.uri,
                title="Welders",
                description="Join metal parts.",
                titles=("Fabricator",),
                tasks=(
                    Task("Weld parts.", "17", core=True),
                    Task("Sweep.", "18", core=False),
                    Task("Read drawings."),
                ),
                needs=(
                    Need(uri("welding"), importance=4.5, level=5.1),
                    Need(uri("MIG welding"), hot=True, in_demand=True),
                ),
                job_zone=3,
                related=("51-4122.00",),
            ),
            Occupation("51-4122.00", TRADES.uri, "Welding Machine Operators"),
        ),
        areas={"US": "United States", "26": "Michigan"},
        wages=(
            Wage(
                soc="51-4121",
                area="26",
                hourly=(1800, 2000, 2300, None, None),
                annual=(3_744_000, 4_160_000, 4_784_000, None, None),
                employment=9000,
            ),
        ),
    )

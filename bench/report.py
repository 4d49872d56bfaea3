"""What a benchmark found: kept in results/NAME.json and printed as a table."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One figure beside the floor that was measured in the same run.

    `ratio` is value to floor. `target` is what the ratio should reach or, where there is no floor,
    what the value should stay under or reach.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    target: str = ""
    met: bool | None = None


def against(name: str, value: float, unit: str, floor: float, at_least: float) -> Figure:
    """A rate that should reach a share of a floor."""
    ratio = value / floor
    return Figure(
        name,
        _short(value),
        unit,
        _short(floor),
        round(ratio, 3),
        f">= {at_least} x floor",
        ratio >= at_least,
    )


def at_least(name: str, value: float, unit: str, target: float) -> Figure:
    return Figure(name, _short(value), unit, target=f">= {target}", met=value >= target)


def at_most(name: str, value: float, unit: str, target: float) -> Figure:
    return Figure(name, _short(value), unit, target=f"<= {target}", met=value <= target)


def plain(name: str, value: float, unit: str) -> Figure:
    """A figure without a target, for orientation."""
    return Figure(name, _short(value), unit)


def report(benchmark: str, figures: list[Figure]) -> None:
    """Keep the figures and print them."""
    found = {"machine": machine(), "results": [asdict(figure) for figure in figures]}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{benchmark}.json").write_text(json.dumps(found, indent=1) + "\n")
    table = Table("figure", "value", "unit", "floor", "ratio", "target", "met", title=benchmark)
    for figure in figures:
        met = "" if figure.met is None else ("yes" if figure.met else "NO")
        cells = (figure.value, figure.unit, figure.floor, figure.ratio, figure.target, met)
        table.add_row(figure.name, *("" if cell is None else str(cell) for cell in cells))
    Console().print(table)


def machine() -> dict[str, str | int]:
    """Where the figures come from."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model,
        "cores": os.cpu_count() or 0,
        "memory_gib": round(memory / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _short(value: float) -> float:
    return round(value, 1 if value >= 100 else 3)

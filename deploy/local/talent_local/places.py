"""Where counties and three-digit ZIP areas are, from the Census Bureau's maps as packages carry
them: the middle of the ZIP codes in each part of a county, so nearer to where people live than
the middle of the land.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

HEAD = ("county_fips", "zip3", "latitude", "longitude", "zip_codes")
Ring = Any  # an array of (longitude, latitude)


def build_places(zip_codes: Path, counties: Path, target: Path) -> None:
    """`zip_codes`: GEOID, LAT, LONG, COUNTRY. `counties`: TopoJSON, each with its FIPS code."""
    with zip_codes.open(newline="") as rows:
        known = [row for row in csv.DictReader(rows) if row["COUNTRY"] == "US"]
    points = np.array([(float(row["LONG"]), float(row["LAT"])) for row in known])
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for county, rings in _counties(json.loads(counties.read_bytes())):
        for number in _inside(points, rings):
            found[(county, known[number]["GEOID"][:3])].append(number)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEAD)
        for (county, zip3), numbers in sorted(found.items()):
            longitude, latitude = points[numbers].mean(axis=0)
            writer.writerow((county, zip3, f"{latitude:.4f}", f"{longitude:.4f}", len(numbers)))


def _counties(topology: Any) -> Iterator[tuple[str, list[Ring]]]:
    """Each with its rings; of a hole and of its outline alike."""
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    # Arcs are told as steps from point to point (TopoJSON 1.0, section 4.1).
    arcs = [np.cumsum(arc, axis=0) * scale + move for arc in topology["arcs"]]
    for one in topology["objects"]["counties"]["geometries"]:
        polygons = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        yield one["id"], [_ring(ring, arcs) for polygon in polygons for ring in polygon]


def _ring(numbers: list[int], arcs: list[Ring]) -> Ring:
    # A negative number is that arc backwards, counted from -1.
    parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.concatenate(parts)


def _inside(points: Any, rings: list[Ring]) -> list[int]:
    """The numbers of the points from which a ray to the east meets an odd number of edges."""
    every = np.concatenate(rings)
    least, most = every.min(axis=0), every.max(axis=0)
    near = np.flatnonzero(((points >= least) & (points <= most)).all(axis=1))
    x, y = points[near].T[:, :, None]
    odd = np.zeros(len(near), bool)
    for ring in rings:
        (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
        with np.errstate(divide="ignore", invalid="ignore"):
            crosses = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
        odd ^= crosses.sum(axis=1) % 2 == 1
    return near[odd].tolist()

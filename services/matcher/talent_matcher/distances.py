"""How far two places are apart, as far as counties and three-digit ZIP areas can tell.

Places in the network are no finer than that, so a distance is one between the middles of two areas.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from math import asin, ceil, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

from talent_matcher.model import Place

MOST = 1 << 16  # pairs of places whose distance is kept
STEP = 5
EARTH_MILES = 3958.8


class Part(NamedTuple):
    """The part of a county that is in a ZIP area, and where the middle of its ZIP codes is."""

    county: str
    zip3: str
    latitude: float
    longitude: float
    zip_codes: int


class Distances:
    """`version` names what the distances are taken from."""

    def __init__(self, parts: Iterable[Part] = (), version: str = "") -> None:
        self.version = version
        found: defaultdict[tuple[str, str], list[Part]] = defaultdict(list)
        for part in parts:
            for area in ((part.county, part.zip3), (part.county, ""), ("", part.zip3)):
                found[area].append(part)
        self._parts = {area: tuple(listed) for area, listed in found.items()}
        self._middles: dict[tuple[Part, ...], tuple[float, float]] = {}
        self._miles: dict[tuple[Place, Place], int | None] = {}

    @classmethod
    def open(cls, file: Path) -> "Distances":
        """As `talent_local.places` writes it. Without the file no distance is known."""
        if not file.exists():
            return cls()
        content = file.read_bytes()
        rows = csv.reader(content.decode().splitlines()[1:])
        parts = [Part(row[0], row[1], float(row[2]), float(row[3]), int(row[4])) for row in rows]
        return cls(parts, hashlib.sha256(content).hexdigest()[:12])

    def miles(self, here: Place, there: Place) -> int | None:
        """Rounded up to the next five; 0 where the two areas overlap. None where it is not
        known."""
        if (here, there) not in self._miles:
            if len(self._miles) >= MOST:
                self._miles.clear()
            self._miles[here, there] = self._between(here, there)
        return self._miles[here, there]

    def _between(self, here: Place, there: Place) -> int | None:
        ours, theirs = self._area(here), self._area(there)
        if not ours or not theirs:
            return None
        if not set(ours).isdisjoint(theirs):
            return 0
        return fives(_miles(self._middle(ours), self._middle(theirs)))

    def _area(self, place: Place) -> tuple[Part, ...]:
        """What its county and its ZIP area have in common; the ZIP area where the two do not meet:
        people know that one by heart."""
        for area in ((place.county, place.zip3), ("", place.zip3), (place.county, "")):
            if area in self._parts:
                return self._parts[area]
        return ()

    def _middle(self, parts: tuple[Part, ...]) -> tuple[float, float]:
        if parts not in self._middles:
            count = sum(part.zip_codes for part in parts)
            latitude = sum(part.latitude * part.zip_codes for part in parts) / count
            longitude = sum(part.longitude * part.zip_codes for part in parts) / count
            self._middles[parts] = latitude, longitude
        return self._middles[parts]


UNKNOWN = Distances()


def fives(miles: float) -> int:
    """Rounded up: finer than this would say more than the places do."""
    return ceil(miles / STEP) * STEP


def _miles(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Along the great circle (haversine)."""
    (latitude, longitude), (latitude_2, longitude_2) = here, there
    north, east = radians(latitude_2 - latitude) / 2, radians(longitude_2 - longitude) / 2
    both = cos(radians(latitude)) * cos(radians(latitude_2))
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(sin(north) ** 2 + both * sin(east) ** 2)))

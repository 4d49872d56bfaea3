"""From a scale that somebody else made to the common one.

A scale is mapped only when somebody declared how; everything else is "level not stated". A new
or changed mapping is a new version of the crosswalk, so that an old match can be explained.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from talent_skills.scale import LEVELS, NOT_STATED, SCALE_URI, Proficiency

# O*NET's level scale (LV), 0 to 7: https://www.onetonline.org/help/online/scales
ONET_LEVEL = "https://www.onetonline.org/help/online/scales"


@dataclass(frozen=True)
class ScaleByCode:
    """A scale of named steps, such as a rubric."""

    levels: Mapping[str, int]

    def level(self, proficiency: Proficiency) -> int:
        return self.levels.get(proficiency.level_code, NOT_STATED)


@dataclass(frozen=True)
class ScaleByNumber:
    """A numeric scale with declared ends. `starts` are the numbers at which levels 1 to 5 begin.

    A number below the first start has no level.
    """

    minimum: float
    maximum: float
    starts: tuple[float, float, float, float, float]

    def level(self, proficiency: Proficiency) -> int:
        stated = (proficiency.minimum, proficiency.maximum)
        if stated not in {(0, 0), (self.minimum, self.maximum)}:
            return NOT_STATED  # the same address, but not the scale that was mapped
        if not self.minimum <= proficiency.ordinal <= self.maximum:
            return NOT_STATED  # also true of "not a number"
        return bisect_right(self.starts, proficiency.ordinal)


@dataclass(frozen=True)
class Crosswalk:
    """The mappings of one version, by scale address."""

    version: str
    scales: Mapping[str, ScaleByCode | ScaleByNumber]

    def normalize(self, proficiency: Proficiency | None) -> int:
        """The common level, 1 to 5; 0 when there is no declared way to say it."""
        scale = self.scales.get(proficiency.scale_uri) if proficiency else None
        if scale is None or proficiency is None or math.isnan(proficiency.ordinal):
            return NOT_STATED
        return scale.level(proficiency)

    def step(self, uri: str) -> tuple[str, str] | None:
        """The scale and code of a step of a mapped scale, from its address `SCALE#CODE`."""
        scale_uri, _, code = uri.rpartition("#")
        scale = self.scales.get(scale_uri)
        if isinstance(scale, ScaleByCode) and code in scale.levels:
            return scale_uri, code
        return None


CROSSWALK = Crosswalk(
    version="1",
    scales={
        SCALE_URI: ScaleByCode({str(level.number): level.number for level in LEVELS}),
        # 0 is "not relevant". The anchors of O*NET stand at 1 to 7: equal fifths above 0.
        ONET_LEVEL: ScaleByNumber(0, 7, (math.ulp(0.0), 1.4, 2.8, 4.2, 5.6)),
    },
)

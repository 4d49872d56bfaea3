"""Where counties are, from a map and a list of ZIP codes."""

import csv
import json
from pathlib import Path

from talent_local.places import build_places

# Two squares side by side, which share an edge; the first has a hole, the second an island.
TOPOLOGY = {
    "transform": {"scale": [0.5, 0.5], "translate": [-100, 40]},
    "arcs": [
        [[4, 0], [0, 4]],  # the edge between them, to the north
        [[4, 4], [-4, 0], [0, -4], [4, 0]],
        [[4, 4], [4, 0], [0, -4], [-4, 0]],
        [[1, 1], [0, 1], [1, 0], [0, -1], [-1, 0]],
        [[12, 0], [0, 1], [1, 0], [0, -1], [-1, 0]],
    ],
    "objects": {
        "counties": {
            "geometries": [
                {"id": "01001", "type": "Polygon", "arcs": [[-2, -1], [3]]},
                {"id": "01003", "type": "MultiPolygon", "arcs": [[[2, 0]], [[4]]]},
            ]
        }
    },
}


def built(tmp_path: Path, *zip_codes: tuple[str, float, float]) -> list[list[str]]:
    counties, codes, target = (tmp_path / name for name in ("counties.json", "zips.csv", "out.csv"))
    counties.write_text(json.dumps(TOPOLOGY))
    rows = [f"{code},{latitude},{longitude},US" for code, latitude, longitude in zip_codes]
    codes.write_text("\n".join(["GEOID,LAT,LONG,COUNTRY", *rows, "A0A,41,-99,CA"]))
    build_places(codes, counties, target)
    return list(csv.reader(target.open()))[1:]


def test_zip_codes_are_in_the_county_around_them(tmp_path: Path):
    assert built(
        tmp_path,
        ("10001", 41.5, -98.5),  # in the first square
        ("10002", 41.7, -98.3),
        ("10101", 41.8, -99.8),
        ("10003", 40.75, -99.25),  # in its hole
        ("10004", 41.0, -97.0),  # in the second
        ("10005", 40.25, -93.75),  # on the island
        ("99999", 45.0, -90.0),  # in none
    ) == [
        ["01001", "100", "41.6000", "-98.4000", "2"],
        ["01001", "101", "41.8000", "-99.8000", "1"],
        ["01003", "100", "40.6250", "-95.3750", "2"],
    ]

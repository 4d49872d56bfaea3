"""Every reader against bytes that nobody meant: typed errors alone, in bounded memory and time."""

import contextlib
import gzip
import io
import json
import os
import struct
import subprocess
import sys
import time
import tracemalloc
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from talent_vc import (
    CredentialError,
    StatusError,
    StatusList,
    bake,
    build_status_list,
    open_envelope,
)
from talent_vc.baked import MAX_PICTURE_BYTES
from talent_vc.qr import read_codes

from .builders import KEY, NOW, make_badge
from .pictures import SVG, itxt, make_png, make_qr, png_chunk, with_chunks

VECTORS = Path(__file__).parents[4] / "shared" / "vectors"
BADGE = json.dumps(make_badge()).encode()
LIST = build_status_list(
    list_id="https://x.example/1",
    issuer=KEY.did_key,
    purpose="revocation",
    set_bits=[1, 5, 100_000],
    valid_from=NOW,
)["credentialSubject"]["encodedList"]
SEEDS = [
    BADGE,
    bake(make_png(), BADGE),
    bake(SVG, BADGE),
    with_chunks(itxt("openbadgecredential", BADGE, compressed=True)),
    with_chunks(png_chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(BADGE))),
    make_qr(BADGE.decode()[:800]),
    make_qr("https://college.example/1", kind="svg"),
    make_qr("https://college.example/1", kind="jpeg"),
    b"https://college.example/1",
    *(file.read_bytes() for file in sorted(VECTORS.glob("*.svg"))),
    *(file.read_bytes() for file in sorted(VECTORS.glob("*.png"))),
]


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """One of the seeds, with some of its bytes changed, cut out, doubled or put elsewhere."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 64)))
        match draw(st.sampled_from(["change", "cut", "double", "flip", "insert"])):
            case "change":
                data[at:end] = draw(st.binary(min_size=end - at, max_size=end - at))
            case "cut":
                del data[at:end]
            case "double":
                data[at:at] = data[at:end] * draw(st.integers(1, 50))
            case "flip" if at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
            case _:
                data[at:at] = draw(st.binary(max_size=16) | st.sampled_from(WORDS))
    return bytes(data)


WORDS = [
    b"<",
    b"]]>",
    b"&x;",
    b"\0",
    b"{",
    b'"',
    b"\xff\xfe",
    b"<!ENTITY",
    b"-1e99",
    b"nan",
    b"9" * 40,
]


def repaired(data: bytes) -> bytes:
    """A PNG with its checks set right again, so that what is behind them is reached."""
    out, position = bytearray(data[:8]), 8
    while len(head := data[position : position + 8]) == 8:
        length, kind = struct.unpack(">I4s", head)
        content = data[position + 8 : position + 8 + min(length, len(data))]
        out += png_chunk(kind, content)
        position += 12 + len(content)
    return bytes(out)


fuzzed = settings(max_examples=400, suppress_health_check=list(HealthCheck))


@fuzzed
@given(data=mutated(SEEDS) | st.binary(max_size=300))
def test_opening_anything_gives_a_typed_error_at_most(data: bytes) -> None:
    with contextlib.suppress(CredentialError):
        open_envelope(data)


@fuzzed
@given(data=mutated([seed for seed in SEEDS if seed.startswith(b"\x89PNG")]).map(repaired))
def test_a_png_whose_checks_are_right_gives_a_typed_error_at_most(data: bytes) -> None:
    with contextlib.suppress(CredentialError):
        open_envelope(data)
    with contextlib.suppress(CredentialError):
        read_codes(data)


@fuzzed
@given(data=mutated([seed for seed in SEEDS if seed.startswith(b"\xff\xd8")]))
def test_a_photo_gives_a_typed_error_at_most(data: bytes) -> None:
    with contextlib.suppress(CredentialError):
        open_envelope(data)


numbers = st.sampled_from(
    ["0", "1", "-3.5", "1e99", "-1e99", ".", "99999999999999999999", "50%", ""]
)
values = st.lists(numbers, max_size=6).map(" ".join) | st.text(max_size=10)
paths = st.lists(st.sampled_from("MmLlHhVvZzCA ") | numbers, max_size=30).map(" ".join)
names = st.sampled_from(["x", "y", "width", "height", "viewBox", "fill", "stroke", "stroke-width"])
moves = st.tuples(st.sampled_from(["translate", "scale", "matrix"]), values).map(
    "{0[0]}({0[1]})".format
)


@fuzzed
@given(
    root=st.dictionaries(names, values),
    shapes=st.lists(st.tuples(st.dictionaries(names, values), paths, moves), max_size=5),
)
def test_any_shapes_can_be_drawn(
    root: dict[str, str], shapes: list[tuple[dict[str, str], str, str]]
) -> None:
    def element(name: str, attributes: dict[str, str]) -> str:

        return f"<{name} " + " ".join(f"{k}={quoteattr(v)}" for k, v in attributes.items())

    inside = "".join(
        element("rect", {**own, "transform": move})
        + "/>"
        + element("path", {**own, "d": path})
        + "/>"
        for own, path, move in shapes
    )
    data = element("svg", root) + f">{inside}</svg>"
    with contextlib.suppress(CredentialError):
        open_envelope(data.encode("utf-8", "replace"))


@fuzzed
@given(
    packed=mutated([gzip.compress(b"\0" * 20_000), gzip.compress(os.urandom(500))])
    | st.binary(max_size=100)
)
def test_any_status_list_is_read_or_refused(packed: bytes) -> None:
    encoded = "u" + urlsafe_b64encode(packed).rstrip(b"=").decode()
    with contextlib.suppress(StatusError):
        len(StatusList.decode(encoded))


@fuzzed
@given(
    encoded=st.text(max_size=50) | mutated([LIST.encode()]).map(lambda data: data.decode("latin-1"))
)
def test_any_text_for_a_status_list_is_read_or_refused(encoded: str) -> None:
    with contextlib.suppress(StatusError):
        StatusList.decode(encoded)


@contextlib.contextmanager
def bounded(megabytes: float, seconds: float) -> Iterator[None]:
    tracemalloc.start()
    start = time.process_time()
    try:
        yield
        assert time.process_time() - start < seconds
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1e6
    finally:
        tracemalloc.stop()


def packed_list(size: int) -> str:
    """The pieces of a list that unpacks to so many bytes."""
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as out:
        for _ in range(size // 10_000_000):
            out.write(bytes(10_000_000))
    return "u" + urlsafe_b64encode(file.getvalue()).rstrip(b"=").decode()


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'.encode()


def long_scribble() -> str:
    numbers = zip(os.urandom(200_000), os.urandom(200_000), strict=True)
    return '<path d="M0 0L' + " ".join(f"{x} {y}" for x, y in numbers) + '"/>'


def pixels(size: tuple[int, int], mode: str = "1") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, "PNG")
    return file.getvalue()


LIMIT = MAX_PICTURE_BYTES
BOMBS: dict[str, Callable[[], bytes]] = {
    "deep JSON": lambda: b'{"a":' * 190_000 + b"1" + b"}" * 190_000,
    "deep lists": lambda: b'{"a":' + b"[" * 900_000,
    "many keys": lambda: json.dumps({f"k{n}": n for n in range(60_000)}).encode(),
    "long number": lambda: b'{"a":' + b"9" * 900_000 + b"}",
    "text of brackets": lambda: b'{"a":"' + b"[" * 990_000 + b'"}',
    "long address": lambda: b"https://" + b"x" * 900_000,
    "token of dots": lambda: b"eyJ" + b"." * 900_000,
    "blanks": lambda: b" " * LIMIT,
    "PNG that unpacks": lambda: with_chunks(
        itxt("openbadges", b" " * 100_000_000, compressed=True)
    ),
    "PNG of many parts": lambda: with_chunks(*[png_chunk(b"tEXt", b"a\0")] * 300_000),
    "PNG of many badges": lambda: with_chunks(*[itxt("openbadges", b"{}")] * 4_000),
    "PNG of many pixels": lambda: pixels((30_000, 30_000)),
    "PNG as wide as can be": lambda: pixels((15_000_000, 1)),
    "SVG of many parts": lambda: svg("<g/>" * 1_200_000),
    "SVG of deep parts": lambda: svg("<g>" * 1_000_000),
    "SVG of long attributes": lambda: svg(f"<g a='{'x' * 4_000_000}'/>"),
    "SVG of many names": lambda: svg("".join(f"<a{n} b{n}=''/>" for n in range(150_000))),
    "SVG of large shapes": lambda: svg('<rect width="9" height="9"/>' * 60_000),
    "SVG of small shapes": lambda: svg('<rect width="1" height="1"/>' * 60_000),
    "SVG of a scribble": lambda: svg(long_scribble()),
    "SVG of long paths": lambda: svg(f'<path d="M0 0{"h1" * 900_000}" stroke="red"/>'),
    "SVG of long numbers": lambda: svg(f'<path d="M0 {"1" * 1_900_000}"/>'),
    "SVG that moves": lambda: svg(f'<g transform="{"scale(2)" * 200_000}"/>'),
    "SVG of brackets": lambda: svg(f'<g transform="{"scale(" * 300_000}"/>'),
    "SVG of styles": lambda: svg(f'<g style="{"fill:" * 390_000}"/>'),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_was_made_to_hurt_does_not(name: str) -> None:
    data = BOMBS[name]()
    assert len(data) < 3 * LIMIT
    with bounded(megabytes=60, seconds=6), contextlib.suppress(CredentialError):
        open_envelope(data)


MEASURE = """
import contextlib, resource, sys
from talent_vc import CredentialError, open_envelope
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
before = peak()
for file in sys.argv[1:]:
    with contextlib.suppress(CredentialError), open(file, "rb") as data:
        open_envelope(data.read())
print(peak() - before)
"""


def test_the_decoders_below_are_bounded_too(tmp_path: Path) -> None:
    """What tracing does not see: the memory that decoders written in C take."""
    for number, make in enumerate(BOMBS.values()):
        (tmp_path / str(number)).write_bytes(make())
    (tmp_path / "pixels").write_bytes(pixels((4_000, 4_000), "RGBA"))
    files = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *files], capture_output=True, check=True, timeout=60
    )
    assert float(done.stdout) < 250


def test_a_list_that_unpacks_to_a_gigabyte_is_refused() -> None:
    encoded = packed_list(1_000_000_000)
    with bounded(megabytes=60, seconds=3), pytest.raises(StatusError):
        StatusList.decode(encoded)

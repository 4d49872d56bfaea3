"""From uploads to lines, and how a job counts: without a service."""

import io
import zipfile
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_kit.errors import Problem, Reason
from talent_vc import Check, Outcome, Overall, Part
from talent_vc import Verdict as Judged
from talent_verifier.job_lines import ndjson, unzipped
from talent_verifier.jobs import Job, JobLimits, JobState, Line, shortened
from talent_verifier.model import Issuer, Verdict
from talent_verifier.wording import credential_name

from .builders import START

LIMITS = JobLimits(
    jobs=1,
    lines=20,
    bytes=200_000,
    line_bytes=100_000,
    zip_bytes=100_000,
    batch_lines=5,
    upload=timedelta(seconds=60),
    keep=timedelta(days=1),
)


async def lines_of(*chunks: bytes, longest: int = 100) -> list[Line]:
    async def arriving() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [line async for line in ndjson(arriving(), longest)]


def test_a_file_without_a_name_is_no_line() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x", b"{}")
        archive.writestr("y.json", b"{}")
    data = bytearray(packed.getvalue())
    entry = data.index(b"PK\x01\x02")
    data[entry + 28], data[entry + 30] = 0, 1  # its name is an extra field now
    assert [line.file for line in unzipped(bytes(data), LIMITS)] == ["y.json"]


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=6))
async def test_how_an_upload_is_cut_makes_no_difference(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(data)]
    chunks = [data[a:b] for a, b in pairwise(edges)]
    told = await lines_of(*chunks, longest=8)
    assert told == await lines_of(data, longest=8)
    plain = [line for line in told if not line.mend and not line.content.startswith(b'"')]
    for line in plain:
        whole = data.split(b"\n")[line.number - 1]
        assert line.content in whole
    numbers = [line.number for line in told]
    assert numbers == sorted(set(numbers))


async def test_lines_are_numbered_as_in_the_file() -> None:
    told = await lines_of(b'\xef\xbb\xbf{"a":1}\r\n\r\n  \n"eyJ.a.b"\n', b"x" * 101, b"y\nz")
    assert told == [
        Line(1, b'{"a":1}'),
        Line(4, b"eyJ.a.b"),
        Line(5, b"", mend="Send at most 100 bytes."),
        Line(6, b"z"),
    ]


def pack(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytearray:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return bytearray(packed.getvalue())


def mends(packed: bytes) -> list[str]:
    return [line.mend for line in unzipped(packed, LIMITS)]


def test_files_that_cannot_be_read_say_so_one_by_one() -> None:
    assert mends(pack({"a": b"{}" * 40_000})) == [
        "Pack a real credential: this file is almost empty of content."
    ]
    assert mends(pack({"a": b"{}"}, zipfile.ZIP_LZMA))[0].startswith("Pack it in the usual way")
    locked = pack({"a": b"{}"})
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert mends(locked) == ["Pack it without a password."]
    incompressible = b"".join(
        zlib.crc32(bytes([n % 256, n // 256])).to_bytes(4) for n in range(30_000)
    )
    assert mends(pack({"a": incompressible, "b": b"{}"})) == ["Send at most 100000 bytes.", ""]
    assert mends(pack({"a\u202eb\x01": b"{}"})) == [""]
    [line] = unzipped(pack({"a\u202eb\x01" + "c" * 300: b"{}"}), LIMITS)
    assert line.file == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}" + "c" * 196


@given(st.data())
def test_a_damaged_zip_gives_lines_or_a_refusal(data: st.DataObject) -> None:
    packed = pack({"a": b'{"a":1}' * 20, "b/c": b"x" * 300})
    for _ in range(data.draw(st.integers(1, 8))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Problem):  # nothing else comes out
        for line in unzipped(bytes(packed), LIMITS):
            assert len(line.content) <= LIMITS.line_bytes
            assert not (line.mend and line.content)


def test_a_directory_that_is_too_long_is_not_even_read() -> None:
    many = pack({str(n): b"" for n in range(21)})
    with pytest.raises(Problem) as refused:
        list(unzipped(many, LIMITS))
    assert refused.value.reason is Reason.TOO_LARGE


def job(**changed: object) -> Job:
    return Job("j", "acme", START, START + timedelta(days=1), **changed)  # type: ignore[arg-type]


def test_how_long_it_takes_is_said_only_where_it_is_known() -> None:
    new = job(state=JobState.WAITING, lines=100)
    assert new.seconds_left(START) is None
    later = START + timedelta(seconds=2)
    begun = new.after(["valid"] * 10, began=START, now=later)
    assert (begun.state, begun.done, begun.outcomes) == (JobState.RUNNING, 10, {"valid": 10})
    assert begun.seconds_left(later) == 18
    # Nobody gets on with it: then nobody knows.
    assert begun.seconds_left(later + timedelta(minutes=2)) is None
    # The pace takes in the turns of other jobs, but no time in which nobody worked.
    shared = begun.after(["invalid"] * 10, began=later, now=later + timedelta(seconds=12))
    assert shared.seconds_left(later + timedelta(seconds=12)) == 32
    night = later + timedelta(hours=9)
    after_night = begun.after(["valid"] * 10, began=night, now=night + timedelta(seconds=2))
    assert after_night.seconds_left(night + timedelta(seconds=2)) == 16
    done = shared.after(["valid"] * 80, began=later, now=later)
    assert (done.state, done.finished_at, done.seconds_left(later)) == (JobState.DONE, later, 0)
    assert done.outcomes == {"valid": 90, "invalid": 10}


def test_the_name_of_a_credential_is_found_and_harmless() -> None:
    assert credential_name({"name": "A"}) == "A"
    assert credential_name({"name": [{"@value": "B", "@language": "en"}]}) == "B"
    subject = {"achievement": {"name": "C\x00\u202e"}}
    assert credential_name({"name": "A", "credentialSubject": [subject]}).startswith("C\ufffd")
    for strange in ({}, {"credentialSubject": "x"}, {"name": 7}, {"name": [[]]}):
        assert credential_name(strange) == ""


def test_a_verdict_without_end_is_kept_short() -> None:
    checks = tuple(Check("a.b", Outcome.FAILED, {"x": "y" * 500}) for _ in range(400))
    part = Part("/p", "credential", Judged(Overall.INVALID, checks, issuer="d" * 10_000))
    verdict = Verdict("", Overall.INVALID, checks, Issuer("d" * 10_000), START, parts=(part,) * 400)
    short = shortened(verdict)
    assert short.outcome is Overall.INVALID
    assert len(repr(short)) < 256 * 1024

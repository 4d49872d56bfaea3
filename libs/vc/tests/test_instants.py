"""XML Schema 1.1 dateTimeStamp, to the letter."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_vc.instants import read_instant, timestamp

FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-23T00:00:00Z", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T00:00:00.5Z", datetime(2026, 11, 23, 0, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-23T00:00:00.1234567890Z", datetime(2026, 11, 23, 0, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-11-23T02:30:00+02:30", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-22T10:00:00-14:00", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T00:00:00-00:00", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2024-02-29T24:00:00Z", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-02-29T24:00:00.000+14:00", datetime(2024, 2, 29, 10, tzinfo=UTC)),
        ("9999-12-31T24:00:00Z", LAST),
        ("9999-12-31T23:59:59-14:00", LAST),
        ("9999-01-01T00:00:00Z", datetime(9999, 1, 1, tzinfo=UTC)),
        ("10000-02-29T00:00:00Z", LAST),
        ("123456-12-31T23:59:59Z", LAST),
        ("0001-01-01T00:00:00+14:00", FIRST),
        ("0000-02-29T00:00:00Z", FIRST),
        ("-0044-03-15T12:00:00Z", FIRST),
    ],
)
def test_a_stamp_is_its_instant(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2026-11-23T00:00:00",
        "2026-11-23T00:00Z",
        "2026-11-23 00:00:00Z",
        "2026-11-23t00:00:00z",
        "2026-11-23T00:00:00z",
        "2026-11-23T00:00:00.Z",
        "2026-11-23T00:00:00,5Z",
        "2026-11-23T00:00:00+0000",
        "2026-11-23T00:00:00+14:01",
        "2026-11-23T00:00:00+24:00",
        "2026-11-23T00:00:60Z",
        "2026-12-31T23:59:60Z",
        "2026-11-23T24:00:01Z",
        "2026-11-23T24:00:00.1Z",
        "2026-11-23T25:00:00Z",
        "2026-11-31T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "02026-11-23T00:00:00Z",
        "10001-02-29T00:00:00Z",
        "12345-99-01T00:00:00Z",
        "226-11-23T00:00:00Z",
        "+2026-11-23T00:00:00Z",
        " 2026-11-23T00:00:00Z",
        "2026-11-23T00:00:00Z\n",
        "２０２６-11-23T00:00:00Z",
        "",
        None,
        20261123,
        ["2026-11-23T00:00:00Z"],
    ],
)
def test_anything_else_is_no_stamp(text: object) -> None:
    assert read_instant(text) is None


@given(
    st.datetimes(
        min_value=datetime(1, 1, 2),
        max_value=datetime(9999, 12, 30),
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_what_is_written_is_read_again(instant: datetime) -> None:
    assert read_instant(instant.isoformat()) == instant
    assert read_instant(timestamp(instant)) == instant.replace(microsecond=0)


@given(st.text(alphabet="0123456789-:.TZ+", max_size=30))
def test_odd_text_never_raises(text: str) -> None:
    read_instant(text)

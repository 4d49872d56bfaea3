"""Events that a released version wrote stay readable."""

import json
from importlib import util
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message_factory import GetMessageClass

spec = util.spec_from_file_location("golden", Path(__file__).parents[1] / "golden.py")
assert spec
assert spec.loader
golden = util.module_from_spec(spec)
spec.loader.exec_module(golden)

EVENTS = {descriptor.name: descriptor for descriptor in golden.events()}
RELEASED = sorted(golden.GOLDEN.glob("*/*.bin"))


def name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", RELEASED, ids=name)
def test_bytes_of_a_released_version_mean_what_they_meant(path: Path) -> None:
    message = GetMessageClass(EVENTS[path.stem])()
    message.ParseFromString(path.read_bytes())
    meant = json.loads(path.with_suffix(".json").read_text())
    now = MessageToDict(message, preserving_proto_field_name=True)
    assert now == meant


def test_every_event_has_golden_bytes_in_the_newest_version() -> None:
    newest = max(path.parent for path in RELEASED)
    assert {path.stem for path in newest.glob("*.bin")} == set(EVENTS)


def test_an_event_from_a_newer_version_keeps_the_fields_we_do_not_know() -> None:
    for path in RELEASED:
        message = GetMessageClass(EVENTS[path.stem])()
        unknown = bytes([0xFA, 0xFF, 0xFF, 0xFF, 0x0F, 0x02]) + b"hi"  # field 536870911, bytes
        message.ParseFromString(path.read_bytes() + unknown)
        assert message.SerializeToString().endswith(unknown)

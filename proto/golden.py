"""Writes the golden bytes of every event of the present version.

`python proto/golden.py VERSION` writes golden/VERSION/<Event>.bin and, beside it, what the bytes
mean as JSON. Run once for each release; golden files of a released version are never rewritten.
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
SAMPLE = {
    FieldDescriptor.CPPTYPE_INT32: 7,
    FieldDescriptor.CPPTYPE_INT64: 7_000_000_000,
    FieldDescriptor.CPPTYPE_UINT32: 7,
    FieldDescriptor.CPPTYPE_UINT64: 7_000_000_000,
    FieldDescriptor.CPPTYPE_DOUBLE: 0.75,
    FieldDescriptor.CPPTYPE_BOOL: True,
}


def events() -> Iterator[Descriptor]:
    """Every message of talent.events.v1 that is an event: its first field is the header."""
    for source in sorted((HERE / "talent/events/v1").glob("*.proto")):
        module = import_module(f"talent_proto.events.v1.{source.stem}_pb2")
        for name in sorted(module.DESCRIPTOR.message_types_by_name):
            descriptor = module.DESCRIPTOR.message_types_by_name[name]
            if "header" in descriptor.fields_by_name:
                yield descriptor


def filled(descriptor: Descriptor) -> Message:
    """A message with every field set, the same each time."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if field.message_type and field.message_type.GetOptions().map_entry:
            value = _scalar(field.message_type.fields_by_name["value"])
            getattr(message, field.name)["key"] = value
        elif field.message_type:
            value = filled(field.message_type)
            if field.is_repeated:
                getattr(message, field.name).append(value)
            else:
                getattr(message, field.name).CopyFrom(value)
        elif field.is_repeated:
            getattr(message, field.name).append(_scalar(field))
        else:
            setattr(message, field.name, _scalar(field))
    return message


def _scalar(field: FieldDescriptor) -> object:
    if field.enum_type:
        return field.enum_type.values[-1].number
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        is_bytes = field.type == FieldDescriptor.TYPE_BYTES
        return field.name.encode() if is_bytes else field.name
    return SAMPLE[field.cpp_type]


def write(version: str) -> None:
    folder = GOLDEN / version
    folder.mkdir(parents=True)
    for descriptor in events():
        message = filled(descriptor)
        (folder / f"{descriptor.name}.bin").write_bytes(
            message.SerializeToString(deterministic=True)
        )
        meaning = MessageToDict(message, preserving_proto_field_name=True)
        (folder / f"{descriptor.name}.json").write_text(json.dumps(meaning, indent=1) + "\n")


if __name__ == "__main__":
    write(sys.argv[1])

"""Turn JSON into protobuf's ``Value`` and back, exactly.

A ``Value`` holds doubles only: integers come back as integral floats (7 as 7.0), which the contract counts as integers.
NaN and infinities pass both ways, so that whoever knows the field can name them; `google.protobuf.json_format` and
proto-plus each let some pass in silence or raise. Needs the extra ``gcp``.
"""

from collections.abc import Iterable

from google.protobuf import struct_pb2

from sayso.wire import JSON


class UnsetValueError(ValueError):
    """A ``Value`` of no kind: what stands in the place of something that the sender did not set."""


def to_value(found: JSON) -> struct_pb2.Value:
    """Give the message for one JSON value.

    Raises:
        OverflowError: an integer beyond the largest double.
    """
    value = struct_pb2.Value()
    match found:
        case None:
            value.null_value = struct_pb2.NULL_VALUE
        case bool():
            value.bool_value = found
        case int() | float():
            value.number_value = float(found)
        case str():
            value.string_value = found
        case list():
            value.list_value.values.extend(to_values(found))
            value.list_value.SetInParent()
        case dict():
            value.struct_value.SetInParent()
            for key, item in found.items():
                value.struct_value.fields[key].CopyFrom(to_value(item))
    return value


def to_values(found: Iterable[JSON]) -> list[struct_pb2.Value]:
    """Give the message for each JSON value."""
    return [to_value(item) for item in found]


def to_json(value: struct_pb2.Value) -> JSON:
    """Give the JSON value of one message; numbers are floats.

    Raises:
        UnsetValueError: at any depth.
    """
    match value.WhichOneof("kind"):
        case "null_value":
            return None
        case "bool_value":
            return value.bool_value
        case "number_value":
            return value.number_value
        case "string_value":
            return value.string_value
        case "list_value":
            return [to_json(item) for item in value.list_value.values]
        case "struct_value":
            return {key: to_json(item) for key, item in value.struct_value.fields.items()}
        case None:
            raise UnsetValueError("a value of no kind")

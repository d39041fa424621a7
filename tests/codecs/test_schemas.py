"""Avro and Protocol Buffers by the user's schemas, against the libraries that write them.

For any schema, any value and any damage: the same value, or a clear reason. Never anything else.
"""

from __future__ import annotations

import io
import json
import random
import struct
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import pytest
from fastavro.schema import fingerprint, to_parsing_canonical_form
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.codecs import ColumnDecoder, decoder
from inspector.codecs._avro_canonical import canonical
from inspector.codecs._avro_schema import SchemaError, read_schema
from inspector.codecs._limits import CodecError
from inspector.codecs._schemas import AvroFile, Schemas
from inspector.core.errors import InputInvalid
from inspector.core.jsontext import to_json
from inspector.core.payloads import Decoded, Undecoded, Value
from inspector.services.schema_files import LoadedSchemas, read_schemas

DATA = Path(__file__).parent / "data"
AVRO, PROTO = DATA / "avro" / "schemas", DATA / "protobuf" / "schemas"
no_clock = settings(deadline=None)
thorough = settings(deadline=None, max_examples=300)


def column(files: list[Path], event_type: str) -> ColumnDecoder:
    return decoder(schemas=read_schemas(files).schemas).of(event_type)


# -- Avro: any schema, any value ------------------------------------------------------------

names = st.text("abcdefgh", min_size=1, max_size=6)
Pair = tuple[Any, st.SearchStrategy[Any]]
"""A schema, and the values that fit it."""

SCALARS: list[Pair] = [
    ("null", st.none()),
    ("boolean", st.booleans()),
    ("int", st.integers(-(2**31), 2**31 - 1)),
    ("long", st.integers(-(2**63), 2**63 - 1)),
    ("double", st.floats(allow_nan=False)),
    ("bytes", st.binary(max_size=8)),
    ("string", st.text(st.characters(codec="utf-8"), max_size=8)),
]


@st.composite
def schemas(draw: st.DrawFn, depth: int = 0, counter: list[int] | None = None) -> Pair:
    counter = counter if counter is not None else [0]
    kind = draw(st.sampled_from(["scalar"] * (1 + depth) + ["record", "array", "map", "optional"]))
    if kind == "scalar" or depth > 3:
        return draw(st.sampled_from(SCALARS))
    if kind == "record":
        counter[0] += 1
        name = f"R{counter[0]}"
        labels = draw(st.lists(names, unique=True, max_size=4))
        parts = [draw(schemas(depth + 1, counter)) for _ in labels]
        fields = [{"name": n, "type": s} for n, (s, _) in zip(labels, parts, strict=True)]
        values = {n: v for n, (_, v) in zip(labels, parts, strict=True)}
        stated = {"type": "record", "name": name, "namespace": "any.where", "fields": fields}
        return stated, st.fixed_dictionaries(values)
    inner, values_inside = draw(schemas(depth + 1, counter))
    if kind == "array":
        return {"type": "array", "items": inner}, st.lists(values_inside, max_size=3)
    if kind == "map":
        return {"type": "map", "values": inner}, st.dictionaries(names, values_inside, max_size=3)
    if inner == "null" or isinstance(inner, list):
        return "null", st.none()
    return ["null", inner], st.none() | values_inside


def written(parsed: Any, value: Any) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, parsed, value)
    return out.getvalue()


@st.composite
def values_with_schema(draw: st.DrawFn) -> tuple[Any, Any]:
    fields = [draw(schemas(1)) for _ in range(draw(st.integers(1, 3)))]
    stated = {
        "type": "record",
        "name": "Top",
        "fields": [{"name": f"f{i}", "type": s} for i, (s, _) in enumerate(renamed(fields))],
    }
    return stated, {f"f{i}": draw(values) for i, (_, values) in enumerate(fields)}


def renamed(fields: list[Pair]) -> list[Pair]:
    """Records of several fields must not have the same name."""
    return [(json.loads(json.dumps(s).replace('"R', f'"F{i}R')), v)
            for i, (s, v) in enumerate(fields)]  # fmt: skip


@thorough
@given(values_with_schema())
def test_any_value_of_any_schema_is_read_as_it_was_written(pair: tuple[Any, Any]) -> None:
    stated, value = pair
    raw = written(fastavro.parse_schema(stated, {}), value)
    found = cell(stated, raw)
    assert isinstance(found, Decoded), found
    assert found.codec == "avro:Top"
    assert to_json(in_order(found.value)) == to_json(in_order(value))
    parsed = read_schema(stated, lambda name: None)
    form = to_parsing_canonical_form(fastavro.parse_schema(stated, {}))
    assert canonical(parsed.root) == form
    own = parsed.fingerprint.to_bytes(8, "little").hex()
    assert own == fingerprint(form, "CRC-64-AVRO")


def in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value)}
    return [in_order(item) for item in value] if isinstance(value, list) else value


def cell(stated: Any, raw: bytes) -> Decoded | Undecoded:
    schema = read_schema(stated, lambda name: None)
    known = Schemas(avro=(AvroFile("any.avsc", schema),))
    return decoder(schemas=known).of("Top")(raw)


@thorough
@given(values_with_schema(), st.binary(max_size=3), st.integers(0, 10_000))
def test_no_byte_more_or_less_gives_a_value(pair: tuple[Any, Any], more: bytes, cut: int) -> None:
    stated, value = pair
    raw = written(fastavro.parse_schema(stated, {}), value)
    if more:
        assert_not_by_schema(cell(stated, raw + more))
    if raw:
        assert_not_by_schema(cell(stated, raw[: cut % len(raw)]))


def assert_not_by_schema(found: Decoded | Undecoded) -> None:
    assert isinstance(found, Undecoded), found
    assert found.reason


@pytest.mark.parametrize("scale", [0, 2, 9])
@given(st.integers(-(10**18) + 1, 10**18 - 1))
@no_clock
def test_decimals_are_exact(scale: int, unscaled: int) -> None:
    kind = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": scale}
    stated = {"type": "record", "name": "Top", "fields": [{"name": "d", "type": kind}]}
    value = Decimal(unscaled).scaleb(-scale)
    found = cell(stated, written(fastavro.parse_schema(stated, {}), {"d": value}))
    assert isinstance(found, Decoded)
    assert found.value == {"d": value}
    assert found.value["d"].as_tuple() == value.as_tuple()


@thorough
@given(st.binary(max_size=200), st.sampled_from(["Tree", "OrderPlaced", "OrderPaid", "Numbers"]))
def test_any_bytes_are_read_or_refused_by_an_avro_schema(raw: bytes, name: str) -> None:
    check(avro_columns()[name], raw)


@pytest.mark.parametrize("seed", range(10))
def test_damaged_avro_is_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    for path in sorted(DATA.glob("avro/*/input.hex")):
        raw = damaged(bytes.fromhex(path.read_text("ascii")), dice)
        for reader in avro_columns().values():
            check(reader, raw)


def avro_columns() -> dict[str, ColumnDecoder]:
    if not _AVRO:
        files = [AVRO / f for f in ("order-placed.avsc", "money.avsc", "tree.avsc", "paid.avsc",
                                    "numbers.avsc")]  # fmt: skip
        known = decoder(schemas=read_schemas(files).schemas)
        _AVRO.update({n: known.of(n) for n in ("Tree", "OrderPlaced", "OrderPaid", "Numbers")})
    return _AVRO


_AVRO: dict[str, ColumnDecoder] = {}


def check(reader: ColumnDecoder, raw: bytes) -> None:
    """A result is whole: it can be written, and read quickly it is the same; or it has a reason."""
    found = reader(raw)
    if isinstance(found, Decoded):
        to_json(found.value).encode("utf-8")
        assert to_json(reader.value(raw)) == to_json(found.value)
        return
    assert found.reason
    assert found.size == len(raw)
    with pytest.raises(CodecError):
        reader.value(raw)


def damaged(raw: bytes, dice: random.Random) -> bytes:
    work = bytearray(raw)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(work) + 1)
        action = dice.randrange(4)
        if action == 0 and at < len(work):
            work[at] = dice.randrange(256)
        elif action == 1:
            del work[at : at + dice.randint(1, 8)]
        elif action == 2:
            work[at:at] = work[max(0, at - dice.randint(1, 40)) : at]
        else:
            work[at:at] = dice.choice([b"\xff" * 10, b"\x00", b"\x80", b"\x01", b"\x7f\xff"])
    return bytes(work)


# -- Protocol Buffers -----------------------------------------------------------------------


def pool() -> descriptor_pool.DescriptorPool:
    made = descriptor_pool.DescriptorPool()
    found = descriptor_pb2.FileDescriptorSet.FromString((PROTO / "shop.desc").read_bytes())
    for file in found.file:
        made.AddSerializedFile(file.SerializeToString())
    return made


ORDER: Any = message_factory.GetMessageClass(
    pool().FindMessageTypeByName("shop.v3.OrderPlaced")  # type: ignore[no-untyped-call]
)
int64 = st.integers(-(2**63), 2**63 - 1)
int32 = st.integers(-(2**31), 2**31 - 1)
texts = st.text(st.characters(codec="utf-8"), max_size=6)
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "order_id": texts, "amount": int64, "delta": int64, "rate": st.floats(allow_nan=False),
    "blob": st.binary(max_size=6), "gift": st.booleans(), "big": st.integers(0, 2**64 - 1),
    "fixed": int64, "counts": st.lists(int32, max_size=4), "status": st.sampled_from([0, 1, 9]),
    "labels": st.dictionaries(int32, texts, max_size=3), "rank": int32, "cash": int64.map(abs),
}  # fmt: skip
STATUS = {0: "NEW", 1: "PAID"}


@thorough
@given(st.fixed_dictionaries({}, optional=PLAIN), st.lists(texts, max_size=2))
def test_any_message_is_read_as_it_was_written(values: dict[str, Any], parts: list[str]) -> None:
    message = ORDER(**values)
    for part in parts:
        message.parts.add(order_id=part)
    found = order_column()(message.SerializeToString())
    assert isinstance(found, Decoded), found
    assert found.notes == ()
    assert [part["order_id"] for part in found.value["parts"]] == parts
    for name, value in values.items():
        expected: Value = value
        if name == "status":
            expected = STATUS.get(value, value)
        elif name == "labels":
            expected = {str(key): text for key, text in value.items()}
        assert to_json(in_order(found.value[name])) == to_json(in_order(expected))
    for name in PLAIN.keys() - values.keys() - {"rank", "cash"}:
        assert not found.value[name] or found.value[name] == "NEW"
    assert ("rank" in found.value, "cash" in found.value) == ("rank" in values, "cash" in values)


def test_known_messages_have_the_form_of_the_json_mapping() -> None:
    raw = bytes.fromhex((DATA / "protobuf" / "every-kind" / "input.hex").read_text("ascii"))
    message = ORDER.FromString(raw)
    message.ClearField("detail")
    told = json_format.MessageToDict(message, preserving_proto_field_name=True)
    found = order_column()(raw)
    assert isinstance(found, Decoded)
    for name in ("placed_at", "took", "extra", "labels", "status"):
        assert found.value[name] == told[name]
    assert str(found.value["limit"]) == told["limit"]


def order_column() -> ColumnDecoder:
    if not _PROTO:
        _PROTO.append(column([PROTO / "shop.desc"], "OrderPlaced"))
        _PROTO.append(column([PROTO / "shop.desc"], "shop.v2.Old"))
    return _PROTO[0]


_PROTO: list[ColumnDecoder] = []


@thorough
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_a_descriptor(raw: bytes) -> None:
    order_column()
    for reader in _PROTO:
        check(reader, raw)


@pytest.mark.parametrize("seed", range(10))
def test_damaged_messages_are_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    order_column()
    for path in sorted(DATA.glob("protobuf/*/input.hex")):
        raw = damaged(bytes.fromhex(path.read_text("ascii")), dice)
        for reader in _PROTO:
            check(reader, raw)


# -- bombs ----------------------------------------------------------------------------------

MILLION = 1_000_000
BOMBS: dict[str, Callable[[], bytes]] = {
    "brackets": lambda: b"[" * MILLION,
    "levels of a tree": lambda: b"\x00\x02" * MILLION,
    "groups": lambda: b"\x3b" * MILLION + b"\x3c" * MILLION,
    "open groups": lambda: b"\x3b" * MILLION,
    "a packed list": lambda: b"\x32" + varint(3 * MILLION) + b"\x01" * (3 * MILLION),
    "empty messages": lambda: b"\x22\x00" * MILLION,
    "a length of 2^63": lambda: b"\x0a" + b"\xff" * 8 + b"\x7f",
    "a block of 2^62 items": lambda: b"\x02a" + b"\xfe" + b"\xff" * 8 + b"\x01",
}


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


@pytest.mark.timeout(120)  # without bounds it would be hours, or all the memory
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_soon_read_or_refused(name: str) -> None:
    raw = BOMBS[name]()
    order_column()
    for reader in (*_PROTO, avro_columns()["Tree"]):
        found = reader(raw)
        if isinstance(found, Decoded):
            assert to_json(found.value)
        else:
            assert found.reason


def test_a_schema_that_grows_without_bytes_is_stopped() -> None:
    stated: Any = "null"
    for level in range(30):
        fields = [{"name": f"f{i}", "type": stated if i == 0 else f"R{level - 1}"}
                  for i in range(10 if level else 1)]  # fmt: skip
        stated = {"type": "record", "name": f"R{level}", "fields": fields}
    stated = {"type": "record", "name": "Top", "fields": [
        {"name": "y", "type": "boolean"}, {"name": "x", "type": stated}]}  # fmt: skip
    found = cell(stated, b"\x00")
    assert isinstance(found, Undecoded)
    assert found.code == "payload-too-large"


def test_a_record_that_holds_itself_is_stopped() -> None:
    stated = {"type": "record", "name": "Top", "fields": [{"name": "x", "type": "Top"}]}
    found = cell(stated, b"\x00")
    assert isinstance(found, Undecoded)
    assert "deeper than" in found.reason


# -- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["shop.desc", "without-imports.desc"])
def test_a_damaged_descriptor_set_is_refused_or_is_one(
    seed: int, name: str, tmp_path: Path
) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    whole = (PROTO / name).read_bytes()
    for _ in range(20):
        (tmp_path / name).write_bytes(damaged(whole, dice))
        loaded = loaded_or_refused(tmp_path / name)
        if loaded is None:
            continue
        reader = decoder(schemas=loaded.schemas).of("shop.v3.OrderPlaced")
        for path in sorted(DATA.glob("protobuf/*/input.hex")):
            check(reader, bytes.fromhex(path.read_text("ascii")))


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_avro_schema_is_refused_or_is_one(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    file = tmp_path / "order.avsc"
    for path in sorted(AVRO.glob("*.avsc")):
        for _ in range(10):
            file.write_bytes(damaged(path.read_bytes(), dice))
            loaded_or_refused(file)


def loaded_or_refused(file: Path) -> LoadedSchemas | None:
    """The schemas, or nothing when they were refused with the name of their file."""
    try:
        return read_schemas([file])
    except InputInvalid as error:
        if str(file) not in error.message:
            raise
        return None


@pytest.mark.parametrize(
    "stated",
    [
        5, {}, {"type": "record"}, {"type": "record", "name": "A"}, ["null", "null"],
        [["null"]], {"type": "enum", "name": "A"}, {"type": "enum", "name": "A", "symbols": [1]},
        {"type": "fixed", "name": "A", "size": -1}, {"type": "fixed", "name": "A", "size": 2**40},
        {"type": "record", "name": "A", "fields": [{"name": "a"}]},
        {"type": "record", "name": "A", "fields": [{"name": "a.b", "type": "int"}]},
        {"type": "record", "name": "A", "fields": [{"name": "a", "type": "int"}] * 2},
        {"type": "record", "name": "1", "fields": []}, {"type": "array"}, "Nowhere", {"type": "B"},
        {"type": "record", "name": "A", "fields": [
            {"name": "a", "type": {"type": "fixed", "name": "A", "size": 1}}]},
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_schema_is_refused(stated: Any) -> None:
    with pytest.raises(SchemaError):
        read_schema(stated, lambda name: None)


def test_a_logical_type_that_does_not_fit_is_passed_over() -> None:
    for kind in (
        {"type": "bytes", "logicalType": "decimal"},
        {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3},
        {"type": "bytes", "logicalType": "decimal", "precision": 10**9},
        {"type": "bytes", "logicalType": "uuid"},
        {"type": "bytes", "logicalType": {"a": 1}},
    ):
        stated = {"type": "record", "name": "Top", "fields": [{"name": "d", "type": kind}]}
        found = cell(stated, b"\x02\x05")
        assert isinstance(found, Decoded)
        assert found.value == {"d": b"\x05"}


def test_what_a_logical_type_has_no_value_for_stays_the_number() -> None:
    kinds = {"c": "time-millis", "d": "date", "t": "timestamp-millis"}
    types = {"c": "int", "d": "int", "t": "long"}
    fields = [{"name": n, "type": {"type": types[n], "logicalType": k}} for n, k in kinds.items()]
    stated = {"type": "record", "name": "Top", "fields": fields}
    plain = {**stated, "fields": [{"name": n, "type": t} for n, t in types.items()]}
    raw = written(fastavro.parse_schema(plain, {}), {"c": -1, "d": 2**31 - 1, "t": 2**63 - 1})
    found = cell(stated, raw)
    assert isinstance(found, Decoded)
    assert found.value == {
        "c": {"$logical": ["time-millis", -1]},
        "d": {"$logical": ["date", 2**31 - 1]},
        "t": {"$logical": ["timestamp-millis", 2**63 - 1]},
    }


def test_floats_are_those_that_were_stored() -> None:
    stated = {"type": "record", "name": "Top", "fields": [{"name": "f", "type": "float"}]}
    found = cell(stated, struct.pack("<f", 0.1))
    assert isinstance(found, Decoded)
    assert found.value == {"f": struct.unpack("<f", struct.pack("<f", 0.1))[0]}

"""Serialised PHP: any value comes back exactly, and no damage or bomb does harm."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.codecs import CodecError, decode
from inspector.codecs.php_serialized import CODEC
from inspector.core.jsontext import to_json
from inspector.core.payloads import Decoded

no_clock = settings(deadline=None)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
names = texts.filter(lambda text: not (text.lstrip("-").isdigit() or text.startswith(("\0", "$"))))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, min_size=1),
    max_leaves=20,
)


def quoted(text: str) -> bytes:
    data = text.encode()
    return b'%d:"%s"' % (len(data), data)


def serialised(value: Any, owner: str | None = None) -> bytes:
    """As PHP writes it."""
    if value is None:
        return b"N;"
    if isinstance(value, bool):
        return b"b:%d;" % value
    if isinstance(value, int):
        return b"i:%d;" % value
    if isinstance(value, float):
        return b"d:%s;" % repr(value).replace("e", "E").encode()
    if isinstance(value, str):
        return b"s:" + quoted(value) + b";"
    pairs = enumerate(value) if isinstance(value, list) else value.items()
    body = b"".join(serialised(key) + serialised(item) for key, item in pairs)
    head = b"a:" if owner is None else b"O:" + quoted(owner) + b":"
    return head + b"%d:{%s}" % (len(value), body)


def exact(value: Any) -> Any:
    """Floats as the decimals that PHP writes for them."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    return value


@no_clock
@given(values)
def test_a_value_survives(value: Any) -> None:
    raw = serialised({"v": value})
    found = decode(raw)
    assert isinstance(found, Decoded), found
    assert found.codec == "php"
    assert to_json(found.value) == to_json(exact({"v": value}))
    assert to_json(CODEC.read(raw.decode(), ()).value) == to_json(found.value)


@no_clock
@given(st.dictionaries(names, values))
def test_an_object_is_its_properties_and_its_class(properties: dict[str, Any]) -> None:
    read = CODEC.read(serialised(properties, "Acme\\Thing"), ()).value
    assert to_json(read) == to_json({"$class": "Acme\\Thing", **exact(properties)})


@no_clock
@given(values, st.data())
def test_what_is_cut_off_or_changed_is_read_or_refused(value: Any, data: st.DataObject) -> None:
    raw = bytearray(serialised({"v": value, "w": [value]}))
    at = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(CodecError):
        CODEC.read(bytes(raw[:at]), ())
    raw[at] = data.draw(st.integers(0, 255))
    with suppress(CodecError):  # and nothing else
        to_json(CODEC.read(bytes(raw), ()).value)


def test_references_cannot_make_a_huge_value() -> None:
    inner = b"a:1000:{" + b"".join(b"i:%d;i:1;" % i for i in range(1000)) + b"}"
    copies = b"".join(b"i:%d;R:2;" % i for i in range(1, 3000))
    with pytest.raises(CodecError, match="repeat each other"):
        CODEC.read(b"a:3000:{i:0;" + inner + copies + b"}", ())


def test_references_that_double_each_other() -> None:
    levels = 40
    raw = b"N;"
    raw = b"".join(b"i:%d;a:2:{i:0;" % i for i in range(levels))
    with pytest.raises(CodecError):
        CODEC.read(b"a:1:{" + raw, ())
    parts, slot = [b"i:0;a:0:{}"], 2
    for i in range(1, levels):
        parts.append(b"i:%d;a:2:{i:0;R:%d;i:1;R:%d;}" % (i, slot, slot))
        slot = i + 2
    with pytest.raises(CodecError, match="repeat each other"):
        CODEC.read(b"a:%d:{%s}" % (levels, b"".join(parts)), ())


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"d:INF;", float("inf")),
        (b"d:-INF;", float("-inf")),
        (b"d:1.0E+25;", Decimal("1.0E+25")),
        (b"d:-0;", Decimal("-0")),
    ],
)
def test_odd_numbers(raw: bytes, value: object) -> None:
    found = decode(raw)
    assert isinstance(found, Decoded)
    assert (found.value, type(found.value)) == (value, type(value))


@pytest.mark.parametrize(
    "raw",
    [b"i:1.5;", b"b:2;", b"d:1,5;", b"a:-1:{}", b"x:1;", b"a:1:{N;N;}", b"O:1:A:0:{}", b"r:1;",
     b"E:3:A;", b'C:1:"A":9:{x}', b'S:9:"a";', b"i:;", b"d:1e99999999999999999999;"],
)  # fmt: skip
def test_what_is_not_php_is_refused_with_the_byte(raw: bytes) -> None:
    with pytest.raises(CodecError, match=r"\(byte \d+\)"):
        CODEC.read(raw, ())


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(CodecError, match="surrogate"):
        CODEC.read('s:1:"\ud800";', ())

"""For any value and any damage: the same value back, or a clear reason. Never anything else."""

from __future__ import annotations

import json
import pickle
import random
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import cbor2
import msgpack
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.codecs import CodecError, Key, Raw, decode, decoder
from inspector.codecs._json_notes import repeats_keys
from inspector.codecs.json_text import loads
from inspector.core.jsontext import to_json
from inspector.core.payloads import Decoded, Undecoded

DATA = Path(__file__).parent / "data"
REAL: list[Raw] = [
    *(bytes.fromhex(path.read_text("ascii")) for path in sorted(DATA.glob("*/*/input.hex"))),
    *(path.read_bytes() for path in sorted(DATA.glob("*/*/input.txt"))),
]
KEYS = (Key("k", b"k" * 16),)
HINTS = (
    "json", "zlib", "msgpack", "erlang", "php", "aes-gcm", "base64", "ruby-yaml", "ruby-marshal",
    "zstd", "brotli", "cbor", "pickle", "java", "fernet", "protobuf",
)  # fmt: skip

no_clock = settings(deadline=None)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | decimals,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def same(left: Any, right: Any) -> bool:
    """Equal in type and digits, so that 1, 1.0 and 1E+0 are three values."""
    return to_json(left) == to_json(right)


@no_clock
@given(values)
@example(10**400)
@example([Decimal("-0.0"), Decimal("1E-400")])
def test_a_value_survives_json(value: Any) -> None:
    text = to_json(value)
    expected = json.loads(text, parse_float=Decimal)
    for raw in (text, text.encode(), to_json(value, indent=2)):
        found = decode(raw)
        assert isinstance(found, Decoded), found
        assert (found.codec, found.notes) == ("json", ())
        assert same(found.value, expected)
        assert same(found.value, decoder(("json",)).value(raw))


KEY_TEXTS = ['"a"', '"b"', '"\\u0061"', '"\\""', '""', '"a:"', '":"', '" :"', '"\\\\"', '"\\\\:"']
VALUE_TEXTS = [
    "1",
    '"x"',
    '"\\":"',
    '":"',
    '" :"',
    "{}",
    '{"a":1}',
    '{"a":1,"a":2}',
    '[{":":1}]',
    "9" * 20,
]


@no_clock
@given(
    st.lists(
        st.tuples(
            st.sampled_from(KEY_TEXTS),
            st.sampled_from(VALUE_TEXTS),
            st.sampled_from(["", "", " ", "\n", "\t "]),
        ),
        max_size=6,
    )
)
def test_a_repeated_key_never_escapes(members: list[tuple[str, str, str]]) -> None:
    text = "{" + ",".join(f"{key}{blank}:{value}" for key, value, blank in members) + "}"
    repeated: list[str] = []

    def watch(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            repeated.append("here")
        return dict(pairs)

    json.loads(text, object_pairs_hook=watch)
    for raw in (text, text.encode()):
        assert repeats_keys(raw, loads(raw)) or not repeated
        found = decode(raw)
        assert isinstance(found, Decoded)
        assert bool(found.notes) == bool(repeated)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | texts
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@no_clock
@given(plain)
def test_a_value_survives_msgpack(value: Any) -> None:
    found = decode(msgpack.packb({"v": value}))
    assert isinstance(found, Decoded)
    assert found.codec == "msgpack"
    assert same(found.value, {"v": value})


@no_clock
@given(plain | st.integers(-(2**200), 2**200))
def test_a_value_survives_cbor(value: Any) -> None:
    found = decode(cbor2.dumps({"v": value}))
    assert isinstance(found, Decoded)
    assert found.codec == "cbor"
    assert same(found.value, {"v": value})


@no_clock
@given(plain, st.sampled_from([2, 3, 4, 5]))
def test_a_plain_value_survives_a_pickle(value: Any, protocol: int) -> None:
    found = decode(pickle.dumps({"v": value}, protocol))
    assert isinstance(found, Decoded)
    assert found.codec == "pickle"
    assert same(found.value, {"v": value})


MARKS = [
    b"\xac\xed\x00\x05", b"\x80\x04", b"\xd9\xd9\xf7", b"\x28\xb5\x2f\xfd", b"\xa1\x61a",
]  # fmt: skip


@no_clock
@given(st.sampled_from(MARKS), st.binary(max_size=60), st.sampled_from([b"", b"."]))
def test_any_bytes_after_a_mark_are_read_or_refused(mark: bytes, rest: bytes, end: bytes) -> None:
    raw = mark + rest + end
    check(raw, decode(raw, hints=HINTS, refine=("transcodings",), keys=KEYS))


@no_clock
@given(st.text() | st.binary())
@example("\ud800")
@example(b"\x83\x6c\x00\x00\x00\x01\x6a")
@example(b"\x1f\x8b\x08")
@example(b"9" * 5000)
def test_anything_at_all_is_read_or_refused(raw: Raw) -> None:
    found = decode(raw, hints=HINTS, refine=("transcodings",), keys=KEYS)
    check(raw, found)


def check(raw: Raw, found: Decoded | Undecoded) -> None:
    """A result is whole: it can be written, or it has a reason and the size."""
    quick = decoder(HINTS, ("transcodings",), KEYS)
    if isinstance(found, Decoded):
        to_json(found.value).encode("utf-8")
        assert same(quick.value(raw), found.value)
        return
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
    assert found.reason
    assert found.size == size
    found.reason.encode("utf-8")
    with pytest.raises(CodecError):
        quick.value(raw)


INSERTED = [
    b"\xff\xff\xff\xff", b"[" * 40, b"{", b'"', b"\x00", b"\x83", b"\x6c", b"\xdd", b"\x73", b"(",
    b"\x71\x00\x7e\x00\x00", b"\x78", b"h\x00", b"R", b"\x9f",
]  # fmt: skip


def damaged(raw: bytes, dice: random.Random) -> bytes:
    """A few bytes turned over, cut out, doubled or put in."""
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
            work[at:at] = dice.choice(INSERTED)
    return bytes(work)


@pytest.mark.parametrize("seed", range(20))
def test_damaged_real_payloads_are_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    for raw in REAL:
        form = raw if isinstance(raw, bytes) else raw.encode()
        if len(form) > 4_000:
            continue
        broken = damaged(form, dice)
        check(broken, decode(broken, hints=HINTS, refine=("transcodings",), keys=KEYS))


CELLS = [
    b"[1]", b'{"a":1}', b"{", b"NaN", b"\x81\xa1a\x01", b"\xff" * 40, zlib.compress(b'{"z":1.50}'),
    b"\x83\x68\x01\x61\x05",
]  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(CELLS)))
def test_what_a_column_read_before_changes_nothing(cells: list[bytes]) -> None:
    column = decoder(("json",))
    for raw in cells:
        alone = decode(raw, hints=("json",))
        assert column(raw) == alone or same(column(raw).value, alone.value)  # type: ignore[union-attr]
        if isinstance(alone, Decoded):
            assert same(column.value(raw), alone.value)
        else:
            with pytest.raises(CodecError):
                column.value(raw)


@no_clock
@given(st.binary(max_size=80))
@example(bytes.fromhex("0a0a081f12047b7d"))
def test_any_message_of_the_old_journal_is_read_or_refused(raw: bytes) -> None:
    found = decode(raw, hints=("akka-message",))
    if isinstance(found, Decoded):
        to_json(found.value).encode("utf-8")
    else:
        assert found.reason


@pytest.mark.parametrize("seed", range(10))
def test_damaged_messages_of_the_old_journal(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    for path in sorted(DATA.glob("akka-message/*/input.hex")):
        broken = damaged(bytes.fromhex(path.read_text("ascii")), dice)
        found = decode(broken, hints=("akka-message",))
        if isinstance(found, Decoded):
            to_json(found.value).encode("utf-8")
        else:
            assert found.reason

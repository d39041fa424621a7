"""What holds for every codec there is: bombs cost little, and any of them may be asked at any time.

The forms below are a million openings of each encoding. Whoever adds a codec adds its form here.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.codecs import MAX_DEPTH, CodecError, Raw, builtin_codecs, decode, decoder
from inspector.core.jsontext import to_json
from inspector.core.payloads import Decoded, Value
from inspector.services.resources import resources_folder
from inspector.services.self_test import SAMPLES, check_installation
from inspector.services.system_check import State
from inspector.services.tasks import Work

MANY = 1_000_000
FORMS: dict[str, Raw] = {
    "json": "[" * MANY,
    "json-maps": '{"a":' * MANY,
    "msgpack": b"\x91" * MANY,
    "cbor": b"\x81" * MANY,
    "cbor-tags": b"\xc1" * MANY,
    "bson": b"\xff\xff\xff\x7f\x03a\x00" * (MANY // 8),
    "erlang": b"\x83" + b"l\x00\x00\x00\x01" * MANY,
    "php": "a:1:{i:0;" * MANY,
    "ruby-marshal": b"\x04\x08" + b"[\x06" * MANY,
    "ruby-yaml": "---\n" + "[ " * MANY,
    "xstream": "<a>" * MANY,
    "java": b"\xac\xed\x00\x05" + b"ur\x00\x01[\x00\x00\x00\x00\x00\x00\x00\x00" * (MANY // 14),
    "pickle": b"\x80\x04" + b"]" * MANY + b"a" * (MANY - 1) + b".",
    "protobuf": b"\x0b" * MANY,
    "avro": b"\xc3\x01" + b"\x02" * MANY,
    "akka-message": b"\x0a" + b"\x7f" * MANY,
    "akka-snapshot": (MANY).to_bytes(4, "big") + b"\x7f" * MANY,
    "fernet": "gAAAAA" + "A" * MANY,
    "aes-gcm": bytes(range(256)) * (MANY // 256),
    "opaque": b"\x00" * MANY,
    "base64": base64.b64encode(b"[" * MANY).decode(),
    "gzip": gzip.compress(b"[" * MANY, mtime=0),
    "zlib": zlib.compress(b"[" * MANY),
    "zstd": zstandard.compress(b"[" * MANY),
    "brotli": b"\xff" * MANY,
}
KNOWN = builtin_codecs()
NAMES = [codec.name for codec in KNOWN.codecs]


def test_every_codec_has_a_form() -> None:
    assert set(NAMES) <= set(FORMS)


@pytest.mark.timeout(240)  # without bounds it would be hours, or all the memory
@pytest.mark.parametrize("form", FORMS)
def test_a_million_openings_are_read_or_refused(form: str) -> None:
    raw = FORMS[form]
    hint = form.partition("-maps")[0].partition("-tags")[0]
    found = decode(raw, hints=(hint,), refine=tuple(KNOWN.refiners))
    if isinstance(found, Decoded):
        to_json(found.value)
    else:
        assert found.reason


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", NAMES)
def test_no_form_hurts_a_codec_that_is_not_meant(name: str) -> None:
    column = decoder((name,))
    for raw in FORMS.values():
        with suppress(CodecError):
            assert to_json(column.value(raw[:20_000]))


MARKS = [
    *("_type_", "_data_", "class", "payload", "@class", "java.util.ArrayList", "com.shop.A"),
    *("type", "$type", "uuid_hex", "decimal_str", "12.5", "[1]", "a=>1"),
]
texts = st.sampled_from(MARKS) | st.text(st.characters(codec="utf-8"), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(values)
@pytest.mark.parametrize("name", sorted(KNOWN.refiners))
def test_a_refiner_takes_any_value_and_changes_none(name: str, value: Value) -> None:
    before = to_json(value)
    to_json(KNOWN.refiners[name].refine(value))
    assert to_json(value) == before


@pytest.mark.parametrize("name", sorted(KNOWN.refiners))
def test_a_refiner_takes_the_deepest_value_that_there_is(name: str) -> None:
    value: Value = 1
    for _ in range(MAX_DEPTH - 1):
        value = ["java.util.ArrayList", value]
    before = to_json(value)
    assert to_json(KNOWN.refiners[name].refine(value))
    assert to_json(value) == before


def test_the_manual_lists_every_codec_for_the_user() -> None:
    page = (resources_folder() / "manual" / "en" / "payloads.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}`" not in page] == []


def test_the_program_can_check_the_libraries_that_it_needs() -> None:
    """In a packed program a library may be missing, which is only noticed when it is used."""
    found = {check.name: check for check in check_installation(Work())}
    assert found["read with every library"].state is State.OK
    assert found["read with every library"].found == ", ".join(SAMPLES)

"""Which codec is tried when, and what happens when one fails."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from inspector.codecs import (
    CodecError,
    CodecSet,
    ColumnDecoder,
    Key,
    Raw,
    Read,
    TooLarge,
    Wish,
    builtin_codecs,
    decode,
    decoder,
    discover,
)
from inspector.core.errors import InspectorError
from inspector.core.payloads import Decoded, Undecoded
from inspector.services.resources import resource


@dataclass
class FakeCodec:
    """A codec that does what a test says, and counts."""

    name: str
    points: int
    act: Callable[[Raw], Read]
    calls: list[Raw] = field(default_factory=list)

    def score(self, raw: Raw) -> int:
        return self.points

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        self.calls.append(raw)
        return self.act(raw)


@dataclass
class FakeRefiner:
    name: str
    refine: Callable[[Any], Any]


def gives(value: object) -> Callable[[Raw], Read]:
    return lambda raw: Read(value)


def fails(error: Exception) -> Callable[[Raw], Read]:
    def act(raw: Raw) -> Read:
        raise error

    return act


def test_the_best_score_is_tried_first() -> None:
    low, high = FakeCodec("low", 10, gives("low")), FakeCodec("high", 20, gives("high"))
    found = CodecSet((low, high), {}).decode(b"x", Wish())
    assert found == Decoded("high", "high")
    assert low.calls == []


def test_a_hint_decides_between_equals_only() -> None:
    a, b = FakeCodec("a", 50, gives("a")), FakeCodec("b", 50, gives("b"))
    best = FakeCodec("best", 60, gives("best"))
    assert CodecSet((a, b), {}).decode(b"x", Wish(("b",))) == Decoded("b", "b")
    assert CodecSet((a, b, best), {}).decode(b"x", Wish(("b",))) == Decoded("best", "best")


def test_a_hinted_codec_is_tried_though_it_sees_no_mark() -> None:
    shy = FakeCodec("shy", 0, gives(1))
    assert CodecSet((shy,), {}).decode(b"x", Wish(("shy",))) == Decoded(1, "shy")
    assert isinstance(CodecSet((shy,), {}).decode(b"x", Wish()), Undecoded)


@pytest.mark.parametrize(
    "error", [CodecError("Damaged."), ValueError("odd"), MemoryError(), RecursionError()]
)
def test_when_one_fails_the_next_best_is_tried(error: Exception) -> None:
    bad, good = FakeCodec("bad", 90, fails(error)), FakeCodec("good", 10, gives("v"))
    assert CodecSet((bad, good), {}).decode(b"x", Wish()) == Decoded("v", "good")


def test_a_failing_plug_in_becomes_a_reason() -> None:
    bad = FakeCodec("bad", 90, fails(ZeroDivisionError("by zero")))
    found = CodecSet((bad,), {}).decode(b"abc", Wish())
    assert found == Undecoded("The codec failed: ZeroDivisionError: by zero", 3)


def test_a_codec_that_cannot_even_say_is_left_out() -> None:
    class Mute(FakeCodec):
        def score(self, raw: Raw) -> int:
            raise OSError("no")

    found = CodecSet((Mute("mute", 0, gives(1)),), {}).decode(b"abc", Wish())
    assert isinstance(found, Undecoded)


def test_reasons_of_several_codecs_are_named() -> None:
    first = FakeCodec("first", 50, fails(CodecError("No head.")))
    second = FakeCodec("second", 40, fails(CodecError("No tail.")))
    found = CodecSet((second, first), {}).decode(b"abc", Wish())
    assert found == Undecoded("first: No head. second: No tail.", 3)
    hinted = CodecSet((second, first), {}).decode(b"abc", Wish(("second",)))
    assert hinted == Undecoded("No tail.", 3)


def test_layers_are_taken_off_one_after_the_other() -> None:
    found = decode(zlib.compress(zlib.compress(b"[1]")))
    assert found == Decoded([1], "zlib+zlib+json")


def test_a_wrapping_around_itself_ends() -> None:
    endless = FakeCodec("endless", 50, lambda raw: Read(layer=raw))
    found = CodecSet((endless,), {}).decode(b"abc", Wish())
    assert found == Undecoded("Inside: Wrapped more than 4 times.", 3)
    assert len(endless.calls) == 5


def test_notes_of_all_layers_are_kept() -> None:
    once = FakeCodec("once", 0, lambda raw: Read(layer=b"[NaN]", notes=(("x", "y"),)))
    seen = CodecSet((once, *builtin_codecs().codecs), {}).decode(b"abc", Wish(("once",)))
    assert isinstance(seen, Decoded)
    assert [code for code, _ in seen.notes] == ["x", "payload-not-standard"]


def test_a_form_beyond_the_limit_is_not_even_looked_at() -> None:
    codec = FakeCodec("codec", 50, gives(1))
    found = CodecSet((codec,), {}).decode(b"12345", Wish(limit=4))
    assert found == Undecoded(
        "5 bytes are more than the limit of 4 for one cell.", 5, "payload-too-large"
    )
    assert codec.calls == []


def test_the_limit_counts_bytes_of_a_text() -> None:
    assert isinstance(decode('"가"', limit=4), Undecoded)
    assert decode('"가"', limit=5) == Decoded("가", "json")


def test_a_small_cell_that_unpacks_to_much_is_too_large() -> None:
    bomb = zlib.compress(b"[" + b"0," * 5_000_000 + b"0]")
    found = decode(bomb, limit=100_000)
    assert isinstance(found, Undecoded)
    assert found.code == "payload-too-large"
    assert found.size == len(bomb) < 100_000
    with pytest.raises(TooLarge):
        decoder(limit=100_000).value(bomb)


def test_a_refiner_is_part_of_the_chain_and_may_fail() -> None:
    refiners = {
        "twice": FakeRefiner("twice", lambda value: [value, value]),
        "bad": FakeRefiner("bad", lambda value: 1 // 0),
    }
    known = CodecSet(builtin_codecs().codecs, refiners)
    assert known.decode(b"1", Wish(refine=("twice",))) == Decoded([1, 1], "json+twice")
    found = known.decode(b"1", Wish(refine=("bad", "twice")))
    assert isinstance(found, Decoded)
    assert (found.value, found.codec) == ([1, 1], "json+bad+twice")
    assert [code for code, _ in found.notes] == ["plugin-failed"]
    for names in [("bad",), ("bad", "twice")]:
        column = ColumnDecoder(known, Wish(("json",), names))
        for raw in (b"1", b" " * 600 + b"1"):
            assert column.value(raw) == column(raw).value  # type: ignore[union-attr]


def test_an_unknown_refiner_is_a_mistake_of_the_layout() -> None:
    with pytest.raises(LookupError, match="'nobody'"):
        decode(b"1", refine=("nobody",))
    with pytest.raises(LookupError, match="'nobody'"):
        decoder(refine=("nobody",))


def test_a_column_follows_its_cells() -> None:
    column = decoder(("json",))
    plain, packed = b'{"a":1}', zlib.compress(b'{"a":2}')
    for raw, value, chain in [
        (plain, {"a": 1}, "json"),
        (packed, {"a": 2}, "zlib+json"),
        (packed, {"a": 2}, "zlib+json"),
        (plain, {"a": 1}, "json"),
        (b"\x81\xa1a\x03", {"a": 3}, "msgpack"),
        (b"\x81\xa1a\x04", {"a": 4}, "msgpack"),
        (plain, {"a": 1}, "json"),
    ]:
        assert column.value(raw) == value
        assert column(raw) == Decoded(value, chain)


def test_a_column_of_packed_cells_keeps_to_its_limit() -> None:
    column = decoder(("json",), limit=1000)
    small, bomb = zlib.compress(b"[1]"), zlib.compress(b"[" + b" " * 5000 + b"]")
    doubled = zlib.compress(small)
    assert column.value(small) == [1]
    assert column.value(doubled) == [1]
    for raw in (bomb, zlib.compress(bomb), b"[" + b" " * 5000 + b"]"):
        assert column(raw).code == "payload-too-large"  # type: ignore[union-attr]
        with pytest.raises(TooLarge):
            column.value(raw)
        assert column.value(doubled) == [1]


def test_the_quick_reading_of_a_column_asks_no_other_codec() -> None:
    spy = FakeCodec("spy", 0, gives("never"))
    known = CodecSet((spy, *builtin_codecs().codecs), {})
    column = ColumnDecoder(known, Wish(("json",)))
    assert [column.value(b'{"a":%d}' % n) for n in range(50)] == [{"a": n} for n in range(50)]
    assert spy.calls == []
    with pytest.raises(CodecError, match="Not JSON"):
        column.value(b"{oops")


def test_many_cells_at_once_are_read_as_each_alone_or_not_at_all() -> None:
    marked = b'{"n":{"_type_":"decimal_str","_data_":"1.10"},"s":"x"}'
    cells = [marked, b"[1]", b"1.50", b"null"]
    column = decoder(("json",), ("transcodings",))
    assert column.short_values([]) == []
    assert column.short_values(cells) == [column.value(raw) for raw in cells]
    long = b"[" + b" " * 5000 + b"]"
    for other in (b"{oops", b"NaN", long, zlib.compress(b"[1]")):
        assert column.short_values([*cells, other]) is None
    with pytest.raises(TypeError):
        column.short_values([*cells, None])  # type: ignore[list-item]
    assert decoder(("msgpack",)).short_values(cells) is None


def test_many_cells_at_once_are_shown_as_each_alone() -> None:
    column = decoder(("json",), ("transcodings",))
    cells = [b'{"n":{"_type_":"decimal_str","_data_":"1.10"},"s":": x"}', b"[1]", b'":"']
    texts = [raw.decode() for raw in cells]
    for many in ([*cells], [*texts]):
        assert column.short_cells(many) == [column(raw) for raw in many]
    for odd in (b'{"a":1,"a":2}', b'{"a" :1,"a" :2}', b'{"\\u0061":1,"a":2}', b"NaN"):
        assert column.short_cells([*cells, odd]) is None
    assert column.short_cells([b"1", "1"]) is None


def test_a_column_without_json_among_its_codecs() -> None:
    only = FakeCodec("only", 50, gives("v"))
    column = ColumnDecoder(CodecSet((only,), {}), Wish(("json",)))
    assert column.value(b"x") == "v"


def test_the_codecs_are_found_by_their_place() -> None:
    known = builtin_codecs()
    assert {codec.name for codec in known.codecs} == {
        "aes-gcm", "akka-message", "akka-snapshot", "avro", "base64", "brotli", "bson", "cbor",
        "erlang", "fernet", "gzip", "java", "json", "msgpack", "opaque", "php", "pickle",
        "protobuf", "ruby-marshal", "ruby-yaml", "xstream", "zlib", "zstd",
    }  # fmt: skip
    assert set(known.refiners) == {
        "documents-in-json", "hstore-in-json", "jackson-types", "json-in-json",
        "newest-generation", "older-transcodings", "php-wrappings", "ruby-snapshot",
        "serde-enum", "serde-variant", "transcodings",
    }  # fmt: skip
    assert all("+" not in codec.name for codec in known.codecs)


def test_the_manual_names_every_codec() -> None:
    page = resource("manual", "en", "payloads.md").read_text("utf-8")
    named = set(re.findall("`([a-z0-9-]+)`", page.split("## What never happens")[0]))
    assert {codec.name for codec in builtin_codecs().codecs} <= named


def test_a_program_without_codecs_refuses_to_run() -> None:
    with pytest.raises(InspectorError, match="without its payload codecs"):
        discover([])


def test_a_mere_try_that_failed_is_not_told() -> None:
    guess = FakeCodec("guess", 15, fails(CodecError("Nothing came out.")))
    found = CodecSet((guess,), {}).decode(b"abc", Wish())
    assert found == Undecoded("No codec knows this form; it begins with 61 62 63.", 3)
    hinted = CodecSet((guess,), {}).decode(b"abc", Wish(("guess",)))
    assert hinted == Undecoded("Nothing came out.", 3)

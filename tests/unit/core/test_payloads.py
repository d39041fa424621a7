"""The raw form stays beside whatever was made of it."""

from __future__ import annotations

from decimal import Decimal

from inspector.core.payloads import EMPTY, DecimalText, Decoded, Payload, Undecoded


def test_a_decoded_payload_tells_its_value_and_codec() -> None:
    payload = Payload(b'{"a":1}', Decoded({"a": 1}, "zlib+json"), 7)
    assert (payload.value, payload.codec) == ({"a": 1}, "zlib+json")


def test_what_was_not_decoded_has_neither() -> None:
    for payload in (EMPTY, Payload(b"\xff", Undecoded("No codec fits.", 1), 1)):
        assert (payload.value, payload.codec) == (None, None)


def test_an_exact_decimal_is_a_decimal_of_its_own_class() -> None:
    assert DecimalText("1.50") == Decimal("1.50")
    assert type(DecimalText("1.50")) is not Decimal
    assert str(DecimalText("1.50")) == "1.50"

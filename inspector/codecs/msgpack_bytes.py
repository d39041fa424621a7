"""MessagePack, as the DCB stores of Python ``eventsourcing`` and others write it.

Maps, lists, texts and whole numbers are themselves; binary floats stay floats, byte strings
stay bytes, a timestamp becomes ISO text in UTC, and any other extension stays visible as
``{"$ext": [code, bytes]}``.

Imports msgpack and the standard library. Promises that nothing is built but plain values,
and that lengths which the data cannot hold are refused before anything is reserved for them.

Format: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgpack  # type: ignore[import-untyped]

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP, require_depth
from inspector.codecs._maps import make_map
from inspector.core.payloads import Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND_DIGITS = 1000
_MAPS = frozenset([*range(0x80, 0x90), 0xDE, 0xDF])
_LISTS = frozenset([*range(0x90, 0xA0), 0xDC, 0xDD])
_TEXTS = frozenset([*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB])
_TIMESTAMP = -1


class MsgpackBytes:
    """The codec ``msgpack``."""

    name = "msgpack"

    def score(self, raw: Raw) -> int:
        """Maps and lists have first bytes of their own; single numbers and texts do not."""
        if not isinstance(raw, bytes) or not raw:
            return 0
        if raw[0] in _MAPS:
            return 90 if len(raw) > 1 and raw[1] in _TEXTS else 50
        return 50 if raw[0] in _LISTS else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the whole of it.

        Raises:
            CodecError: damaged, too deep, or followed by something else.
        """
        if not isinstance(raw, bytes):
            raise CodecError("MessagePack is bytes, and this is text.")
        try:
            value = _plain(_unpack(raw))
        except msgpack.exceptions.ExtraData:
            raise CodecError("Bytes follow the end of the MessagePack value.") from None
        except (msgpack.exceptions.StackError, RecursionError):
            raise CodecError(TOO_DEEP) from None
        except UnicodeDecodeError as error:
            raise CodecError(f"A MessagePack text is not UTF-8: {error.reason}.") from None
        except (ValueError, msgpack.exceptions.UnpackException) as error:
            raise CodecError(f"Not MessagePack: {_fault(error)}.") from None
        if len(raw) > MAX_DEPTH // 4:
            require_depth(value)
        return Read(value)


def _fault(error: Exception) -> str:
    """The library's words, where it has any that say something."""
    said = str(error)
    if "exceeds max_" in said:
        return "it promises more than it has bytes"
    if "incomplete" in said:
        return "it ends too early"
    return said or "a byte begins no value"


def _unpack(raw: bytes) -> Value:
    return msgpack.unpackb(
        raw,
        raw=False,
        timestamp=0,
        strict_map_key=False,
        object_pairs_hook=_map,
        list_hook=_list,
        ext_hook=_extension,
    )


def _map(pairs: list[tuple[Value, Value]]) -> dict[Value, Value]:
    return make_map([(_plain(key), _plain(value)) for key, value in pairs])


def _list(items: list[Value]) -> list[Value]:
    return [_plain(item) for item in items]


def _extension(code: int, data: bytes) -> Value:
    return {"$ext": [code, data]}


def _plain(value: Value) -> Value:
    return _instant(value) if value.__class__ is msgpack.Timestamp else value


def _instant(stamp: msgpack.Timestamp) -> Value:
    """ISO text with the fraction that is stored: none, microseconds or nanoseconds."""
    try:
        second = _EPOCH + timedelta(seconds=stamp.seconds)
    except OverflowError:  # beyond the year 9999, which ISO text cannot say
        return _extension(_TIMESTAMP, stamp.to_bytes())
    if stamp.nanoseconds == 0:
        fraction = ""
    elif stamp.nanoseconds % _SECOND_DIGITS == 0:
        fraction = f".{stamp.nanoseconds // _SECOND_DIGITS:06}"
    else:
        fraction = f".{stamp.nanoseconds:09}"
    return f"{second.replace(tzinfo=None).isoformat()}{fraction}+00:00"


CODEC = MsgpackBytes()

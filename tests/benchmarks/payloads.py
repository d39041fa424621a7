"""Event bodies in exactly the bytes the `eventsourcing` library would have stored.

The library's own encoder needs about 15 microseconds an event, which is minutes for ten million
of them; text templates need about two. The price is that the templates must agree with the
library: its JSON has no spaces, keeps non-ASCII text, wraps times and decimals in
`{"_type_", "_data_"}` and lists the fields in the order of the event class (tested).
May import the standard library only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

TOPIC_BASE = "tests.benchmarks.shop_model:"
ACCOUNT = TOPIC_BASE + "Account"
ORDER = TOPIC_BASE + "Order"
WIDE_KEYS = 200
_FIRST_MOMENT = datetime(2025, 1, 1, tzinfo=UTC)
_OWNERS = (
    "Ann Smith",
    "김민준",
    "이서연",
    "Łukasz Wójcik",
    "José García",
    "O'Brien Aoife",
    "박지후",
)
_CHANNELS = ("counter", "web", "app", "지점", "transfer")
_MEMOS = ('"rent"', '"groceries"', "null", '"식비"', '"order 4471-B, second instalment"')
_NOTES = ("called about the card", "주소 변경 요청", "prefers letters", "asked for a statement")
_SKUS = ("SKU-RED-01", "SKU-BLU-02", "SKU-그린-03", "SKU-X/4", "SKU-LONG-0000017")
_METHODS = (
    '"card","card_last4":"4471"',
    '"voucher","card_last4":null',
    '"포인트","card_last4":null',
)


@dataclass(slots=True)
class Stream:
    """What the generator must remember of a stream to write its next event.

    `amount` is the running balance or total in cents, never negative.
    """

    hex_id: str
    length: int
    is_order: bool
    is_wide: bool = False
    version: int = 0
    amount: int = 0


def _money(cents: int) -> str:
    return f'{{"_type_":"decimal_str","_data_":"{cents // 100}.{cents % 100:02d}"}}'


def _pick(rng: Random, choices: tuple[str, ...]) -> str:
    return choices[int(rng.random() * len(choices))]


def _opened(stream: Stream, rng: Random) -> str:
    stream.amount = int(rng.random() * 500_000)
    return (
        f'"originator_topic":"{ACCOUNT}","owner":"{_pick(rng, _OWNERS)}","currency":"EUR",'
        f'"balance_after":{_money(stream.amount)}}}'
    )


def _deposited(stream: Stream, rng: Random) -> str:
    cents = 100 + int(rng.random() * 90_000)
    stream.amount += cents
    return (
        f'"amount":{_money(cents)},"channel":"{_pick(rng, _CHANNELS)}",'
        f'"reference":"{int(rng.random() * 1e12):012d}","balance_after":{_money(stream.amount)}}}'
    )


def _withdrawn(stream: Stream, rng: Random) -> str:
    cents = int(rng.random() * min(stream.amount, 90_000))
    stream.amount -= cents
    return (
        f'"amount":{_money(cents)},"memo":{_pick(rng, _MEMOS)},'
        f'"balance_after":{_money(stream.amount)}}}'
    )


def _limit_changed(stream: Stream, rng: Random) -> str:
    limit = "null" if rng.random() < 0.2 else _money(int(rng.random() * 10) * 50_000)
    return f'"limit":{limit},"approved_by":"{_pick(rng, _OWNERS)}"}}'


def _note_added(stream: Stream, rng: Random) -> str:
    return (
        f'"text":"{_pick(rng, _NOTES)} ({stream.version})","author":"{_pick(rng, _OWNERS)}",'
        f'"tags":["desk","{_pick(rng, _CHANNELS)}"]}}'
    )


def _attributes_set(stream: Stream, rng: Random) -> str:
    keys = sorted({int(rng.random() * WIDE_KEYS) for _ in range(4)})
    values = (f'"attr_{key:03d}":"value {int(rng.random() * 1e6)}"' for key in keys)
    return ",".join(values) + "}"


def _placed(stream: Stream, rng: Random) -> str:
    return (
        f'"originator_topic":"{ORDER}",'
        f'"customer":{{"name":"{_pick(rng, _OWNERS)}","tier":"silver"}},'
        f'"channel":"{_pick(rng, _CHANNELS)}","total_after":{_money(0)}}}'
    )


def _line_added(stream: Stream, rng: Random) -> str:
    quantity, price = 1 + int(rng.random() * 5), 100 + int(rng.random() * 20_000)
    stream.amount += quantity * price
    return (
        f'"line":{{"sku":"{_pick(rng, _SKUS)}","qty":{quantity},"unit_price":{_money(price)}}},'
        f'"total_after":{_money(stream.amount)}}}'
    )


def _paid(stream: Stream, rng: Random) -> str:
    return f'"amount":{_money(stream.amount)},"method":{_pick(rng, _METHODS)}}}'


def _shipped(stream: Stream, rng: Random) -> str:
    parcels = ",".join(
        f'{{"grams":{100 + int(rng.random() * 9000)},"fragile":false}}'
        for _ in range(1 + int(rng.random() * 2))
    )
    return f'"carrier":"CJ대한통운","tracking":{rng.getrandbits(60)},"parcels":[{parcels}]}}'


def _rated(stream: Stream, rng: Random) -> str:
    return f'"stars":{1 + int(rng.random() * 5)},"comment":"{_pick(rng, _NOTES)}"}}'


_Body = Callable[[Stream, Random], str]
_Kind = tuple[str, _Body]
_ACCOUNT_FIRST: _Kind = (ACCOUNT + ".Opened", _opened)
_ORDER_FIRST: _Kind = (ORDER + ".Placed", _placed)
_WIDE: _Kind = (ACCOUNT + ".AttributesSet", _attributes_set)
_ACCOUNT_NEXT: tuple[_Kind, ...] = (
    *[(ACCOUNT + ".Deposited", _deposited)] * 7,
    *[(ACCOUNT + ".Withdrawn", _withdrawn)] * 6,
    (ACCOUNT + ".LimitChanged", _limit_changed),
    (ACCOUNT + ".NoteAdded", _note_added),
    _WIDE,
)
_ORDER_NEXT: tuple[_Kind, ...] = (
    *[(ORDER + ".LineAdded", _line_added)] * 5,
    (ORDER + ".Paid", _paid),
    (ORDER + ".Shipped", _shipped),
    (ORDER + ".Rated", _rated),
)


def _choose(stream: Stream, rng: Random) -> _Kind:
    if stream.version == 1:
        return _ORDER_FIRST if stream.is_order else _ACCOUNT_FIRST
    if stream.is_wide:
        return _WIDE
    choices = _ORDER_NEXT if stream.is_order else _ACCOUNT_NEXT
    return choices[int(rng.random() * len(choices))]


def next_event(stream: Stream, microseconds: int, rng: Random) -> tuple[str, bytes]:
    """Advance `stream` by one event; return its topic and its stored state.

    `microseconds` is the event's time, counted from 2025-01-01 UTC.
    """
    stream.version += 1
    topic, body = _choose(stream, rng)
    moment = (_FIRST_MOMENT + timedelta(microseconds=microseconds)).isoformat()
    text = f'{{"timestamp":{{"_type_":"datetime_iso","_data_":"{moment}"}},'
    return topic, (text + body(stream, rng)).encode()

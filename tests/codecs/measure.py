"""What reading costs above the bare parser: ``python -m tests.codecs.measure``.

Prints microseconds per cell, the best of several runs, for the quick reading of a replay
(``value``), the thorough reading of a page (``call``), and the parser alone (``bare``).
"""

from __future__ import annotations

import sys
import timeit
import zlib
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgpack
import msgspec

from inspector.codecs import decoder
from inspector.core.jsontext import to_json

DATA = Path(__file__).parent / "data"
PLAIN = (
    b'{"order_id":"o-1234","sku":"ABC-1","qty":3,"price":12.50,"currency":"EUR","note":"hello",'
    b'"at":"2024-01-01T00:00:00Z"}'
)
MARKED = (
    b'{"timestamp":{"_type_":"datetime_iso","_data_":"2024-03-04T01:30:00.001000+00:00"},'
    b'"amount":{"_type_":"decimal_str","_data_":"12.50"},"owner":"x","currency":"KRW","qty":1,'
    b'"note":"abc"}'
)
PARSE = msgspec.json.Decoder(float_hook=Decimal).decode


def best(run: Callable[[], object], times: int = 20_000) -> float:
    """Microseconds for one run."""
    return min(timeit.repeat(run, number=times, repeat=7)) / times * 1e6


def stored(case: str) -> bytes:
    return bytes.fromhex((DATA / case / "input.hex").read_text(encoding="ascii"))


def main() -> None:
    term = stored("erlang/moneywithdrawn")
    small = zlib.compress(MARKED)
    packed = msgpack.packb(PARSE(PLAIN.replace(b"12.50", b"1250")))
    rows: list[tuple[str, bytes, tuple[str, ...], tuple[str, ...], Callable[[], object]]] = [
        ("json", PLAIN, ("json",), (), partial(PARSE, PLAIN)),
        ("json+transcodings", MARKED, ("json",), ("transcodings",), partial(PARSE, MARKED)),
        (
            "zlib+json+transcodings",
            small,
            ("json", "zlib"),
            ("transcodings",),
            lambda: PARSE(zlib.decompress(small)),
        ),
        ("msgpack", packed, ("msgpack",), (), partial(msgpack.unpackb, packed)),
        ("erlang", term, ("erlang",), (), lambda: None),
    ]
    out = sys.stdout.write
    out(f"{'chain':<24}{'bytes':>6}{'bare':>8}{'value':>8}{'call':>8}  (microseconds)\n")
    for name, raw, hints, refine, bare in rows:
        column = decoder(hints, refine)
        column(raw)
        figures = (best(bare), best(partial(column.value, raw)), best(partial(column, raw)))
        out(f"{name:<24}{len(raw):>6}" + "".join(f"{figure:>8.2f}" for figure in figures) + "\n")
    value = PARSE(PLAIN)
    out(f"{'to_json':<24}{len(PLAIN):>6}{best(partial(to_json, value)):>16.2f}\n")


if __name__ == "__main__":
    main()

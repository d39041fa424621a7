"""A snapshot as a file of one's own: the exact state of a stream at a version, with digests.

Where a library has no snapshots, or the store may not be written to, such a file is what a very
long stream can begin at. It says what it was computed from: a digest of all events up to the
version, digests of the rules, and one of the state. Whoever loads it gets it only where all of
them still fit; what follows from it is marked as unverified all the same, because whoever can
write the file can write its digests.

Payloads are in the file. Nothing is ever written to the store from here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from inspector.core.errors import InputInvalid, OutputFailed, StoreChanged, WriteRefused
from inspector.core.jsontext import to_json
from inspector.core.state_text import to_text, unmarked
from inspector.core.texts import tr
from inspector.services.early_state import Beginning
from inspector.services.finding_streams import shown_name
from inspector.services.replaying import Told
from inspector.services.snapshot_planning import digest_of, exact_replay

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.events import Event, StreamId
    from inspector.core.payloads import Value
    from inspector.services.open_store import OpenedStore
    from inspector.services.tasks import Work

FORMAT: Final = "event-history-inspector/snapshot"
VERSION: Final = 1
ENDING: Final = ".snapshot.json"

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a file that is still read."""

_TEXTS: Final = ("format", "created_at", "store", "layout", "stream", "events_sha256",
                 "state_sha256")  # fmt: skip


@dataclass(frozen=True)
class SnapshotFile:
    """What a snapshot file says.

    Attributes:
        store: where the events were; ``layout`` what wrote them.
        position: of the last event that the state contains; ``events`` how many there are.
        events_sha256: digest of these events; ``rules_sha256`` of the rules files, in order.
        state_sha256: digest of the state.
    """

    created_at: str
    store: str
    layout: str
    stream: str
    category: str | None
    position: int
    events: int
    events_sha256: str
    rules_sha256: tuple[str, ...]
    state_sha256: str
    state: Value


def compute(store: OpenedStore, stream: StreamId, at: int | None, work: Work) -> SnapshotFile:
    """The snapshot of a stream at a version; the last one by default.

    Raises:
        WriteRefused: the state is not exact; the message says why.
    """
    rules = _digests_of_rules(store)
    digest = EventDigest()
    replayed = exact_replay(store, stream, at, work, digest.add)
    state = replayed.frame.state
    return SnapshotFile(
        datetime.now(UTC).isoformat(timespec="seconds"), store.address.display,
        store.match.layout, stream.name, stream.category, replayed.last.position or 0,
        digest.count, digest.text, rules, digest_of(state), state,
    )  # fmt: skip


def _digests_of_rules(store: OpenedStore) -> tuple[str, ...]:
    """What the state depends on besides the events.

    Raises:
        WriteRefused: nobody could tell later whether that is still the same.
    """
    if store.replayer is not None:
        raise WriteRefused(
            tr("A file cannot say which program a replayer runs, so it could lie later."),
            hint=tr("Rules can be told by a digest: use --rules instead of --replayer."),
        )
    rules = store.rules
    if rules is None or not rules.files:
        raise WriteRefused(
            tr("The state is not exact: there are no rules for this store."),
            hint=tr("Give the rules of the application (--rules FILE)."),
        )
    if rules.changed():
        raise WriteRefused(
            tr("A rules file has changed since it was read."), hint=tr("Open the store again.")
        )
    return tuple(file.digest for file in rules.files)


class EventDigest:
    """SHA-256 over events in their order: version, type, schema version, payload, metadata."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.count = 0

    def add(self, event: Event) -> None:
        """Take one more event in.

        Raises:
            WriteRefused: its payload is too large to be read with the others.
        """
        raw = event.payload.raw
        if raw is None and event.payload.size:
            raise WriteRefused(tr("The payload of version {n} is too large.", n=event.position))
        cell = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw or b""
        facts = [event.position, event.type, event.schema_version, event.meta, len(cell)]
        head = to_json(facts).encode("utf-8", "surrogatepass")
        self._digest.update(b"%d:%s%s" % (len(head), head, cell))
        self.count += 1

    @property
    def text(self) -> str:
        """The digest so far, in hexadecimal."""
        return self._digest.hexdigest()


# -- the file --------------------------------------------------------------------------------------


def save(snapshot: SnapshotFile, file: Path) -> None:
    """Write a new file, whole or not at all; one that is there stays.

    Raises:
        OutputFailed: it is there already, or cannot be written.
    """
    told = {
        "format": FORMAT, "version": VERSION, "created_at": snapshot.created_at,
        "store": snapshot.store, "layout": snapshot.layout, "stream": snapshot.stream,
        "category": snapshot.category, "position": snapshot.position, "events": snapshot.events,
        "events_sha256": snapshot.events_sha256, "rules_sha256": list(snapshot.rules_sha256),
        "state_sha256": snapshot.state_sha256,
    }  # fmt: skip
    text = f'{json.dumps(told, ensure_ascii=True)[:-1]}, "state": {to_text(snapshot.state)}}}\n'
    temporary = file.with_name(f".{secrets.token_hex(8)}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        file.hardlink_to(temporary)
    except FileExistsError as error:
        raise OutputFailed(
            tr("There is a file {file} already.", file=file.name),
            hint=tr("Choose another name, or remove that file."),
        ) from error
    except OSError as error:
        raise OutputFailed(
            tr("The file {file} could not be written.", file=file.name),
            hint=tr("Choose another folder, or make room."),
            detail=str(error),
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def load(file: Path) -> SnapshotFile:
    """Read a file, and check that its state is what its digest says.

    Raises:
        InputInvalid: it is none, or was changed.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise InputInvalid(tr("The file {file} is too large.", file=file.name))
        found = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputInvalid(
            tr("The file {file} cannot be read: {reason}.", file=file, reason=reason)
        ) from error
    except (ValueError, RecursionError) as error:
        raise _no_snapshot(file) from error
    snapshot = _snapshot(found, file)
    if digest_of(snapshot.state) != snapshot.state_sha256:
        raise InputInvalid(
            tr("The state in {file} is not the one that was saved.", file=file.name),
            hint=tr("The file was changed; create it again."),
        )
    return snapshot


def _snapshot(found: Any, file: Path) -> SnapshotFile:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _no_snapshot(file)
    if found.get("version") != VERSION:
        raise InputInvalid(
            tr("The file {file} is of version {n}, which is not read.", file=file.name,
               n=found.get("version")),
            hint=tr("Use a newer program, or create the file again."),
        )  # fmt: skip
    rules = found.get("rules_sha256")
    whole = all(type(found.get(name)) is int for name in ("position", "events"))
    texts = all(isinstance(found.get(name), str) for name in _TEXTS)
    named = isinstance(found.get("category"), str | None)
    if not (whole and texts and named and isinstance(rules, list) and "state" in found):
        raise _no_snapshot(file)
    try:
        state = unmarked(found["state"])
    except (ValueError, ArithmeticError, RecursionError, TypeError) as error:
        raise _no_snapshot(file) from error
    return SnapshotFile(
        found["created_at"], found["store"], found["layout"], found["stream"], found["category"],
        found["position"], found["events"], found["events_sha256"],
        tuple(str(digest) for digest in rules), found["state_sha256"], state,
    )  # fmt: skip


def _no_snapshot(file: Path) -> InputInvalid:
    return InputInvalid(
        tr("The file {file} is no snapshot file, or is damaged.", file=file.name),
        hint=tr("“snapshots create STORE STREAM --file FILE” makes one."),
    )


# -- beginning at one ------------------------------------------------------------------------------


def beginning_at(
    snapshot: SnapshotFile, store: OpenedStore, stream: StreamId, work: Work
) -> Beginning:
    """The file as a place to begin at, after everything that it says was checked.

    Reads all events up to its version once, without applying them.

    Raises:
        InputInvalid: it is of another stream, or of other rules.
        StoreChanged: the events are not those that it was computed from.
    """
    _require_same_stream(snapshot, store, stream)
    if _digests_of_rules(store) != snapshot.rules_sha256:
        raise InputInvalid(
            tr("The snapshot was computed with other rules than those that are used now."),
            hint=tr("Create the file again with these rules, or use those."),
        )
    digest = _digest_until(store, stream, snapshot.position, work)
    if (digest.count, digest.text) != (snapshot.events, snapshot.events_sha256):
        raise StoreChanged(
            tr("The events up to version {n} are not those that the snapshot was computed from.",
               n=snapshot.position),
            hint=tr("Create the file again; compare the stream with a copy from before."),
        )  # fmt: skip
    return Beginning(snapshot.position, snapshot.state, "snapshot-file")


def _require_same_stream(snapshot: SnapshotFile, store: OpenedStore, stream: StreamId) -> None:
    named = (snapshot.layout, snapshot.stream, snapshot.category)
    if named != (store.match.layout, stream.name, stream.category):
        raise InputInvalid(
            tr("The snapshot is of the stream “{name}”.", name=shown_name(snapshot.stream)),
            hint=tr("It was taken from {store}.", store=snapshot.store),
        )


def _digest_until(store: OpenedStore, stream: StreamId, position: int, work: Work) -> EventDigest:
    digest = EventDigest()
    told = Told(store.reader, stream, store.application, keep=False)
    for event in told.entries(store.reader, work):
        if event.position is None or event.position > position:
            break
        digest.add(event)
    return digest

"""A replayer for Python applications of the ``eventsourcing`` library, version 9.

Runs in the application's own interpreter and uses the application's own classes: stored events go
through its mapper (decryption, decompression, transcoding, upcasting) and its aggregates mutate
themselves. Nothing is written and no store is opened: events come on standard input.

    INTERPRETER eventsourcing_replayer.py [--path FOLDER]... MODULE:APPLICATION

MODULE:APPLICATION is the application class, such as ``shop.app:Shop``. Its environment variables
(cipher, compressor, transcoder …) must be those of the application; the persistence module is
replaced by one in memory. Imports the standard library, the library and the application.
"""

import argparse
import base64
import contextlib
import importlib
import json
import os
import sys
from uuid import UUID

from eventsourcing.persistence import StoredEvent

STRUCTURE = {"_id", "_version", "_pending_events", "_created_on", "_modified_on"}
"""What the library keeps in every aggregate; no state of the application."""

PLAIN = {"decimal_str", "datetime_iso"}
"""Marks whose data is a text that says it all."""


def main():
    """Read questions, write answers; nothing else may write to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--path", action="append", default=[], help="folder to import from")
    parser.add_argument("application", help="MODULE:CLASS of the application")
    options = parser.parse_args()
    answers = sys.stdout
    sys.stdout = sys.stderr  # what the application prints must not look like an answer
    sys.path[:0] = options.path
    replayer = Replayer(options.application)
    for line in sys.stdin:
        question = json.loads(line)
        answers.write(json.dumps(replayer.answer(question), ensure_ascii=False) + "\n")
        answers.flush()
        if "end" in question:
            return


class Replayer:
    """The application, and the aggregate that is being replayed."""

    def __init__(self, name):
        module, _, attribute = name.partition(":")
        kind = getattr(importlib.import_module(module), attribute)
        os.environ["PERSISTENCE_MODULE"] = "eventsourcing.popo"
        self.name = name
        self.application = kind()
        self.mapper = self.application.mapper
        self.aggregate = None

    def answer(self, question):
        """What the protocol says for each question."""
        if "hello" in question:
            can = ["upcast", "fold", "snapshot"]
            return {"hello": 1, "name": self.name, "aggregates": [], "can": can}
        if "begin" in question:
            self.aggregate = None
            return {"state": None}
        if "event" in question:
            return self.fold(question["event"])
        if "snapshot" in question:
            return {"snapshot": self.snapshot()}
        if "end" in question:
            return {"ok": True}
        return {"error": "This replayer does not know that question."}

    def fold(self, event):
        """Let the aggregate mutate itself by one event."""
        try:
            domain_event = self.mapper.to_domain_event(stored_event(event))
            self.aggregate = domain_event.mutate(self.aggregate)
        except Exception as error:  # noqa: BLE001 - the application's own code may raise anything
            return {"error": f"{type(error).__name__}: {error}"}
        return {"state": self.state(), "upcast": [self.form(event, domain_event)]}

    def form(self, event, domain_event):
        """The event in the application's current form."""
        fields = {
            name: value
            for name, value in vars(domain_event).items()
            if name not in ("originator_id", "originator_version")
        }
        version = getattr(type(domain_event), "class_version", 1)
        return {"type": event["type"], "schema_version": version, "data": self.plain(fields)}

    def state(self):
        """The aggregate's own fields; nothing when it was discarded."""
        if self.aggregate is None:
            return None
        fields = {
            name: value for name, value in vars(self.aggregate).items() if name not in STRUCTURE
        }
        return self.plain(fields)

    def snapshot(self):
        """The snapshot that the library would store, encoded by the application's mapper."""
        snapshot = self.application.snapshot_class.take(self.aggregate)
        stored = self.mapper.to_stored_event(snapshot)
        return {
            "type": stored.topic,
            "schema_version": getattr(type(self.aggregate), "class_version", 1),
            "raw_base64": base64.b64encode(stored.state).decode(),
        }

    def plain(self, value):
        """A value as the application's transcoder writes it, with the library's marks resolved."""
        return resolved(json.loads(self.mapper.transcoder.encode(value)))


def stored_event(event):
    """The library's own record of a stored event."""
    stream = event["stream"]
    with contextlib.suppress(ValueError):  # newer applications have texts for ids
        stream = UUID(stream)
    return StoredEvent(
        originator_id=stream,
        originator_version=event["version"],
        topic=event["type"],
        state=base64.b64decode(event["raw_base64"]),
    )


def resolved(value):
    """Ids, decimals and times as text; marks of other transcodings stay as they are."""
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"_type_", "_data_"}:
        kind, data = value["_type_"], resolved(value["_data_"])
        if kind == "uuid_hex":
            return str(UUID(data))
        return data if kind in PLAIN else {"_type_": kind, "_data_": data}
    return {key: resolved(item) for key, item in value.items()}


if __name__ == "__main__":
    main()

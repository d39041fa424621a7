"""The Ruby libraries' expected files in the words of the other libraries' files.

They name a stream by a map of its parts, a snapshot by the number that comes after it, and the
demo's own words for categories, which ``about.toml`` translates.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def reworded(expected: Json, about: Json) -> Json:
    """The same facts, where the tests look for them."""
    named = {**expected}
    for part in ("streams", "upcasts", "snapshots", "states", "payload_samples"):
        named[part] = [_with_name(entry) for entry in expected.get(part, ())]
    named["counts"] = expected["counts"] | about.get("counts", {})
    counts = named["counts"]
    if "event_rows" in counts:  # snapshots lie among the events
        counts["events"] = counts["event_rows"] - counts["snapshots"]
    categories = about.get("categories", {})
    for stream in named["streams"]:
        if stream.get("kind") == "links" and "links" in categories:
            stream["category"] = categories["links"]
        elif "category" in stream:
            stream["category"] = categories.get(stream["category"], stream["category"])
    for snapshot in named["snapshots"]:
        if (
            "sequence_number" in snapshot and "version" not in snapshot
        ):  # of the next event; the state is the one before
            snapshot["version"] = snapshot["sequence_number"] - 1
    return named


def _with_name(entry: Json) -> Json:
    found = {**entry}
    for key in ("id", "stream_id"):
        if isinstance(found.get(key), dict):
            found[key] = "/".join(found[key].values())
    return found

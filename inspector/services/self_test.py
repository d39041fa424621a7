"""Whether this installation is whole: everything that was packed is here, and it works.

The script that packs the program writes down what it packed (:func:`packing_list`). A packed
program compares itself with that list, then opens the sample store and replays the incident in
it, whose end is known. In a checkout there is no list; what is there is counted instead.

Imports storage through the other services; never Qt.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from inspector.codecs import Key, builtin_codecs, decode
from inspector.core.errors import InspectorError
from inspector.core.payloads import Decoded
from inspector.core.texts import counted, tr
from inspector.exporters import exporters
from inspector.layouts import builtin_layouts
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import OpenRequest, choose, open_stores
from inspector.services.resources import ResourceMissing, resources_folder
from inspector.services.sample import sample_store
from inspector.services.stepping import step_at
from inspector.services.system_check import Check, State
from inspector.services.tasks import Work

PACKING_LIST: Final = "packing-list.json"
"""Beside the data files of a packed program."""

INCIDENT: Final = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"
INCIDENT_VERSION: Final = 21
INCIDENT_BALANCE: Final = "-25.00"
"""The wallet of the sample store's incident; its page tells the story."""


SECRET: Final = b"event-history-inspector-selftest"
SAMPLES: Final[Mapping[str, str]] = {
    "aes-gcm": "kJCQkJCQkJCQkJCQqzRq8J3I2IFCjudZ5gazt2nZ+I3WYc+lPpmakGNJ+A==",
    "brotli": "CweAeyJ3aG9sZSI6IHRydWV9Aw==",
    "fernet": "gAAAAABlU_EAvZk0mPGor1gmDaKa0O0_eb1ae5OJtjfjq_aQMTyjZSWDMro2IkfP"
    "wRqusiS9LsrE1OdY3jH-Xaw1ePMsyWHDYg==",
    "msgpack": "gaV3aG9sZcM=",
    "ruby-yaml": "LS0tIAp3aG9sZTogdHJ1ZQo=",
    "zstd": "KLUv/SAPeQAAeyJ3aG9sZSI6IHRydWV9",
}
"""The same small document in every encoding that needs a library of its own."""


def packing_list() -> dict[str, Any]:
    """What belongs to the program: names of layouts, codecs and formats, digests of the data.

    Returns:
        ``layouts``, ``codecs`` and ``exporters`` as sorted names, ``resources`` as SHA-256 by path.
    """
    folder = resources_folder()
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        "layouts": sorted(layout.name for layout in builtin_layouts()),
        "codecs": sorted(codec.name for codec in builtin_codecs().codecs),
        "exporters": sorted(exporters()),
        "resources": {
            path.relative_to(folder).as_posix(): _digest(path)
            for path in files
            if path.name != PACKING_LIST and _is_used(path.relative_to(folder))
        },
    }


def _is_used(path: Path) -> bool:
    """Whether the program itself reads a data file; what made the sample stays at home."""
    return path.parts[0] != "sample" or len(path.parts) == 2


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def check_installation(work: Work) -> Iterator[Check]:
    """Compare with the packing list, then use the program; one check after the other."""
    try:
        here, packed = packing_list(), _packed()
    except (InspectorError, ResourceMissing, OSError, ValueError) as error:
        yield _broken(tr("parts of the program"), str(error))
        return
    yield _names(tr("layouts"), here["layouts"], packed.get("layouts"))
    yield _names(tr("codecs"), here["codecs"], packed.get("codecs"))
    yield _names(tr("export formats"), here["exporters"], packed.get("exporters"))
    yield _files(here["resources"], packed.get("resources"))
    yield _read()
    yield _replayed(work)


def _packed() -> Mapping[str, Any]:
    path = resources_folder() / PACKING_LIST
    if not path.is_file():
        return {}
    packed = json.loads(path.read_text(encoding="utf-8"))
    return packed if isinstance(packed, dict) else {}


def _names(what: str, here: list[str], packed: list[str] | None) -> Check:
    missing = sorted(set(packed or ()) - set(here))
    if missing:
        return _broken(what, tr("missing: {names}", names=", ".join(missing)))
    return Check(what, State.OK, ", ".join(here))


def _files(here: Mapping[str, str], packed: Mapping[str, str] | None) -> Check:
    wrong = sorted(name for name, digest in (packed or {}).items() if here.get(name) != digest)
    if wrong:
        return _broken(tr("data files"), tr("missing or altered: {names}", names=", ".join(wrong)))
    found = counted(len(here), "one file", "{n} files")
    if packed is None:
        return Check(tr("data files"), State.OK, tr("{files}, not compared", files=found))
    return Check(tr("data files"), State.OK, tr("{files}, as packed", files=found))


def _read() -> Check:
    """Read a form of each encoding that a library of its own is needed for."""
    what, known = tr("read with every library"), Key("key", SECRET)
    failed = []
    for name, text in SAMPLES.items():
        raw = text.encode() if name == "fernet" else base64.b64decode(text)
        found = decode(raw, hints=(name,), keys=(known,))
        if found != Decoded({"whole": True}, found.codec if isinstance(found, Decoded) else ""):
            failed.append(name)
    if failed:
        return _broken(what, tr("cannot read: {names}", names=", ".join(failed)))
    return Check(what, State.OK, ", ".join(SAMPLES))


def _replayed(work: Work) -> Check:
    what = tr("open and replay")
    try:
        balance = _balance(work)
    except (InspectorError, ResourceMissing) as error:
        return _broken(what, str(error))
    if balance != INCIDENT_BALANCE:
        return _broken(what, tr("the sample store's incident ends at {n}", n=balance))
    return Check(what, State.OK, tr("the sample store's incident ends at {n}", n=balance))


def _balance(work: Work) -> str:
    """The balance after the sample store's incident, as the replay gives it."""
    request = OpenRequest(str(sample_store()))
    stores = open_stores(request, work)
    try:
        reader = choose(stores, request).reader
        told = step_at(reader, the_stream(reader, INCIDENT), INCIDENT_VERSION, work)
        state = told.step.state
        return str(state["balance_after"]) if isinstance(state, dict) else ""
    finally:
        stores[0].connection.close()


def _broken(what: str, found: str) -> Check:
    remedy = tr("Install the program again; its files are not complete.")
    return Check(what, State.MISSING, found, remedy)

"""libpq's password file, read where libpq would look up the wrong entry.

Through a tunnel, libpq connects to a port of this computer and would look for that port. What the
file says about the database itself is looked up here instead.

Source of the format: the chapter "The Password File" of PostgreSQL's manual. Lines are
``host:port:database:user:password``; ``*`` stands for anything, a backslash before ``:`` or
``\\``; the first line that fits counts.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

LIMIT: Final = 1_000_000
_FIELD: Final = re.compile(r"((?:[^:\\]|\\.)*)(?::|$)", re.DOTALL)


def password_for(host: str, port: str, database: str, user: str, file: str = "") -> str | None:
    """The password that the file has for a database; ``None`` when it has none.

    Args:
        host, port, database, user: as libpq would look for them without a tunnel.
        file: the file that the address names, instead of the usual one.
    """
    wanted = (host, port, database, user)
    for line in _lines(_path(file)):
        fields = [re.sub(r"\\(.)", r"\1", f) for f in _FIELD.findall(line)[:4]]
        plain = _FIELD.findall(line)[:4]
        if len(fields) == 4 and all(
            mark == "*" or field == want
            for mark, field, want in zip(plain, fields, wanted, strict=True)
        ):
            rest = line[sum(len(part) + 1 for part in plain) :]
            return re.sub(r"\\(.)", r"\1", rest)
    return None


def _path(file: str) -> Path:
    named = file or os.environ.get("PGPASSFILE")
    if named:
        return Path(named)
    if os.name == "nt":
        return Path(os.environ.get("APPDATA", "")) / "postgresql" / "pgpass.conf"
    return Path("~/.pgpass").expanduser()


def _lines(path: Path) -> list[str]:
    """The entries; none from a file that others may read, which libpq does not use either."""
    try:
        state = path.stat()
        if state.st_size > LIMIT or (os.name != "nt" and state.st_mode & 0o077):
            return []
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except (OSError, RuntimeError):
        return []
    return [line for line in text.splitlines() if line and not line.startswith("#")]

"""How a replayer can let us down."""

from __future__ import annotations

from inspector.core.errors import InspectorError


class ReplayerFailed(InspectorError):
    """The replayer cannot be used any more: it died, hung, flooded us or broke the protocol.

    ``detail`` holds the end of what it wrote to its standard error.
    """

    code = "replayer-failed"
    exit_code = 2


class ReplayerRefused(InspectorError):
    """The command may not be run: the user has not allowed it."""

    code = "replayer-not-allowed"
    exit_code = 4

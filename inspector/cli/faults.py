"""What is left behind by a fault of the program: a report in a file, and one sentence."""

from __future__ import annotations

from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.resources import ResourceMissing


class Fault(InspectorError):
    """The program itself failed."""

    code = "internal-fault"
    exit_code = 70


class InstallationIncomplete(InspectorError):
    """A file of the program itself is not there; nobody has to report that."""

    code = "installation-incomplete"
    exit_code = 70


def fault_of(error: BaseException, command: str) -> InspectorError:
    """The sentence about a fault, its report already written.

    Args:
        error: what was raised.
        command: the command's name; its arguments may be somebody's data.
    """
    if isinstance(error, ResourceMissing):
        return InstallationIncomplete(
            tr("This installation is not complete. {what}", what=error),
            hint=tr("Install the program again."),
        )
    from inspector.services.fault_reports import note_fault  # noqa: PLC0415 - needed only now

    path = note_fault(error, {}, f"command {command}").path
    hint = tr("The store was not changed.")
    if path is None:
        hint += " " + tr("No report could be written; run the command again from another folder.")
    else:
        hint += " " + tr("A report without data of yours is in {file}.", file=path)
    return Fault(tr("Something went wrong in this program."), hint=hint)

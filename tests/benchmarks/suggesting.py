"""How good suggestions are: for every store with rules written by hand, what both say.

    python -m tests.benchmarks.suggesting

A share is *right of all*. *Versions*, *forms* and *fields* are recall: of what the rules say, how
much the suggestion says, too. *Led*, *stated* and *agreeing* are precision: of what the suggestion
says (of all of it, or of lines that agree with every snapshot), how much is right.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from time import process_time

from inspector.core.rules import RulesText, load_rules
from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.tasks import Work
from tests.helpers.suggested import compared, suggestion_of
from tests.layouts.cases import cases


def main() -> None:
    """Print a line for each store."""
    print("store | seconds | snapshots | versions forms led | fields stated agreeing | unexplained")
    for case in cases():
        files = sorted(case.folder.glob("*.rules.toml"))
        if case.dialect != "sqlite" or not files:
            continue
        rules = load_rules([RulesText(f.name, f.read_text(encoding="utf-8")) for f in files])
        with tempfile.TemporaryDirectory() as folder:
            stores = open_stores(OpenRequest(str(case.unpack(Path(folder)))), Work())
            with closing(stores[0].connection):
                for store in stores:
                    begin = process_time()
                    found = suggestion_of(store.reader)
                    seconds = process_time() - begin
                    came = compared(store.reader, found, rules)
                    left = sum(len(names) for _, names in found.unexplained)
                    print(
                        f"{case} {store.table} | {seconds:.1f} | {found.snapshots} | "
                        f"{came.versions} {came.forms} {came.led} | "
                        f"{came.fields} {came.stated} {came.agreeing} | {left}"
                    )


if __name__ == "__main__":
    main()

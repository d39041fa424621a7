"""``rules``: suggest a first rules file, or try rules on a store; nothing is written to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inspector.cli.common import add_output_options, add_store_options
from inspector.cli.parsing import one_of
from inspector.cli.plain import json_line, plain_line
from inspector.core.errors import Cancelled, InputInvalid
from inspector.core.paths import path_text
from inspector.core.suggesting.proposals import Confidence, rules_text
from inspector.core.texts import counted, tr
from inspector.services.counting import quick_counts
from inspector.services.long_scans import run_to_end
from inspector.services.records import change_record
from inspector.services.rules import read_rules
from inspector.services.rules_drafts import save_rules
from inspector.services.suggesting import SuggestScan
from inspector.services.trying_rules import TrialScan

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.findings import Finding
    from inspector.core.suggesting.proposals import Proposal
    from inspector.services.open_store import OpenedStore
    from inspector.services.suggesting import Suggestion
    from inspector.services.trying_rules import Difference, Trial

TASKS: Final = ("suggest", "try")
WORDS: Final = tuple(word.value for word in Confidence)


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add = parser.main.add_argument
    text = tr("suggest: rules from the store's own data; try: --rules on all its events")
    add("task", metavar="suggest|try", type=one_of("rules", TASKS), help=text)
    text = tr("path of an SQLite file, postgresql://user@host/database, or service=NAME")
    add("store", metavar="STORE", help=text)
    text = tr("suggest: leave out what is less sure than this (likely if not given)")
    read = one_of("--least", WORDS)
    add("--least", metavar="agrees|likely|guess", type=read, help=text)
    add("-o", "--output", metavar="FILE", help=tr("suggest: write the rules to this new file"))
    text = tr("try: a rules file to compare with; repeatable")
    add("--before", metavar="FILE", action="append", default=[], help=text)
    text = tr("try: only events of this stored type; repeatable")
    add("--type", metavar="TYPE", action="append", default=[], help=text)
    text = tr("try: only events that fail with the rules of --before")
    add("--failing", action="store_true", help=text)
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Suggest or try; 1 when events fail with the rules that were tried."""
    _require_fitting(options)
    if options.task == "suggest":
        with session.store(options) as store:
            return _suggest(store, options, session)
    return _try(options, session)


def _require_fitting(options: Namespace) -> None:
    """Make sure that the options belong to the task, before anything slow begins.

    Raises:
        InputInvalid: they do not.
    """
    owners = {
        "--least": ("suggest", options.least), "--output": ("suggest", options.output),
        "--before": ("try", options.before), "--type": ("try", options.type),
        "--failing": ("try", options.failing),
    }  # fmt: skip
    for option, (task, given) in owners.items():
        if given and task != options.task:
            raise InputInvalid(
                tr("{option} belongs to rules {task}.", option=option, task=task)
            )  # fmt: skip
    if options.task == "try" and not options.rules:
        raise InputInvalid(tr("rules try needs the rules to be tried: --rules FILE."))
    if options.failing and not options.before:
        raise InputInvalid(tr("--failing needs the rules that events fail with: --before FILE."))
    if options.output and Path(options.output).expanduser().exists():
        raise InputInvalid(
            tr("{file} is there already.", file=options.output),
            hint=tr("Name a new file; nothing is replaced."),
        )


# -- suggest -----------------------------------------------------------------------------------


def _suggest(store: OpenedStore, options: Namespace, session: Session) -> int:
    scan = SuggestScan()
    run_to_end(scan, store.reader, session.work, tr("steps"))
    found = scan.result
    assert found is not None  # noqa: S101 it ran to its end
    least = WORDS.index(options.least or Confidence.LIKELY.value)
    chosen = [one for one in found.proposals if WORDS.index(one.confidence.value) <= least]
    output, text = session.output, rules_text(chosen, store.name)
    if output.json:
        for one in chosen:
            output.record(_record(one))
    if options.output:
        save_rules(text, Path(options.output), store=store.address.path)
        output.note(tr("The rules are in {file}.", file=options.output))
    elif not output.json:
        output.written += len(chosen)
        for line in text.split("\n"):
            output.line(json_line(line))
    _tell(output, found, len(found.proposals) - len(chosen))
    return 0


def _tell(output: Output, found: Suggestion, left: int) -> None:
    """What the text does not say."""
    output.note(tr("These are guesses with their evidence; look through them before use."))
    if left:
        words = counted(left, "One less sure line was left out.", "{n} less sure lines left out.")
        output.note(f"{words} {tr('--least guess shows them.')}")
    for note in found.notes:
        output.note(note)
    for name, fields in found.unexplained:
        words = tr("Nothing found for {name}: {fields}.", name=name, fields=", ".join(fields))
        output.note(words)


def _record(one: Proposal) -> dict[str, Any]:
    return {
        "part": one.place.part.name.lower(),
        "table": one.place.header,
        "line": one.line or None,
        "title": one.title,
        "confidence": one.confidence.value,
        "evidence": one.evidence,
        "agreed": one.agreed,
        "cases": one.cases,
        "against": [{"stream": case.stream, "version": case.version} for case in one.against],
    }


# -- try ---------------------------------------------------------------------------------------


def _try(options: Namespace, session: Session) -> int:
    before = read_rules(options.before).rules if options.before else None
    with session.store(options) as store:
        after = store.rule_set
        if after is None:
            raise InputInvalid(tr("rules try needs the rules to be tried: --rules FILE."))
        counts = quick_counts(store.reader, session.work)
        scan = TrialScan(
            before,
            after,
            types=frozenset(options.type) or None,
            only_failing=options.failing,
            total=counts.events if counts.exact else None,
        )
        try:
            run_to_end(scan, store.reader, session.work, tr("events"))
        except Cancelled:
            _write_trial(session.output, scan.trial, with_before=before is not None)
            session.output.note(
                tr("Stopped after {n} events; this is only a part.", n=scan.done)
            )  # fmt: skip
            raise
    _write_trial(session.output, scan.trial, with_before=before is not None)
    return int(scan.trial.failed_after > 0)


def _write_trial(output: Output, trial: Trial, *, with_before: bool) -> None:
    if output.json:
        for one in trial.differences:
            output.record(_difference(one))
        output.record({"trial": _numbers(trial)})
        return
    if with_before or trial.failed_after:
        for one in trial.differences:
            _write_difference(output, one, with_before=with_before)
    output.written += trial.tried
    output.footer(counted(trial.tried, "One event was tried.", "{n} events were tried."))
    if with_before:
        output.footer(
            tr("Failing: {a} before, {b} after; {c} mended, {d} broken; {e} with another form.",
               a=trial.failed_before, b=trial.failed_after, c=trial.repaired, d=trial.broken,
               e=trial.differing)
        )  # fmt: skip
    else:
        output.footer(tr("Failing: {n}.", n=trial.failed_after))


def _write_difference(output: Output, one: Difference, *, with_before: bool) -> None:
    if not with_before and one.after is None:
        return
    version = "" if one.version is None else f" @{one.version}"
    name = output.paint(f"{plain_line(one.stream)}{version}", "heading")
    output.line(f"{name}  {plain_line(one.type)}")
    for word, finding in ((tr("before"), one.before), (tr("after"), one.after)):
        if finding is not None:
            words = f"  {word}: ! {plain_line(finding.message)}"
            output.line(output.paint(words, "warning"))
    for change in one.changes[:3]:
        shown = f"{path_text(change.path)}: {change.before!r} → {change.after!r}"
        output.line(f"  {plain_line(shown)}")


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "stream": one.stream,
        "version": one.version,
        "type": one.type,
        "before": _finding(one.before),
        "after": _finding(one.after),
        "changes": [change_record(change) for change in one.changes],
    }


def _finding(finding: Finding | None) -> dict[str, str] | None:
    return None if finding is None else {"code": finding.code, "message": finding.message}


def _numbers(trial: Trial) -> dict[str, Any]:
    return {
        "tried": trial.tried,
        "failed_before": trial.failed_before,
        "failed_after": trial.failed_after,
        "mended": trial.repaired,
        "broken": trial.broken,
        "differing": trial.differing,
        "complete": trial.complete,
    }

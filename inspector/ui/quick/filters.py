"""Filters with names, for the quick box: choosing one, and naming what is filtered for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from inspector.core.fuzzy import best_matches
from inspector.core.sentences import plain_line
from inspector.core.texts import tr
from inspector.ui.quick.offers import Offer, OfferSource
from inspector.ui.theme import Icon

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

MOST = 40
LONGEST_NAME = 80


class SavedSource(OfferSource):
    """The saved filters; ``-`` in front of a name forgets it.

    Args:
        saved: texts by name.
        use: filters for a text.
        forget: forgets a name.
    """

    def __init__(
        self,
        saved: Mapping[str, str],
        use: Callable[[str], object],
        forget: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(tr("Saved filters"), tr("A part of the name; -name forgets one"), parent)
        self._saved, self._use, self._forget = saved, use, forget

    def look_for(self, text: str) -> None:
        """Filters whose names have the text."""
        gone = text.startswith("-")
        wanted = text.removeprefix("-").strip()
        names: Iterable[str] = list(self._saved)
        if wanted:
            names = best_matches(wanted, list(names), lambda name: name, MOST)
        status = "" if self._saved else tr("No filter of this store has a name yet.")
        self.show(tuple(self._offer(name, gone=gone) for name in list(names)[:MOST]), status)

    def _offer(self, name: str, *, gone: bool) -> Offer:
        text = self._saved[name]
        if gone:
            said = tr("Forget “{name}”", name=name)
            return Offer(said, partial(self._forget, name), plain_line(text), icon=Icon.X)
        return Offer(name, partial(self._use, text), plain_line(text), icon=Icon.STAR)


class NameSource(OfferSource):
    """A name for a filter.

    Args:
        taken: names that there are.
        text: the filter.
        save: keeps the filter under a name.
    """

    def __init__(
        self,
        taken: list[str],
        text: str,
        save: Callable[[str, str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(tr("Name of the filter"), tr("A name for this filter"), parent)
        self._taken, self._text, self._save = taken, text, save

    def look_for(self, text: str) -> None:
        """The name that was typed, or one that there is."""
        name = text.strip()[:LONGEST_NAME]
        status = tr("Kept for this store on this computer, as it is written: {text}",
                    text=plain_line(self._text)[:120])  # fmt: skip
        offers = []
        if name and name not in self._taken:
            offers.append(self._offer(name, tr("Save as “{name}”", name=name)))
        names = best_matches(name, self._taken, str, MOST) if name else self._taken
        offers += [self._offer(n, tr("Replace “{name}”", name=n)) for n in names]
        self.show(tuple(offers), status)

    def _offer(self, name: str, said: str) -> Offer:
        return Offer(said, partial(self._save, name, self._text), icon=Icon.STAR)

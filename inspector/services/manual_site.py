"""The manual as files: one HTML page each, with its pictures, that need nothing else.

The pages run nothing and load nothing but their own pictures; they follow the reader's choice of
light or dark, and can be printed.
"""

from __future__ import annotations

import posixpath
import shutil
from html import escape
from typing import TYPE_CHECKING, Final

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.services.manual import HOME, PICTURES, Part, target
from inspector.services.manual_html import body_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.services.manual import Manual, Page

FOLDED: Final = (Part.COMMANDS, Part.FORMATS)
"""Parts whose lists are long; they are folded unless the page is one of them."""

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:"

STYLE: Final = """
:root { color-scheme: light dark; --ground: #fff; --side: #f4f6f8; --text: #1a2027;
  --muted: #56606d; --line: #d3d9e0; --link: #1d5fc2; --code: #f0f3f6; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #21252b; --side: #1a1d22; --text: #e3e7ec; --muted: #adb7c3;
    --line: #3b424c; --link: #6ca6f5; --code: #2b3037; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); display: grid;
  grid-template-columns: 17rem minmax(0, 1fr); min-height: 100vh;
  font: 16px/1.6 Pretendard, system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR",
    sans-serif; word-break: keep-all; overflow-wrap: anywhere; }
nav { background: var(--side); border-right: 1px solid var(--line); padding: 1.25rem 1rem;
  font-size: .875rem; line-height: 1.4; }
nav > a { font-weight: 600; }
nav summary { font-weight: 600; margin-top: 1rem; cursor: pointer; }
nav ul { list-style: none; margin: .35rem 0 0; padding: 0 0 0 .5rem; }
nav li { padding: .15rem 0; }
nav [aria-current] { color: var(--text); font-weight: 600; text-decoration: none; }
main { padding: 1.5rem clamp(1rem, 4vw, 3.5rem) 4rem; max-width: 60rem; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .15em; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
code, pre { font: .875em/1.5 "JetBrains Mono", ui-monospace, Consolas, Menlo, monospace;
  font-variant-ligatures: none; word-break: normal; }
code { background: var(--code); padding: .1em .3em; border-radius: 4px; }
pre { background: var(--code); padding: .75rem 1rem; border-radius: 4px; overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0 1.25rem; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--muted); }
img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 4px; }
footer { margin-top: 3rem; display: flex; justify-content: space-between; gap: 1rem;
  border-top: 1px solid var(--line); padding-top: .75rem; font-size: .875rem; }
@media (max-width: 50rem) { body { display: block; } nav { border-right: 0;
  border-bottom: 1px solid var(--line); } }
@media print { nav, footer { display: none; } body { display: block; font-size: 10.5pt;
  color: #000; background: #fff; } main { padding: 0; max-width: none; }
  pre, table, img { break-inside: avoid; } pre { white-space: pre-wrap; border: 1px solid #999; }
  h1, h2, h3 { break-after: avoid; } a { color: inherit; } }
"""


def write_site(manual: Manual, folder: Path) -> int:
    """Write every page, and the pictures that they show; how many pages.

    Raises:
        OutputFailed: a file cannot be written.
    """
    pictures: set[str] = set()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for page in manual.pages:
            file = folder / f"{page.name}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_document(manual, page, pictures), encoding="utf-8", newline="\n")
        for name in sorted(pictures):
            picture = manual.picture(name)
            if picture is not None:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(picture, folder / name)
    except OSError as error:
        raise OutputFailed(
            tr("The pages cannot be written: {reason}.", reason=error.strerror or str(error)),
            hint=tr("Give a folder that you may write to."),
        ) from error
    return len(manual.pages)


def _document(manual: Manual, page: Page, pictures: set[str]) -> str:
    def link(address: str) -> str:
        aim = target(page.name, address)
        if ":" in aim:
            return aim
        name, mark, place = aim.partition("#")
        if name.startswith(f"{PICTURES}/"):
            pictures.add(name)
            return _relative(page.name, name)
        return f"{_relative(page.name, name)}.html{mark}{place}"

    body = body_of(manual.text(page.name), link)
    title = f"{escape(page.title)} – {escape(tr('Event History Inspector'))}"
    return (
        f'<!DOCTYPE html>\n<html lang="{manual.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{''.join(_navigation(manual, page))}<main>\n{body}{_neighbours(manual, page)}</main>\n"
        "</body>\n</html>\n"
    )


def _navigation(manual: Manual, here: Page) -> Iterator[str]:
    yield f'<nav aria-label="{escape(tr("Contents"))}">\n'
    yield f'<a href="{_relative(here.name, HOME)}.html">{escape(tr("Event History Inspector"))}</a>'
    for part in Part:
        opened = "" if part in FOLDED and part is not here.part else " open"
        yield f"\n<details{opened}><summary>{escape(tr(part.value))}</summary>\n<ul>\n"
        for page in manual.part(part):
            current = ' aria-current="page"' if page is here else ""
            address = f"{_relative(here.name, page.name)}.html"
            yield f'<li><a href="{address}"{current}>{escape(page.title)}</a></li>\n'
        yield "</ul></details>"
    yield "\n</nav>\n"


def _neighbours(manual: Manual, here: Page) -> str:
    """The pages before and after, in the order of reading."""
    pages = manual.pages
    place = pages.index(here)
    before = pages[place - 1] if place else None
    after = pages[place + 1] if place + 1 < len(pages) else None
    parts = []
    for page, arrow in ((before, "← {title}"), (after, "{title} →")):
        if page is None:
            parts.append("<span></span>")
        else:
            address = f"{_relative(here.name, page.name)}.html"
            words = arrow.format(title=escape(page.title))
            parts.append(f'<a href="{address}">{words}</a>')
    return f"<footer>{''.join(parts)}</footer>\n"


def _relative(page: str, name: str) -> str:
    return posixpath.relpath(name, posixpath.dirname(page) or ".")

"""The table itself: what can be done in the window, and by which keys.

Who adds a line here adds its handler to ``window_actions`` and has it in menus, palette and key
sheet by that.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from inspector.ui.theme import Icon


class Menu(enum.StrEnum):
    """The menus, in order; the values are their English titles."""

    STORE = "Store"
    GO = "Go"
    REPLAY = "Replay"
    VIEW = "View"
    WINDOW = "Window"
    HELP = "Help"


class Need(enum.StrEnum):
    """What an action needs; the value says in English what to do when it is not there."""

    STORE = "Open a store first."
    ORDER = "This store keeps no order over all streams; choose a stream."
    EVENTS = "There are no events to go to."
    STREAM = "Choose a stream first."
    RULES = "Use a rules file first."
    SCHEMAS = "No schemas are in use."
    FILTER = "Filter events first: / puts the cursor into the filter."
    LIVE = "This store cannot be watched: a private copy, or no index to look by."
    TABS = "There is only one tab."
    CLOSED = "No tab was closed."
    BACK = "Nothing was looked at before this."
    FORTH = "Nothing was looked at after this."


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that can be done.

    Attributes:
        name: stable word, for tests and settings.
        text: what it is called, in English (the key of the catalogue).
        icon: its picture, or ``None``.
        keys: keys in Qt's portable spelling, the usual one first.
        tip: one sentence about it.
        menu: the menu it is in; ``part`` separates groups inside the menu.
        needs: what has to be there; the first that is missing is the reason shown.
        group: actions of which one is chosen; a group of its own name is a switch.
    """

    name: str
    text: str
    icon: Icon | None
    keys: tuple[str, ...]
    tip: str
    menu: Menu = Menu.GO
    part: int = 0
    needs: tuple[Need, ...] = ()
    group: str = ""


_STORE = (Need.STORE,)
_ROWS = (Need.STORE, Need.EVENTS)
_STREAM = (Need.STORE, Need.STREAM)

_STORES = (
    ActionSpec("open", "Open…", Icon.FOLDER_OPEN, ("Ctrl+O",), "Open a store, read-only",
               Menu.STORE),
    ActionSpec("open-link", "Open link…", Icon.LINK, ("Ctrl+Shift+O",),
               "Go to the place that a link names: store, stream and version", Menu.STORE),
    ActionSpec("reload", "Read again", Icon.REFRESH, ("F5",),
               "Show new events; the cursor stays where it is", Menu.STORE, 0, _STORE),
    ActionSpec("follow", "Follow the end", Icon.ARROW_DOWN_TO_LINE, ("Ctrl+Shift+F",),
               "Show new events as they come and stay at the end", Menu.STORE, 0,
               (Need.STORE, Need.LIVE), "follow"),
    ActionSpec("print", "Print…", None, ("Ctrl+Alt+P",),
               "State, event, events, differences or timeline, on paper or as PDF",
               Menu.STORE, 1, _STORE),
    ActionSpec("layout", "Why this layout?", Icon.FINGERPRINT, ("Ctrl+I",),
               "Evidence for the layout, and its rivals", Menu.STORE, 1, _STORE),
    ActionSpec("label", "Label this store…", Icon.TAG, ("Ctrl+L",),
               "Mark the store as production, staging or test", Menu.STORE, 1, _STORE),
    ActionSpec("rules-file", "Use a rules file…", Icon.FILE_TEXT, ("Ctrl+R",),
               "What the application does, as text: names, versions, exact state",
               Menu.STORE, 2, _STORE),
    ActionSpec("rules-again", "Read the rules again", None, (),
               "Use the rules files as they are on disk now", Menu.STORE, 2,
               (Need.STORE, Need.RULES)),
    ActionSpec("schemas-file", "Use schemas for payloads…", Icon.BRACES, (),
               "Avro schemas, or a descriptor set of Protocol Buffers; the store is opened anew",
               Menu.STORE, 2, _STORE),
    ActionSpec("schemas-none", "Use no schemas", None, (),
               "Read payloads without the schemas that are in use",
               Menu.STORE, 2, (Need.STORE, Need.SCHEMAS)),
    ActionSpec("page-rules", "Write rules…", Icon.BRACES, ("Ctrl+E",),
               "Edit the rules, try them on events, or have some suggested",
               Menu.STORE, 2, _STORE),
    ActionSpec("rules-try", "Try the text of the rules", None, ("F9",),
               "Lead events through the text that is being written; nothing is changed",
               Menu.STORE, 2, _STORE),
    ActionSpec("rules-suggest", "Suggest rules", None, ("Ctrl+Shift+E",),
               "Look for rules in the store's own events and snapshots",
               Menu.STORE, 2, _STORE),
    ActionSpec("rules-mistake", "Next mistake in the rules", None, ("F8",),
               "Go to the next mistake in the text that is being written",
               Menu.STORE, 2, _STORE),
    ActionSpec("rules-save", "Save the rules", Icon.SAVE, ("Ctrl+S",),
               "Save the text that is being written as a file", Menu.STORE, 2, _STORE),
    ActionSpec("rules-use", "Use the text of the rules", None, ("Ctrl+Return",),
               "Compute with the text that is being written, saved or not",
               Menu.STORE, 2, _STORE),
    ActionSpec("rules-none", "Use no rules", None, (),
               "Replay by field names alone; the state is inferred then", Menu.STORE, 2,
               (Need.STORE, Need.RULES)),
    ActionSpec("stop", "Stop", Icon.CIRCLE_STOP, ("Esc",),
               "Stop what is running, or go back one level", Menu.STORE, 2),
    ActionSpec("close", "Close store", Icon.X, (), "Give the store back",
               Menu.STORE, 3, _STORE),
    ActionSpec("forget", "Forget this store", None, (),
               "Remove what the program remembers about this store, and close it",
               Menu.STORE, 3, _STORE),
    ActionSpec("new-window", "New window", None, ("Ctrl+N",),
               "Another window, for another store or the same", Menu.WINDOW, 0),
    ActionSpec("place-window", "Open this place in a new window", None, ("Ctrl+Alt+N",),
               "Another window at the same store, stream and version", Menu.WINDOW, 0, _STORE),
    ActionSpec("close-window", "Close window", None, ("Ctrl+Shift+W",),
               "Close this window; it does not come back at the next start unless it is the last",
               Menu.WINDOW, 0),
    ActionSpec("quit", "Quit", None, ("Ctrl+Q",),
               "Close all windows; they come back at the next start", Menu.STORE, 3),
)  # fmt: skip

_GO = (
    ActionSpec("quick-open", "Go to…", Icon.SEARCH, ("Ctrl+K", "Ctrl+P"),
               "Find a stream, an event id or a store", Menu.GO),
    ActionSpec("find", "Find", Icon.SEARCH, ("Ctrl+F",),
               "Put the cursor into the find field", Menu.GO, 0, _STORE),
    ActionSpec("filter", "Filter events", Icon.FUNNEL, ("/",),
               "Put the cursor into the filter over the events", Menu.GO, 0, _STORE),
    ActionSpec("go-to", "Go to version or time…", Icon.MILESTONE, ("Ctrl+G",),
               "Type a version or a time to go there", Menu.GO, 0, _ROWS),
    ActionSpec("next-hit", "Next hit", None, ("N",), "The next event that the filter finds",
               Menu.GO, 3, (Need.STORE, Need.FILTER)),
    ActionSpec("previous-hit", "Previous hit", None, ("Shift+N",),
               "The event before that the filter finds", Menu.GO, 3, (Need.STORE, Need.FILTER)),
    ActionSpec("filter-hits", "Hits alone, or every event", None, ("H",),
               "Show the hits of the filter alone, or every event", Menu.GO, 3,
               (Need.STORE, Need.FILTER)),
    ActionSpec("filter-save", "Save the filter under a name…", Icon.STAR, (),
               "Keep what is filtered for under a name", Menu.GO, 3, (Need.STORE, Need.FILTER)),
    ActionSpec("filter-saved", "Saved filters…", None, (),
               "Filters of this store that have names", Menu.GO, 3, _STORE),
    ActionSpec("filter-clear", "Clear filter", Icon.FUNNEL_X, (), "Show every event again",
               Menu.GO, 3, (Need.STORE, Need.FILTER)),
    ActionSpec("back", "Back", Icon.ARROW_LEFT, ("Alt+Left",),
               "What was looked at before", Menu.GO, 1, (Need.BACK,)),
    ActionSpec("forth", "Forward", Icon.ARROW_RIGHT, ("Alt+Right",),
               "What was looked at after", Menu.GO, 1, (Need.FORTH,)),
    ActionSpec("all-events", "All events", Icon.LIST, ("Alt+Home",), "Events of all streams",
               Menu.GO, 1, (Need.STORE, Need.ORDER)),
    ActionSpec("copy-link", "Copy link to this place", Icon.COPY, ("Ctrl+Shift+C",),
               "A text that leads to this store, stream, version and panel, here and elsewhere",
               Menu.GO, 1, _STORE),
    ActionSpec("page-all-versions", "All versions", Icon.LAYERS, ("Ctrl+Shift+V",),
               "Every event type in every schema version, and what cannot be led on",
               Menu.GO, 1, _STORE),
    ActionSpec("page-marks", "Marks", Icon.BOOKMARK, ("Ctrl+M",),
               "All bookmarks and notes of the store, to go there and to share them",
               Menu.GO, 1, _STORE),
    ActionSpec("row-down", "Next row", None, ("J",), "One row down in the list (also Down)",
               Menu.GO, 2, _STORE),
    ActionSpec("row-up", "Previous row", None, ("K",), "One row up in the list (also Up)",
               Menu.GO, 2, _STORE),
    ActionSpec("page-down", "Next page", None, ("PgDown",), "One page down in the list",
               Menu.GO, 2, _STORE),
    ActionSpec("page-up", "Previous page", None, ("PgUp",), "One page up in the list",
               Menu.GO, 2, _STORE),
    ActionSpec("first", "First", Icon.SKIP_BACK, ("Home", "G"),
               "Go to the first event, or to the first row of the list", Menu.GO, 2, _ROWS),
    ActionSpec("last", "Last", Icon.SKIP_FORWARD, ("End", "Shift+G"),
               "Go to the last event, or to the last row of the list", Menu.GO, 2, _ROWS),
)  # fmt: skip

_TABS = (
    ActionSpec("new-tab", "Open this place in a new tab", Icon.COPY, ("Ctrl+Shift+Return",),
               "Keep this place and go on in another tab (Ctrl+Enter opens a row of a list in one)",
               Menu.WINDOW, 1, _STORE),
    ActionSpec("close-tab", "Close tab", None, ("Ctrl+W",),
               "Close the tab in front; the last one closes the store", Menu.WINDOW, 1, _STORE),
    ActionSpec("reopen-tab", "Open the closed tab again", None, ("Ctrl+Shift+T",),
               "Open the tab that was closed last", Menu.WINDOW, 1, (Need.STORE, Need.CLOSED)),
    ActionSpec("next-tab", "Next tab", None, ("Ctrl+Tab", "Ctrl+PgDown"),
               "Bring the next tab to the front", Menu.WINDOW, 1, (Need.STORE, Need.TABS)),
    ActionSpec("previous-tab", "Previous tab", None, ("Ctrl+Shift+Tab", "Ctrl+PgUp"),
               "Bring the previous tab to the front", Menu.WINDOW, 1, (Need.STORE, Need.TABS)),
)  # fmt: skip

_REPLAY = (
    ActionSpec("play", "Play", Icon.PLAY, ("Space",), "Play and pause", Menu.REPLAY, 0, _STREAM),
    ActionSpec("previous", "Previous event", Icon.STEP_BACK, ("Left", ","), "One event back",
               Menu.REPLAY, 1, _STREAM),
    ActionSpec("next", "Next event", Icon.STEP_FORWARD, ("Right", "."), "One event on",
               Menu.REPLAY, 1, _STREAM),
    ActionSpec("back-ten", "Ten events back", None, ("Shift+Left",), "Ten events back",
               Menu.REPLAY, 1, _STREAM),
    ActionSpec("on-ten", "Ten events on", None, ("Shift+Right",), "Ten events on",
               Menu.REPLAY, 1, _STREAM),
    ActionSpec("previous-type", "Previous of this type", None, ("Ctrl+Left",),
               "The event of the same type before", Menu.REPLAY, 2, _STREAM),
    ActionSpec("next-type", "Next of this type", None, ("Ctrl+Right",),
               "The next event of the same type", Menu.REPLAY, 2, _STREAM),
    ActionSpec("previous-failing", "Previous failing event", None, ("Shift+E", "Shift+F4"),
               "The event before at which something is wrong", Menu.REPLAY, 2, _STREAM),
    ActionSpec("next-failing", "Next failing event", Icon.TRIANGLE_ALERT, ("E", "F4"),
               "The next event at which something is wrong", Menu.REPLAY, 2, _STREAM),
    ActionSpec("previous-change", "Previous change of the value", None, ("Shift+C",),
               "Where the value chosen in the state, or a pinned one, changed before",
               Menu.REPLAY, 2, _STREAM),
    ActionSpec("next-change", "Next change of the value", None, ("C",),
               "Where the value chosen in the state, or a pinned one, changes next",
               Menu.REPLAY, 2, _STREAM),
    ActionSpec("previous-version", "Previous change of a schema version", None, ("Shift+V",),
               "Where a type of event came in another schema version before",
               Menu.REPLAY, 2, _STREAM),
    ActionSpec("next-version", "Next change of a schema version", None, ("V",),
               "Where a type of event comes in another schema version next",
               Menu.REPLAY, 2, _STREAM),
    ActionSpec("previous-related", "Previous of this request", None, ("Shift+O",),
               "The event before with the same correlation, in the stream, then in the store",
               Menu.REPLAY, 2, _ROWS),
    ActionSpec("next-related", "Next of this request", None, ("O",),
               "The next event with the same correlation, in the stream, then in the store",
               Menu.REPLAY, 2, _ROWS),
    ActionSpec("mark", "Mark this event", Icon.BOOKMARK, ("M",),
               "Put a bookmark on the event, or take it away", Menu.REPLAY, 3, _ROWS),
    ActionSpec("note", "Note on this event…", None, ("Shift+M",),
               "Write down what there is to know about the event", Menu.REPLAY, 3, _ROWS),
    ActionSpec("previous-bookmark", "Previous bookmark", None, ("Shift+B",),
               "The marked event before", Menu.REPLAY, 3, _ROWS),
    ActionSpec("next-bookmark", "Next bookmark", None, ("B",),
               "The next marked event", Menu.REPLAY, 3, _ROWS),
)  # fmt: skip

_VIEW = (
    ActionSpec("timeline-closer", "Look closer", None, ("+", "="),
               "Zoom into the timeline at the cursor", Menu.REPLAY, 4, _ROWS),
    ActionSpec("timeline-further", "Look from further away", None, ("-",),
               "Zoom out of the timeline", Menu.REPLAY, 4, _ROWS),
    ActionSpec("timeline-whole", "Show the whole timeline", None, ("0",),
               "Zoom out until everything is visible", Menu.REPLAY, 4, _ROWS),
    ActionSpec("timeline-back", "Look further back", None, ("Ctrl+Shift+Left",),
               "Move the visible part of the timeline back", Menu.REPLAY, 4, _ROWS),
    ActionSpec("timeline-on", "Look further on", None, ("Ctrl+Shift+Right",),
               "Move the visible part of the timeline on", Menu.REPLAY, 4, _ROWS),
    ActionSpec("timeline-clock", "Axis by number or time", Icon.CLOCK, ("T",),
               "Place events by their number, or by the time they were recorded",
               Menu.REPLAY, 5, _ROWS),
    ActionSpec("theme-light", "Light", Icon.SUN, (), "Light theme", Menu.VIEW, 0, (), "theme"),
    ActionSpec("theme-dark", "Dark", Icon.MOON, (), "Dark theme", Menu.VIEW, 0, (), "theme"),
    ActionSpec("theme-system", "As the system", Icon.MONITOR, (), "Follow the system",
               Menu.VIEW, 0, (), "theme"),
    ActionSpec("colour-blind", "Colours without red and green", None, (),
               "Blue and orange in place of green and red", Menu.VIEW, 1, (), "colour-blind"),
    ActionSpec("larger", "Larger text", None, ("Ctrl++", "Ctrl+="), "Make all text larger",
               Menu.VIEW, 2),
    ActionSpec("smaller", "Smaller text", None, ("Ctrl+-",), "Make all text smaller",
               Menu.VIEW, 2),
    ActionSpec("usual-size", "Usual text size", None, ("Ctrl+0",), "The text size as designed",
               Menu.VIEW, 2),
    ActionSpec("zone", "Time zone…", Icon.GLOBE, ("Ctrl+T",),
               "Choose the time zone of all times in the window", Menu.VIEW, 3),
    ActionSpec("language-en", "English", None, (), "Show all texts in English",
               Menu.VIEW, 4, (), "language"),
    ActionSpec("language-ko", "한국어", None, (), "Show all texts in Korean",
               Menu.VIEW, 4, (), "language"),
)  # fmt: skip

_PANELS = (
    ActionSpec("tab-state", "State", Icon.BRACES, ("Alt+1",), "The state at the cursor",
               Menu.VIEW, 5, _STORE),
    ActionSpec("tab-event", "Event", Icon.FILE_TEXT, ("Alt+2",), "The event at the cursor",
               Menu.VIEW, 5, _STORE),
    ActionSpec("tab-diff", "Diff", Icon.GIT_COMPARE, ("Alt+3",), "What differs",
               Menu.VIEW, 5, _STORE),
    ActionSpec("tab-versions", "Versions", Icon.LAYERS, ("Alt+4",),
               "The event as stored, after every hop, and in its newest version",
               Menu.VIEW, 5, _STORE),
    ActionSpec("tab-raw", "Raw", Icon.BINARY, ("Alt+5",), "The stored bytes",
               Menu.VIEW, 5, _STORE),
    ActionSpec("tab-snapshots", "Snapshots", Icon.CAMERA, ("Alt+6",),
               "Stored snapshots of the stream, and whether they are right",
               Menu.VIEW, 5, _STORE),
    ActionSpec("tab-problems", "Problems", Icon.TRIANGLE_ALERT, ("Alt+7",),
               "What is wrong in the store so far", Menu.VIEW, 5, _STORE),
    ActionSpec("stored-text", "Fields or stored text", None, ("R",),
               "Show the event as it is stored, and back", Menu.VIEW, 6, _ROWS),
    ActionSpec("find-value", "Find in the state", Icon.SEARCH, ("Alt+F",),
               "Search keys and values of the state", Menu.VIEW, 6, _STREAM),
    ActionSpec("why-value", "Why this value?", Icon.HELP, ("W",),
               "Which events and rules made the value that is chosen in the state",
               Menu.VIEW, 6, _STREAM),
    ActionSpec("pin-a", "Pin as A", Icon.PIN, ("A",),
               "Pin what the cursor is at as A of a comparison", Menu.VIEW, 7, _STREAM),
    ActionSpec("pin-b", "Pin as B", Icon.PIN, ("Shift+A",),
               "Pin what the cursor is at as B of a comparison", Menu.VIEW, 7, _STREAM),
    ActionSpec("swap-pins", "Swap A and B", None, ("Ctrl+Shift+B",),
               "Compare the other way round", Menu.VIEW, 7, _STORE),
    ActionSpec("open-all", "Open all payloads", Icon.LIST_TREE, ("P",),
               "Show every event with its payload, and back", Menu.VIEW, 8, _STORE),
    ActionSpec("density-compact", "Compact rows", Icon.LIST, (), "Low rows", Menu.VIEW, 8, _STORE),
    ActionSpec("density-list", "Rows of one line", Icon.TABLE, (), "Rows of one line",
               Menu.VIEW, 8, _STORE),
    ActionSpec("density-full", "Rows with payloads", Icon.LIST_TREE, (),
               "Every event with its payload", Menu.VIEW, 8, _STORE),
    ActionSpec("page-all-snapshots", "All snapshots", Icon.CAMERA, ("Ctrl+Shift+S",),
               "All snapshots of the store, and which of them lie", Menu.STORE, 1, _STORE),
    ActionSpec("create-snapshot", "Create a snapshot…", Icon.CAMERA, ("Ctrl+Shift+N",),
               "See the exact row of a snapshot at the cursor; nothing is written by that",
               Menu.STORE, 4, _STREAM),
    ActionSpec("trigger-snapshot", "Let the application take a snapshot…", Icon.PLAY, (),
               "See the command or request that asks the application for one; nothing runs by that",
               Menu.STORE, 4, _STREAM),
    ActionSpec("create-snapshots", "Create snapshots for many streams…", None, (),
               "See which streams could use one, and what would be written",
               Menu.STORE, 4, _STORE),
    ActionSpec("unlock-writing", "Allow writing snapshots, or lock the store again…",
               Icon.LOCK_OPEN, (), "Unlock this store by its name until it is closed",
               Menu.STORE, 4, _STORE),
    ActionSpec("write-log", "What was written…", Icon.HISTORY, (),
               "The local record of every write: who, when, where, and how it ended",
               Menu.STORE, 4, _STORE),
    ActionSpec("case-open", "Open a case file…", None, (),
               "Take over the marks of somebody else, and open their store if none is open",
               Menu.STORE, 5),
    ActionSpec("case-save", "Save the case file as…", None, (),
               "Write the store's bookmarks and notes to a file, to hand them over",
               Menu.STORE, 5, _STORE),
    ActionSpec("look-through", "Look through the whole store", Icon.SHIELD_CHECK, (),
               "Read every event and list what is wrong", Menu.STORE, 1, _STORE),
)  # fmt: skip

_HELP = (
    ActionSpec("manual", "Manual", Icon.HELP, ("F1",),
               "Open the manual at the page about what has the focus", Menu.HELP),
    ActionSpec("tour", "Tour in ten minutes", Icon.MILESTONE, (),
               "Solve the incident of the sample store, step by step", Menu.HELP),
    ActionSpec("palette", "All commands…", Icon.COMMAND, ("Ctrl+Shift+P",),
               "Find a command by its name", Menu.HELP),
    ActionSpec("keys", "Keys", Icon.KEYBOARD, ("?",), "Show all keys", Menu.HELP),
    ActionSpec("fault-reports", "Reports of faults…", None, (),
               "Faults of this program that were noted on this computer; none is sent anywhere",
               Menu.HELP),
    ActionSpec("menu", "Menu", Icon.ELLIPSIS, ("F10",), "Open the menu", Menu.HELP),
)  # fmt: skip

ACTIONS: tuple[ActionSpec, ...] = (*_STORES, *_GO, *_TABS, *_REPLAY, *_VIEW, *_PANELS, *_HELP)
"""Everything that can be done."""

"""Choosing among layouts: several stores, rivals, views, failures, and saying why not."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inspector import layouts
from inspector.core.errors import InputInvalid, InspectorError
from inspector.layouts import builtin_layouts, layout_named, recognise
from inspector.layouts._api import CERTAIN, MARGIN, Catalog, Column, Match, NearMiss, Table
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, paired
from inspector.layouts.castore import LAYOUT as CASTORE
from inspector.layouts.commanded import EVENTS as EVENTS_OF
from inspector.layouts.commanded import STREAM_EVENTS, STREAMS, category_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.layouts._api import Sample

UUID_TEXT = "017ac2f5-0463-4c9b-ac12-ac7ab298d4d7"
UUID_HEX = UUID_TEXT.replace("-", "")
STATE = (
    Column("originator_id", "text"),
    Column("originator_version", "integer"),
    Column("topic", "text"),
    Column("state", "blob"),
)
KEY = ("originator_id", "originator_version")
EVENTS = Table("stored_events", STATE, primary_key=KEY, rowid=True)
CASTORE_EVENTS = Table(
    "event",
    (
        Column("id", "bigint"),
        Column("aggregate_name", "character varying(32)"),
        Column("aggregate_id", "uuid"),
        Column("version", "bigint"),
        Column("type", "character varying(64)"),
        Column("data", "jsonb"),
        Column("metadata", "jsonb"),
        Column("timestamp", "timestamp with time zone"),
    ),
    schema="public",
    primary_key=("id",),
    unique=(("aggregate_name", "aggregate_id", "version"),),
)
MESSAGES = Table(
    "messages",
    (
        Column("id", "uuid"),
        Column("stream_name", "text"),
        Column("type", "text"),
        Column("position", "bigint"),
        Column("global_position", "bigint"),
        Column("data", "jsonb"),
        Column("metadata", "jsonb"),
        Column("time", "timestamp without time zone"),
    ),
    schema="message_store",
    primary_key=("global_position",),
    unique=(("stream_name", "position"),),
)


def sampling(*rows: Sample) -> Callable[[Table], list[Sample]]:
    return lambda table: list(rows)


class Twin:
    """A layout that fits Castore's table as well, with a chosen score."""

    name = "twin"
    title = "A twin"

    def __init__(self, score: int) -> None:
        self._score = score

    def match(self, catalog: Catalog) -> list[Match]:
        return [replace(m, layout="twin", score=self._score) for m in CASTORE.match(catalog)]

    def nearly(self, catalog: Catalog) -> list[NearMiss]:
        return []


class Failing:
    """A plug-in with a fault."""

    name = "failing"
    title = "A fault"

    def match(self, catalog: Catalog) -> list[Match]:
        raise ZeroDivisionError("oh")

    def nearly(self, catalog: Catalog) -> list[NearMiss]:
        raise KeyError("no")


def test_several_stores_of_several_libraries() -> None:
    other = replace(CASTORE_EVENTS, schema="sales", name="history")
    catalog = Catalog("postgresql", (CASTORE_EVENTS, other, MESSAGES))
    found = recognise(catalog)
    assert {(m.layout, m.tables["events"].full_name) for m in found.matches} == {
        ("castore", "public.event"),
        ("castore", "sales.history"),
        ("message_db", "message_store.messages"),
    }
    assert all(store.certain for store in found.stores)
    scores = [match.score for match in found.matches]
    assert scores == sorted(scores, reverse=True)


def test_snapshots_of_sqlite_are_no_second_store() -> None:
    snapshots = replace(EVENTS, name="stored_snapshots", rowid=False)
    found = recognise(Catalog("sqlite", (snapshots, EVENTS)))
    assert found.stores[0].certain
    assert [m.tables for m in found.matches] == [{"events": EVENTS, "snapshots": snapshots}]


def test_a_near_rival_takes_certainty_away() -> None:
    catalog = Catalog("postgresql", (CASTORE_EVENTS,))
    own = CASTORE.match(catalog)[0].score
    near = recognise(catalog, layouts=(CASTORE, Twin(own - MARGIN + 1))).stores
    assert [(s.match.layout, s.certain) for s in near] == [("castore", False)]
    assert [rival.layout for rival in near[0].rivals] == ["twin"]
    assert near[0].alternatives[0].layout == "twin"
    assert "fits the same table better" in near[0].alternatives[0].why_not[-1]
    far = recognise(catalog, layouts=(CASTORE, Twin(own - MARGIN))).stores
    assert far[0].certain


def test_a_low_score_is_never_certain() -> None:
    catalog = Catalog("postgresql", (CASTORE_EVENTS,))
    assert not recognise(catalog, layouts=(Twin(CERTAIN - 1),)).stores[0].certain


def test_a_view_is_never_certain() -> None:
    view = replace(CASTORE_EVENTS, kind="view")
    [store] = recognise(Catalog("postgresql", (view,))).stores
    assert not store.certain
    assert "is no table of this database" in store.match.doubts[-1]


def test_a_table_without_permission_is_doubted() -> None:
    closed = replace(CASTORE_EVENTS, readable=False)
    [store] = recognise(Catalog("postgresql", (closed,))).stores
    assert "may not be read by this role" in store.match.doubts[-1]


def test_a_failing_layout_is_reported_and_the_others_go_on() -> None:
    catalog = Catalog("postgresql", (CASTORE_EVENTS,))
    found = recognise(catalog, layouts=(Failing(), CASTORE))
    assert [m.layout for m in found.matches] == ["castore"]
    assert {(f.code, f.place) for f in found.findings} == {("plugin-failed", "failing")}
    assert any("ZeroDivisionError" in f.message for f in found.findings)


def test_nothing_fits_and_the_answer_says_what_was_looked_for() -> None:
    almost = Table("event", CASTORE_EVENTS.columns[:-1], schema="public")
    found = recognise(Catalog("postgresql", (almost,)))
    assert found.stores == ()
    named = {layout.title for layout in builtin_layouts() if layout.name != "mapped"}
    assert set(found.looked_for) == named
    best = found.near_misses[0]
    assert (best.layout, best.why_not) == ("castore", ("public.event: no column timestamp",))
    assert best.score < CERTAIN - MARGIN


def test_an_empty_database() -> None:
    found = recognise(Catalog("sqlite", ()))
    assert (found.stores, found.near_misses, found.findings) == ((), (), ())
    assert found.looked_for


def test_ten_thousand_columns_are_not_listed_one_by_one() -> None:
    wide = tuple(Column(f"c{i}", "text") for i in range(10_000))
    catalog = Catalog("postgresql", (Table("wide", (*CASTORE_EVENTS.columns, *wide), "public"),))
    [store] = recognise(catalog).stores
    assert not store.certain
    assert len(" ".join(store.match.doubts)) < 500
    for miss in recognise(Catalog("sqlite", (Table("wide", wide),))).near_misses:
        assert len(" ".join(miss.why_not)) < 500


def test_column_names_of_any_case() -> None:
    loud = tuple(replace(c, name=c.name.upper()) for c in EVENTS.columns)
    table = replace(EVENTS, columns=loud, primary_key=("ORIGINATOR_ID", "ORIGINATOR_VERSION"))
    [store] = recognise(Catalog("sqlite", (table,))).stores
    assert store.certain
    source = layout_named(store.match.layout).source(store.match, "sqlite")
    assert '"STATE"' in str(source.events)


def test_table_names_with_quotes_are_quoted() -> None:
    table = replace(EVENTS, name='a "b" c; --')
    [store] = recognise(Catalog("sqlite", (table,))).stores
    source = layout_named(store.match.layout).source(store.match, "sqlite")
    assert '"a ""b"" c; --"' in str(source.events)


def test_an_extra_column_is_doubted_but_not_refused() -> None:
    table = replace(CASTORE_EVENTS, columns=(*CASTORE_EVENTS.columns, Column("note", "text")))
    [store] = recognise(Catalog("postgresql", (table,))).stores
    assert store.certain
    assert store.match.doubts == ("columns of another origin: note",)


@pytest.mark.parametrize(
    ("metadata", "layout"),
    [
        ('{"headers": {}, "domain": {}, "envelope": {}}', "protean"),
        ({"headers": {}, "domain": {}}, "protean"),
        ('{"correlationStreamName": "a-1"}', "message_db"),
        ('["headers", "domain"]', "message_db"),
        ("{", "message_db"),
        ("[" * 100_000, "message_db"),
        (None, "message_db"),
    ],
)
def test_metadata_tell_protean_from_eventide(metadata: object, layout: str) -> None:
    catalog = Catalog("postgresql", (MESSAGES,), sampling({"metadata": metadata}))
    [store] = recognise(catalog).stores
    assert (store.match.layout, store.certain) == (layout, True)


def test_messages_that_nobody_saw_are_doubted() -> None:
    [store] = recognise(Catalog("postgresql", (MESSAGES,))).stores
    assert store.match.layout == "message_db"
    assert store.match.doubts == ("no row could be looked at, so who writes them is not known",)


NEIGHBOURS = {
    "rails_event_store": "id event_id event_type metadata data created_at valid_at",
    "marten": "seq_id id stream_id version data type timestamp tenant_id mt_dotnet_type "
    "is_archived",
    "patchlevel's outbox": "aggregate aggregate_id playhead event payload recorded_on "
    "custom_headers",
    "eventsauce's outbox": "id consumed payload",
    "an application's own": "id stream version name data created_at",
}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("library", NEIGHBOURS)
def test_tables_of_other_formats_are_not_taken(library: str, dialect: str) -> None:
    columns = tuple(Column(name, "") for name in NEIGHBOURS[library].split())  # any type fits
    found = recognise(Catalog(dialect, (Table("events", columns, rowid=True),)))
    assert found.stores == ()
    assert all(miss.score < CERTAIN - MARGIN for miss in found.near_misses)


def test_one_layout_alone() -> None:
    catalog = Catalog("postgresql", (CASTORE_EVENTS, MESSAGES))
    assert [m.layout for m in recognise(catalog, only="message_db").matches] == ["message_db"]
    with pytest.raises(InputInvalid) as caught:
        recognise(catalog, only="castor")
    assert "castore" in caught.value.hint


def test_a_program_without_its_layouts_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    builtin_layouts.cache_clear()
    monkeypatch.setattr(layouts, "__path__", [])
    with pytest.raises(InspectorError, match="without its store layouts"):
        builtin_layouts()
    builtin_layouts.cache_clear()


def test_layouts_are_called_as_their_files() -> None:
    for layout in builtin_layouts():
        assert type(layout).__module__ == f"inspector.layouts.{layout.name}"
        assert layout.title


def test_a_store_in_each_of_many_schemas() -> None:
    shapes = {"events": EVENTS_OF, "stream_events": STREAM_EVENTS, "streams": STREAMS}
    tables = tuple(
        Table(name, tuple(Column(n, "") for n in shape.required), f"tenant{i}")
        for i in range(200)
        for name, shape in shapes.items()
    )
    found = recognise(Catalog("postgresql", tables))
    assert len(found.stores) == 200
    for match in found.matches:
        assert {table.schema for table in match.tables.values()} == {match.schema}


# -- parts --------------------------------------------------------------------------------


def named(*names: str) -> list[Table]:
    return [Table(name, (), "public") for name in names]


@pytest.mark.parametrize(
    ("owners", "helpers", "pairs"),
    [
        (("bank_events", "shop_events"), ("bank_snapshots",), {"bank_events": "bank_snapshots"}),
        (
            ("bank_events", "bank2_events"),
            ("bank_snapshots", "bank2_snapshots"),
            {"bank_events": "bank_snapshots", "bank2_events": "bank2_snapshots"},
        ),
        (("bank_events", "shop_events"), ("other_snapshots",), {}),
        (("one",), ("two",), {"one": "two"}),
        (("ab_events",), ("zz_snapshots", "ab_snapshots"), {"ab_events": "ab_snapshots"}),
        (("x1", "x2"), ("x3",), {}),
    ],
)
def test_helper_tables_go_to_their_owner(
    owners: tuple[str, ...], helpers: tuple[str, ...], pairs: dict[str, str]
) -> None:
    found = paired(named(*owners), named(*helpers))
    assert {owner.name: helper.name for owner, helper in found.items()} == pairs


def test_helper_tables_of_another_schema_are_nobodys() -> None:
    [owner], [helper] = named("events"), [Table("snapshots", (), "elsewhere")]
    assert paired([owner], [helper]) == {}


def test_a_shape_names_every_problem() -> None:
    shape = Shape(
        {"a": ("integer",), "b": ("text",)}, frozenset({"c"}), frozenset({"x"}), closed=True
    )
    table = Table("t", (Column("A", "text"), Column("x", ""), Column("y", ""), Column("c", "")))
    assert shape.problems(table) == (
        "no column b",
        "column A is text, not integer",
        "column x belongs to another format",
        "not expected: y",
    )


@pytest.mark.parametrize(
    ("name", "declared", "keys"),
    [
        ("7", "text", ("7",)),
        (UUID_TEXT, "text", (UUID_TEXT, UUID_HEX)),
        (UUID_HEX, "char(32)", (UUID_HEX, UUID_TEXT)),
        (UUID_TEXT.upper(), "uuid", (uuid.UUID(UUID_TEXT),)),
        ("7", "uuid", ()),
        (UUID_TEXT, "binary(16)", (uuid.UUID(UUID_TEXT).bytes,)),
        ("ab", "blob", (b"ab", b"\xab")),
        ("né", "blob", ("né".encode(),)),
        (UUID_HEX, "", (UUID_HEX, UUID_TEXT)),
    ],
)
def test_ids_are_looked_for_in_the_column_s_own_form(
    name: str, declared: str, keys: tuple[object, ...]
) -> None:
    found = id_keys(name, Column("id", declared))
    assert found == keys
    assert all(id_text(key) in (name, UUID_TEXT) for key in found)


@pytest.mark.parametrize(
    ("stream", "category"),
    [
        ("account-155176dc-6e0e-4de6-bfb7-cdc2a774ac98", "account"),
        ("bank-account-155176dc-6e0e-4de6-bfb7-cdc2a774ac98", "bank-account"),
        ("155176dc-6e0e-4de6-bfb7-cdc2a774ac98", None),
        ("-155176dc-6e0e-4de6-bfb7-cdc2a774ac98", None),
        ("bank-account-17", "bank-account"),
        ("order-2024-17", "order"),
        ("a1-b2", "a1"),
        ("raw-import", None),
        ("17", None),
        ("", None),
        ("-", None),
    ],
)
def test_the_prefix_of_an_identity(stream: str, category: str | None) -> None:
    assert category_of(stream) == category


OUTBOXES = {
    "Debezium": "id aggregatetype aggregateid type payload timestamp",
    "MassTransit": "sequence_number enqueue_time sent_time headers message_id outbox_id body",
    "CAP": "Id Version Name Content Retries Added ExpiresAt StatusName",
    "Spring Modulith": "id listener_id event_type serialized_event publication_date "
    "completion_date",
    "RubyEventStore": "id split_key format payload created_at enqueued_at",
    "EventSauce": "id consumed payload",
    "patchlevel/event-sourcing": "aggregate aggregate_id playhead event payload recorded_on "
    "custom_headers",
    "Wolverine": "id owner_id destination deliver_by body attempts message_type",
    "NServiceBus": "MessageId Dispatched DispatchedAt Operations PersistenceVersion",
}


@pytest.mark.parametrize("library", OUTBOXES)
def test_an_outbox_is_explained_and_not_opened(library: str) -> None:
    columns = tuple(Column(name, "text") for name in OUTBOXES[library].split())
    found = recognise(Catalog("postgresql", (Table("waiting", columns, "public"),)))
    assert found.stores == ()
    told = next(miss for miss in found.near_misses if miss.layout == "outboxes")
    assert told.title == f"Outbox ({library})"
    assert told.why_not[0].startswith(f"public.waiting is the outbox of {library}")
    assert all(miss.score <= told.score for miss in found.near_misses)


@pytest.mark.parametrize(
    ("columns", "title"),
    [
        ("global_offset persistence_id revision state_payload state_serial_id", "States"),
        ("dead_letter_id processing_group payload_type sequence_number", "Dead letters"),
        ("DeadLetterId ProcessingGroup PayloadType", "Dead letters"),
        ("id execution_time body message_type received_at source exception_type", "Dead letters"),
        ("id state queue worker args errors attempt max_attempts inserted_at", "Jobs (Oban)"),
        ("SCHED_NAME JOB_NAME JOB_GROUP DESCRIPTION JOB_CLASS_NAME", "Jobs (Quartz)"),
        ("id stateid statename invocationdata arguments createdat", "Jobs (Hangfire)"),
    ],
)
def test_what_else_is_no_history(columns: str, title: str) -> None:
    table = Table("t", tuple(Column(name, "text") for name in columns.split()), "public")
    found = recognise(Catalog("postgresql", (table,)))
    assert found.stores == ()
    told = next(miss for miss in found.near_misses if miss.layout == "outboxes")
    assert told.title.startswith(title)


@pytest.mark.parametrize(
    ("title", "columns"),
    [
        ("Revisionable", "id revisionable_type revisionable_id key old_value new_value user_id"),
        ("Carbonite", "id transaction_id op table_prefix table_name table_pk data changed"),
        ("temporal_tables", "id name sys_period:tstzrange"),
        ("Logidze", "id name log_data:jsonb"),
    ],
)
def test_an_audit_trail_that_is_not_read_is_named(title: str, columns: str) -> None:
    named = (text.partition(":") for text in columns.split())
    table = Table("t", tuple(Column(name, kind) for name, _, kind in named), "public")
    found = recognise(Catalog("postgresql", (table,)))
    assert found.stores == ()
    told = next(miss for miss in found.near_misses if miss.layout == "outboxes")
    assert told.title == f"{title} (not read)"
    assert told.why_not[0].startswith(f"public.t may be an audit trail of {title}")


def test_an_outbox_beside_a_store_takes_nothing_from_it() -> None:
    columns = tuple(Column(name, "text") for name in OUTBOXES["Debezium"].split())
    catalog = Catalog("postgresql", (CASTORE_EVENTS, Table("waiting", columns, "public")))
    assert [store.certain for store in recognise(catalog).stores] == [True]

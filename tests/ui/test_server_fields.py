"""A PostgreSQL address as fields and as text: each says what the other says, and no password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.ui.dialogs.server_fields import (
    AddressUnreadable,
    ServerFields,
    is_server_address,
    read_address,
    write_address,
)

# (text as typed, its fields, the text that the program writes)
CASES = [
    (
        "postgresql://mia@db.example:5433/orders?sslmode=verify-full",
        ServerFields("db.example", "5433", "orders", "mia", "verify-full"),
        "postgresql://mia@db.example:5433/orders?sslmode=verify-full",
    ),
    (
        "postgres://db1,db2:5433/orders?target_session_attrs=prefer-standby",
        ServerFields("db1,db2", ",5433", "orders", session="prefer-standby"),
        "postgresql://db1,db2:5433/orders?target_session_attrs=prefer-standby",
    ),
    (
        "postgresql://db1:5433,db2:5433/orders",
        ServerFields("db1,db2", "5433", "orders"),
        "postgresql://db1:5433,db2:5433/orders",
    ),
    ("service=orders", ServerFields(service="orders"), "service=orders"),
    ("service='two words'", ServerFields(service="two words"), "service='two words'"),
    (
        "host=db.example dbname='or ders' user=m\\ ia",
        ServerFields("db.example", database="or ders", user="m ia"),
        "postgresql://m%20ia@db.example/or%20ders",
    ),
    (
        "postgresql:///orders?host=/var/run/postgresql&service=live",
        ServerFields("/var/run/postgresql", database="orders", service="live"),
        "postgresql://%2Fvar%2Frun%2Fpostgresql/orders?service=live",
    ),
    (
        "postgresql://[2001:db8::1]:5432/orders",
        ServerFields("2001:db8::1", "5432", "orders"),
        "postgresql://[2001:db8::1]:5432/orders",
    ),
    (
        "postgresql://%EC%A3%BC%EB%AC%B8@db/%ED%95%9C%EA%B8%80?connect_timeout=3",
        ServerFields("db", database="한글", user="주문", other=(("connect_timeout", "3"),)),
        "postgresql://%EC%A3%BC%EB%AC%B8@db/%ED%95%9C%EA%B8%80?connect_timeout=3",
    ),
    ("", ServerFields(), ""),
]


@pytest.mark.parametrize(("text", "fields", "written"), CASES, ids=[case[2] for case in CASES])
def test_reading_and_writing(text: str, fields: ServerFields, written: str) -> None:
    assert read_address(text) == fields
    assert write_address(fields) == written


def test_a_password_comes_out_of_the_address_and_never_goes_in() -> None:
    fields = read_address("postgresql://mia:p%40ss%3Aword@db/orders?sslpassword=hidden")
    assert fields.password == "p@ss:word"
    assert write_address(fields) == "postgresql://mia@db/orders"
    assert "p@ss" not in repr(fields)
    assert read_address(r"host=db password='it\'s me'").password == "it's me"


@pytest.mark.parametrize("text", ["nonsense", "postgresql://[::1/db", "host=a b"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressUnreadable, match=r"\."):
        read_address(text)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (ServerFields("db", "5432x"), "5432x is no port"),
        (ServerFields("db", "70000"), "70000 is no port"),
        (ServerFields("db1,db2,db3", "1,2"), "one for each"),
        (ServerFields("db1,db2", "1,2"), ""),
        (ServerFields("db1,db2", "1"), ""),
        (ServerFields(), ""),
    ],
)
def test_a_port_that_cannot_be_is_told(fields: ServerFields, told: str) -> None:
    assert told in fields.problem
    assert bool(told) == bool(fields.problem)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("postgresql://db/x", True),
        (" POSTGRES://db/x", True),
        ("service=live", True),
        ("host=db dbname=x", True),
        ("/data/a=b.db", False),
        ("sqlite:///orders.db", False),
        ("name=x.db", False),
        ("", False),
    ],
)
def test_telling_a_server_from_a_file(text: str, server: bool) -> None:
    assert is_server_address(text) is server


_word = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
_name = _word.filter(lambda text: text.strip() == text)
_host = st.text(st.sampled_from("abc019.-/"), min_size=1, max_size=8)


_fields = st.builds(
    ServerFields,
    host=st.lists(_host, min_size=1, max_size=3, unique=True).map(",".join),
    port=st.sampled_from(["", "5432", "6543"]),
    database=_name,
    user=_name,
    service=st.one_of(st.just(""), _name),
    sslmode=st.sampled_from(["", "require", "verify-full"]),
)


@given(_fields)
def test_what_was_written_is_read_again(fields: ServerFields) -> None:
    assert read_address(write_address(fields)) == fields

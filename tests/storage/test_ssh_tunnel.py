"""Through a real SSH server to a real PostgreSQL: every way in, and every way to be refused."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import Cancelled, ConnectionLost, InputInvalid
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.store_form import StoreForm, request_of, wants_password
from inspector.services.tasks import Work
from inspector.storage import ssh_tunnel, tunnels
from inspector.storage.address import parse_address
from inspector.storage.ssh_faults import TunnelFailed
from tests.helpers.ssh import SshServer, make_key, running_ssh_server
from tests.storage.servers import asks, codes, open_and_close, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def running() -> Iterator[SshServer]:
    with running_ssh_server() as server:
        yield server


@pytest.fixture
def bastion(running: SshServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    """The server, with a client that knows it; a test may spoil what the client knows."""
    running.configure()
    running.knows(running.folder / "host_key.pub")
    monkeypatch.setenv(ssh_tunnel.CONFIGURATION, str(running.configuration))
    yield running
    assert not tunnels._SHARED


@pytest.fixture
def behind(shop: str, postgres_server: PostgresServer) -> str:
    """The store as the SSH server reaches it."""
    return f"postgresql://storage_trusted@localhost:{postgres_server.port}/storage_shop"


def refused(address: str, *words: str) -> TunnelFailed:
    with pytest.raises(TunnelFailed) as caught:
        open_and_close(address)
    error = caught.value
    for word in words:
        assert word in f"{error.message} {error.hint}"
    assert error.hint
    assert "debug1" not in f"{error.message} {error.hint}"
    return error


def process_of(server: SshServer) -> int:
    """The child of ours that holds the tunnel."""
    (shared,) = tunnels._SHARED.values()
    assert shared.tunnel is not None
    assert shared.tunnel._child is not None
    return shared.tunnel._child.pid


# -- ways in --------------------------------------------------------------------------------


def test_through_an_alias_of_the_configuration(behind: str, bastion: SshServer) -> None:
    with opened(f"{behind}?ssh=bastion") as store:
        assert store.reader.events.count(None).value == 700
        assert asks(store, "CURRENT_USER::text") == "storage_trusted"
        assert "bastion" in store.connection.report.how
        assert "ssh=bastion" in store.address.display


def test_through_a_named_server_with_a_key(behind: str, bastion: SshServer, tmp_path: Path) -> None:
    odd = tmp_path / "a key 100%h"
    odd.write_bytes(bastion.key.read_bytes())
    odd.chmod(0o600)
    bastion.configure(key=bastion.stranger)
    where = f"{bastion.user}@127.0.0.1:{bastion.port}"
    port = behind.split(":")[2].split("/", maxsplit=1)[0]
    address = f"host=localhost port={port} user=storage_trusted dbname=storage_shop"
    with opened(f"{address} ssh={where} ssh_key='{odd}'") as store:
        assert store.reader.events.count(None).value == 700


def test_a_key_of_the_agent(behind: str, bastion: SshServer, tmp_path: Path) -> None:
    locked = make_key(tmp_path / "locked", "open sesame")
    authorized = bastion.folder / "authorized_keys"
    before = authorized.read_text()
    authorized.write_text(before + locked.with_suffix(".pub").read_text())
    bastion.configure(key=locked)
    try:
        refused(f"{behind}?ssh=bastion", "did not accept", "ssh-add")
        with agent_with(locked, "open sesame", tmp_path) as place:
            bastion.configure(key=locked, agent=place)
            open_and_close(f"{behind}?ssh=bastion")
    finally:
        authorized.write_text(before)


@contextlib.contextmanager
def agent_with(key: Path, passphrase: str, folder: Path) -> Iterator[str]:
    """A real agent that holds a key."""
    answer = folder / "answer"
    answer.write_text(f"#!/bin/sh\necho '{passphrase}'\n")
    answer.chmod(0o700)
    place = folder / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(place)], stdout=subprocess.DEVNULL)
    try:
        while not place.exists():
            time.sleep(0.01)
        asking = {"SSH_AUTH_SOCK": str(place), "SSH_ASKPASS": str(answer), "DISPLAY": ":0"}
        command = ["setsid", "ssh-add", "-q", str(key)]
        subprocess.run(
            command,
            env=os.environ | asking | {"SSH_ASKPASS_REQUIRE": "force"},
            stdin=subprocess.DEVNULL,
            check=True,
        )
        yield str(place)
    finally:
        agent.terminate()
        agent.wait()


def test_through_two_servers(behind: str, bastion: SshServer) -> None:
    """``ProxyJump`` is the configuration's; the second hop is the same server again."""
    bastion.configure(more="Host inner\n  HostName localhost\n  ProxyJump bastion\n")
    words = (bastion.folder / "host_key.pub").read_text().split()[:2]
    with bastion.known_hosts.open("a") as known:
        known.write(f"[localhost]:{bastion.port} {' '.join(words)}\n")
    # The jump is a process of its own, which has to be told the configuration as well.
    open_and_close(f"{behind}?ssh={bastion.user}@inner:{bastion.port}")


def test_tls_is_checked_against_the_database_name(
    behind: str, bastion: SshServer, postgres_server: PostgresServer
) -> None:
    assert postgres_server.certificates is not None
    trusted = f"sslmode=verify-full&sslrootcert={postgres_server.certificates.authority}"
    with opened(f"{behind}?ssh=bastion&{trusted}") as store:
        assert store.connection.report.encrypted is True
    elsewhere = behind.replace("localhost", "127.0.0.1")
    open_and_close(f"{elsewhere}?ssh=bastion&{trusted}")


def test_without_tls_the_local_end_is_for_us_alone(behind: str, bastion: SshServer) -> None:
    with opened(f"{behind}?ssh=bastion&sslmode=disable") as store:
        assert store.reader.events.count(None).value == 700
        assert "not-encrypted" not in codes(store)
        (shared,) = tunnels._SHARED.values()
        assert shared.tunnel is not None
        folder = Path(shared.tunnel.folder)
        assert folder.stat().st_mode & 0o077 == 0
        assert list(folder.rglob(".s.PGSQL.*"))
    assert not folder.exists()


def test_a_socket_of_the_server(
    shop: str, bastion: SshServer, postgres_server: PostgresServer
) -> None:
    folder = postgres_server.socket_folder
    address = f"host={folder} port={postgres_server.port} user=postgres dbname=storage_shop"
    with opened(f"{address} ssh=bastion") as store:
        assert asks(store, "pg_catalog.inet_client_addr()::text") is None


def test_several_hosts(behind: str, bastion: SshServer, postgres_server: PostgresServer) -> None:
    """The first does not answer, so libpq goes to the second, through the same tunnel."""
    address = behind.replace("localhost:", "127.0.0.1:1,localhost:")
    with opened(f"{address}?ssh=bastion") as store:
        assert store.reader.events.count(None).value == 700


def test_a_service(
    behind: str,
    bastion: SshServer,
    tmp_path: Path,
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "services"
    file.write_text(
        f"# mine\n[shop]\nhost=localhost\nport={postgres_server.port}\n"
        "user=storage_trusted\ndbname=storage_shop\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    with opened("service=shop ssh=bastion") as store:
        assert asks(store, "CURRENT_USER::text") == "storage_trusted"


def test_the_password_file_is_asked_for_the_database(
    behind: str,
    bastion: SshServer,
    postgres_server: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "pgpass"
    monkeypatch.setenv("PGPASSFILE", str(file))
    address = behind.replace("storage_trusted", "storage_reader") + "?ssh=bastion"
    port = postgres_server.port
    file.write_text(
        f"other:{port}:*:*:no\nlocalhost:{port}:storage_shop:storage_reader:right-secret\n"
    )
    file.chmod(0o600)
    open_and_close(address)
    file.chmod(0o644)
    with pytest.raises(Exception, match="password"):
        open_and_close(address)


# -- one tunnel for all, and none left -----------------------------------------------------


def test_connections_share_a_tunnel_and_the_last_one_closes_it(
    behind: str, bastion: SshServer
) -> None:
    address = f"{behind}?ssh=bastion"
    with opened(address) as first:
        child = process_of(bastion)
        with opened(address):
            assert process_of(bastion) == child
        assert first.reader.events.count(None).value == 700
        assert process_of(bastion) == child
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_child_does_not_outlive_the_program(behind: str, bastion: SshServer) -> None:
    """Also when the program is killed: Linux ends the child with it."""
    code = (
        "from inspector.storage import tunnels\n"
        "from inspector.storage.address import parse_address\n"
        f"way = tunnels.way_of(parse_address({behind + '?ssh=bastion'!r}))\n"
        "way.parameters()\n"
        "print(way._shared.tunnel._child.pid, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    import sys  # noqa: PLC0415 - only here

    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert program.stdout is not None
    child = int(program.stdout.readline())
    os.kill(child, 0)
    program.kill()
    program.wait()
    program.stdout.close()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{child}/stat").read_text().split(")")[1].split()[0] == "Z":
            break
        time.sleep(0.02)
    else:
        assert not Path(f"/proc/{child}").exists()


# -- a tunnel that dies ---------------------------------------------------------------------


def test_a_tunnel_that_died_is_opened_anew(behind: str, bastion: SshServer) -> None:
    with opened(f"{behind}?ssh=bastion") as store:
        child = process_of(bastion)
        os.kill(child, signal.SIGKILL)
        assert store.reader.events.count(None).value == 700
        assert process_of(bastion) != child


def test_a_tunnel_that_dies_in_the_middle_is_told(behind: str, bastion: SshServer) -> None:
    with opened(f"{behind}?ssh=bastion") as store:
        child = process_of(bastion)
        killing = threading.Timer(0.5, lambda: os.kill(child, signal.SIGKILL))
        killing.start()
        with pytest.raises(ConnectionLost) as caught:
            asks(store, "pg_catalog.pg_sleep(20)::text")
        assert caught.value.hint
        assert store.reader.events.count(None).value == 700


def test_a_server_that_is_gone_is_told_and_then_found_again(
    behind: str, bastion: SshServer
) -> None:
    with opened(f"{behind}?ssh=bastion") as store:
        child = process_of(bastion)
        bastion.stop()
        try:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            with pytest.raises(ConnectionLost, match="SSH server bastion cannot be reached"):
                store.reader.events.count(None)
        finally:
            bastion.start()
        assert store.reader.events.count(None).value == 700


def test_waiting_for_a_server_can_be_stopped(behind: str, bastion: SshServer) -> None:
    """A server that takes the connection and says nothing, as a firewall may."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        work = Work()
        threading.Timer(0.5, work.token.cancel).start()
        address = f"{behind}?ssh=127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Cancelled):
            open_store(OpenRequest(address), work)
    assert not [t for t in threading.enumerate() if t.name == "ssh-tunnel"]


def test_a_server_that_never_lets_in_is_given_up(
    behind: str, bastion: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_tunnel, "PATIENCE", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        refused(f"{behind}?ssh=127.0.0.1:{silent.getsockname()[1]}", "within the time")


def test_a_failed_tunnel_asks_for_no_password(behind: str, bastion: SshServer) -> None:
    form = StoreForm(f"{behind}?ssh=127.0.0.1:1", password="typed before")
    request = request_of(form)
    with pytest.raises(TunnelFailed) as caught:
        open_store(request, Work())
    assert not wants_password(request, caught.value)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux has this option")
def test_a_server_that_vanishes_without_a_word_is_noticed(
    shop: str, postgres_server: PostgresServer
) -> None:
    """What the kernel was told about this connection; an address can say otherwise."""
    for more, wanted in (("", 20_000), (" tcp_user_timeout=7000", 7000)):
        with opened(postgres_server.conninfo("storage_shop", tcp=True) + more) as store:
            number = store.connection._raw.fileno()  # type: ignore[attr-defined]
            with socket.socket(fileno=os.dup(number)) as same:
                assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == wanted
                assert same.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


# -- ways to be refused ---------------------------------------------------------------------


def test_a_server_that_is_not_known(behind: str, bastion: SshServer) -> None:
    bastion.knows(None)
    words = refused(f"{behind}?ssh=bastion", "not known on this computer", "SHA256:")
    assert "trusted" in words.message
    assert not bastion.known_hosts.read_text()


def test_no_configuration_lets_an_unknown_server_in(behind: str, bastion: SshServer) -> None:
    bastion.knows(None)
    for word in ("no", "accept-new"):
        bastion.configure(more=f"StrictHostKeyChecking {word}\n")
        refused(f"{behind}?ssh=bastion", "not known on this computer")
        assert not bastion.known_hosts.read_text()


def test_a_server_with_another_key(behind: str, bastion: SshServer) -> None:
    bastion.knows(bastion.stranger.with_suffix(".pub"))
    refused(f"{behind}?ssh=bastion", "shows another host key", "ssh-keygen -R", "SHA256:")


def test_a_key_that_is_not_let_in(behind: str, bastion: SshServer) -> None:
    bastion.configure(key=bastion.stranger)
    refused(f"{behind}?ssh=bastion", "did not accept", "publickey")
    refused(f"{behind}?ssh=bastion&ssh_key={bastion.stranger}", "did not accept", "publickey")


def test_a_key_that_others_may_read(behind: str, bastion: SshServer, tmp_path: Path) -> None:
    open_key = tmp_path / "open"
    open_key.write_bytes(bastion.key.read_bytes())
    open_key.chmod(0o644)
    bastion.configure(key=bastion.stranger)
    refused(f"{behind}?ssh=bastion&ssh_key={open_key}", "read by others", "chmod 600")


def test_a_database_that_does_not_answer(behind: str, bastion: SshServer) -> None:
    nobody = "postgresql://storage_trusted@localhost:1/storage_shop"
    refused(f"{nobody}?ssh=bastion", "not the database behind it", "Connection refused")


def test_a_server_that_does_not_forward(
    behind: str, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_ssh_server("AllowTcpForwarding no") as closed:
        monkeypatch.setenv(ssh_tunnel.CONFIGURATION, str(closed.configuration))
        refused(f"{behind}?ssh=bastion", "does not forward", "AllowTcpForwarding")


def test_nobody_at_the_port(behind: str, bastion: SshServer) -> None:
    refused(f"{behind}?ssh=127.0.0.1:1", "cannot be reached", "Connection refused")


def test_a_name_that_nobody_knows(behind: str, bastion: SshServer) -> None:
    refused(f"{behind}?ssh=nobody.invalid", "cannot be reached", "resolve")


def test_a_configuration_with_a_mistake(behind: str, bastion: SshServer) -> None:
    bastion.configure(more="NoSuchOption yes\n")
    refused(f"{behind}?ssh=bastion", "configuration", "nosuchoption")


def test_no_ssh_at_all(
    behind: str, bastion: SshServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused(f"{behind}?ssh=bastion", "program ssh is not on this computer", "openssh-client")


def test_a_port_taken_by_the_configuration(behind: str, bastion: SshServer) -> None:
    bastion.configure(more=f"LocalForward 127.0.0.1:{bastion.port} localhost:1\n")
    refused(f"{behind}?ssh=bastion", "is taken")


@pytest.mark.parametrize(
    "hop",
    [
        "-oProxyCommand=touch%20SPOILED",
        "x@-oProxyCommand=touch%20SPOILED",
        "-lroot@bastion",
        "bastion;touch%20SPOILED",
        "$(touch%20SPOILED)",
        "`touch%20SPOILED`",
        "a%0Ab",
        "a%20b",
        "bastion:0",
        "bastion:65536",
        "bastion:22:22",
        "user@",
        "@host",
        "[::1",
        "host|x",
        "'host'",
    ],
)
def test_what_is_no_server_reaches_no_program(
    hop: str, bastion: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not the shell that a configuration of the user's hands the name to."""
    monkeypatch.chdir(tmp_path)
    bastion.configure(more="Host *\n  ProxyCommand sh -c 'echo %h >SPOILED'\n")
    with pytest.raises(InputInvalid, match="names no SSH server"):
        parse_address(f"postgresql://db/shop?ssh={hop}")
    assert not list(tmp_path.iterdir())


def test_a_key_needs_a_server_and_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="no SSH server"):
        parse_address(f"postgresql://db/shop?ssh_key={tmp_path}")
    with pytest.raises(InputInvalid, match="There is no SSH key"):
        parse_address(f"postgresql://db/shop?ssh=bastion&ssh_key={tmp_path}/none")
    with pytest.raises(InputInvalid, match="There is no SSH key"):
        parse_address(f"postgresql://db/shop?ssh=bastion&ssh_key={tmp_path}")


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://mia@db:5433/orders?ssh=me@bastion:2222&sslmode=require",
        "host=db dbname='or ders' ssh=me@[::1]:22 user=mia",
        "ssh=bastion service=orders",
    ],
)
def test_an_address_is_read_and_written(text: str) -> None:
    address = parse_address(text)
    again = parse_address(address.text)
    assert again == address
    assert "ssh" in address.display
    assert "ssh" not in address.connect_parameters()

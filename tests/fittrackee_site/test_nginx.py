"""deploy/nginx.conf in a real nginx, in front of the real site."""

import getpass
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.models import User
from instance.models import AppConfiguration
from tests.factories import first_party, make_recording_bytes, make_user
from tests.running import free_port, wait_until
from tests.running_server import ROOT, Caller, Reply, running, running_site
from workouts.models import Workout

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
NAME = "log.example.org"
MIB = 1024 * 1024
LIMIT_MIB = 30

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@dataclass
class Door:
    """nginx's port, and that of the site behind it."""

    port: int
    site: int
    log: Path

    def call(self, source: str = "127.0.0.1", port: int | None = None) -> Caller:
        """A connection with TLS to nginx."""
        caller = Caller(port or self.port, source)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        caller.socket = context.wrap_socket(caller.socket)
        return caller

    def ask(
        self,
        path: str,
        *lines: str,
        source: str = "127.0.0.1",
        method: str = "GET",
        body: bytes = b"",
    ) -> Reply:
        with self.call(source) as caller:
            caller.head(method, path, *lines, f"Content-Length: {len(body)}")
            caller.send(body)
            return caller.reply(method)


def make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    builder = builder.not_valid_before(now - timedelta(days=1))
    certificate = builder.not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "privkey.pem").write_bytes(private)


def write_configuration(folder: Path, port: int, plain_port: int, site: int) -> Path:
    """deploy/nginx.conf with ports and paths of this machine, in the frame that Debian gives it."""
    ours = (ROOT / "deploy" / "nginx.conf").read_text()
    for pattern, replacement in {
        r"\n    listen \[::\].*;": "",
        r"listen 443 ssl http2": f"listen 127.0.0.1:{port} ssl",
        r"listen 80;": f"listen 127.0.0.1:{plain_port};",
        r"server 127\.0\.0\.1:8000": f"server 127.0.0.1:{site}",
        r"/etc/letsencrypt/live/log\.example\.org|/var/log/nginx": str(folder),
        r"client_max_body_size 256m": f"client_max_body_size {LIMIT_MIB}m",
    }.items():
        ours, count = re.subn(pattern, replacement, ours)
        assert count, f"nothing in deploy/nginx.conf is like {pattern}"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    # As root it would give its processes to somebody who can't write here.
    frame = [
        f"user {getpass.getuser()};",
        f"pid {folder}/nginx.pid;",
        f"error_log {folder}/error.log;",
        "events {}",
        f"http {{ access_log off; {temporary} {ours} }}",
    ]
    path = folder / "nginx.conf"
    path.write_text("\n".join(frame))
    return path


@pytest.fixture(scope="module")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `prepare` collects for a site that is not being developed."""
    folder = tmp_path_factory.mktemp("static")
    environment = os.environ | {"DATA_DIR": str(folder), "SECRET_KEY": "only-for-tests" * 4}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, check=True, env=environment)
    return folder / "static"


@pytest.fixture
def owner(transactional_db) -> User:
    return make_user("alice")


@contextmanager
def nginx(folder: Path, site: int) -> Iterator[Door]:
    """nginx in front of the site at port `site`."""
    make_certificate(folder)
    port = free_port()
    configuration = write_configuration(folder, port, free_port(), site)
    with running([str(NGINX), "-c", str(configuration), "-g", "daemon off;"], port, {}):
        yield Door(port, site, folder / "fittrackee.log")


@pytest.fixture
def door(owner: User, static_files: Path, tmp_path: Path) -> Iterator[Door]:
    (tmp_path / "static").symlink_to(static_files)
    folder = tmp_path / "nginx"
    folder.mkdir()
    environment = {
        "BEHIND_PROXY": "true",
        "SITE_URL": f"https://{NAME}",
        "ALLOWED_HOSTS": f"{NAME},127.0.0.1",
        "MAX_REQUEST_MIB": str(LIMIT_MIB),
        "API_RATE_LIMITS": "5 per 1 day",
    }
    with running_site(tmp_path, **environment) as site, nginx(folder, site.port) as door:
        yield door


def connections_to(port: int) -> int:
    """How many connections end at `port` of this machine."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return sum(
        remote.endswith(f":{port:04X}") and state == "01" for _, _, remote, state, *_ in fields
    )


def authorization(user: User) -> str:
    return f"Authorization: {first_party(user)['Authorization']}"


def upload(door: Door, user: User, file: bytes) -> Reply:
    parts = [
        b'--xx\r\nContent-Disposition: form-data; name="data"\r\n\r\n{"sport_id": 1}\r\n',
        b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.gpx"\r\n\r\n',
        file + b"\r\n--xx--\r\n",
    ]
    kind = "Content-Type: multipart/form-data; boundary=xx"
    body = b"".join(parts)
    return door.ask("/api/workouts", authorization(user), kind, method="POST", body=body)


def test_a_site_that_is_down_is_said_so(tmp_path):
    with nginx(tmp_path, site=free_port()) as door:
        reply = door.ask("/api/ping")
    assert (reply.status, reply.headers["Retry-After"]) == (503, "10")
    assert json.loads(reply.body)["status"] == "error"


def test_the_site_is_there_and_knows_its_scheme(door):
    page = door.ask("/login")
    assert page.status == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert "Secure" in page.headers["Set-Cookie"]
    metadata = json.loads(door.ask("/.well-known/oauth-authorization-server").body)
    assert metadata["issuer"] == f"https://{NAME}"


def test_static_files_come_through_with_a_long_life(door):
    page = door.ask("/login").body.decode()
    path = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    style = door.ask(path)
    assert (style.status, style.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert "immutable" in style.headers["Cache-Control"]


def test_bodies_that_never_end_do_not_reach_the_site(door):
    with ExitStack() as stack:
        for _ in range(30):
            caller = stack.enter_context(door.call())
            caller.head("POST", "/login", "Content-Length: 1000000", "Expect: 100-continue")
            assert b"100 Continue" in caller.socket.recv(1000)
            caller.send(b"begun")
        assert [door.ask("/api/config").status for _ in range(3)] == [200] * 3
        assert connections_to(door.site) < 30


def test_one_address_has_so_many_connections(door):
    with ExitStack() as stack:
        for _ in range(50):
            caller = stack.enter_context(door.call("127.0.0.2"))
            caller.head("POST", "/login", "Content-Length: 1000000", "Expect: 100-continue")
            assert b"100 Continue" in caller.socket.recv(1000)
        refused = door.ask("/api/config", source="127.0.0.2")
        assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
        assert json.loads(refused.body)["message"] == "too many requests at once, try again soon"
        assert door.ask("/api/config", source="127.0.0.3").status == 200


def test_the_largest_request_is_the_same_for_both(door):
    just_right = b"x" * (LIMIT_MIB * MIB)
    assert door.ask("/api/auth/login", method="POST", body=just_right).status == 400
    assert refused_size(door.call, door.port) == refused_size(Caller, door.site)


def refused_size(call, port: int) -> tuple[int, str]:
    """What is said to somebody who announces a byte too much."""
    with call(port=port) as caller:
        caller.head("POST", "/api/auth/login", f"Content-Length: {LIMIT_MIB * MIB + 1}")
        reply = caller.reply()
        assert json.loads(reply.body)["message"].startswith("the request is larger than ")
        return reply.status, json.loads(reply.body)["status"]


def test_a_recording_of_twenty_mebibytes_arrives(door, owner):
    AppConfiguration.objects.update_or_create(defaults={"max_file_size": 25 * MIB})
    file = make_recording_bytes().replace(b"<trk>", b" " * (20 * MIB) + b"<trk>")
    assert upload(door, owner, file).status == 201
    with Workout.objects.get().recording.file.open("rb") as stored:
        assert stored.read() == file


def test_each_address_has_limits_of_its_own(door):
    def call(source: str, *lines: str) -> int:
        return door.ask("/api/ping", *lines, source=source).status

    assert [call("127.0.0.2") for _ in range(6)] == [200] * 5 + [429]
    assert call("127.0.0.3") == 200
    for number, name in enumerate(
        ["X-Forwarded-For", "X_Forwarded_For", "X-Real-IP", "Forwarded", "X-Client-IP"]
    ):
        assert call("127.0.0.2", f"{name}: 192.0.2.{number}") == 429


def test_invented_hosts_and_schemes_change_nothing(door):
    lines = ["X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example", "Forwarded: host=evil"]
    page = door.ask("/login", *lines)
    assert "Strict-Transport-Security" in page.headers  # so it was HTTPS to the site
    assert b"evil" not in page.body


def test_a_request_has_one_number_in_the_log_and_in_the_answer(door):
    assert (
        door.ask("/api/ping", "X-Request-ID: abcdef-0123").headers["X-Request-ID"] == "abcdef-0123"
    )
    invented = door.ask("/login?token=secret", 'X-Request-ID: "><script>').headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", invented)
    log = log_of(door, lines=2)
    assert "abcdef-0123" in log
    assert invented in log
    assert "secret" not in log


def log_of(door: Door, *, lines: int) -> str:
    """The log, which gets its line after the answer has been sent."""
    wait_until(lambda: door.log.read_text().count("\n") >= lines)
    return door.log.read_text()

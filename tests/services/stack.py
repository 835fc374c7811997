"""The whole stack on the loopback address: two nodes, PostgreSQL, Redis, and nginx in front of them.

The nodes share what the documentation for operations says that nodes share, and nothing else: each has a
folder of its own. Every part can be stopped and started again while the others run:

    with running_stack(folder) as stack:
        visitor = stack.visitor()
        assert visitor.get("/").status == 200
        stack.nodes[0].stop()      # as a service manager stops it; kill() is kill -9 of all its processes
        stack.database.stop()      # and start()
        stack.redis.stop()
"""

import contextlib
import http.client
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.reading import Element, parse
from tests.services.nginx import Nginx, running_nginx
from tests.services.portal import MANAGE, ROOT, free_port, production_environment
from tests.services.postgresql import PostgreSQL, running_postgresql
from tests.services.redis import Redis, running_redis

SECONDS_TO_START = 90
SECONDS_TO_STOP = 45
SECONDS_OF_IDLENESS = 1
"""After so long a visitor connects anew, as browsers do when the server has hung up."""
POPULATION = ROOT / "sodertorn" / "data" / "population.csv"
Commands = tuple[tuple[str, ...], ...]
ROWS: Commands = (
    ("migrate",),
    ("load_plan",),
    ("load_pages",),
    ("load_indicators",),
    ("load_accessibility",),
    ("load_population", str(POPULATION)),
)
STATIC: Commands = (("collectstatic", "--noinput"),)
IN_ONE_PROCESS = """
import ast, sys, django
from django.core.management import call_command
django.setup()
for command in ast.literal_eval(sys.argv[1]):
    call_command(*command, verbosity=0)
"""


@dataclass(frozen=True)
class Got:
    """An answer, as it came; `encoding` is what its body is compressed with."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def page(self) -> Element:
        return parse(self.text)


class Visitor:
    """Someone with a browser: keeps cookies and the connection. Each thread needs one of its own."""

    def __init__(self, url: str, trust: ssl.SSLContext | None, headers: dict[str, str]) -> None:
        self.url = url
        self.cookies: dict[str, str] = {}
        self._headers = headers
        self._used = time.monotonic()
        address = urlsplit(url)
        # Also who comes past nginx says that it came from there.
        self._origin = f"https://{headers.get('Host', address.netloc)}"
        assert address.hostname
        if address.scheme == "https":
            self._connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                address.hostname, address.port, timeout=60, context=trust
            )
        else:
            self._connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        # When nobody knows the visitor any more, the connection is closed and not only lost.
        weakref.finalize(self, self._connection.close)

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str, **headers: str) -> Got:
        return self.ask(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def post(self, path: str, fields: dict[str, str]) -> Got:
        """Send a form from a page of the portal."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{self._origin}{path}"}
        return self.ask("POST", path, urlencode(fields).encode(), headers)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Got:
        sent = {**self._headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if time.monotonic() - self._used > SECONDS_OF_IDLENESS:
            self._connection.close()
        self._used = time.monotonic()
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            content = response.read()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                for key, cookie in SimpleCookie(value).items():
                    self.cookies[key] = cookie.value
        return Got(response.status, dict(response.getheaders()), content)

    def fields_of(self, path: str, form: str) -> dict[str, str]:
        """What the fields of a form hold when its page is opened, as a browser would send them back."""
        fields: dict[str, str] = {}
        shown = self.get(path)
        assert shown.status == 200, f"{path}: {shown.status}"
        for element in shown.page.one("form", id=form).elements():
            name, kind = element.attributes.get("name", ""), element.attributes.get("type", "text")
            if element.tag == "input" and name and kind not in ("submit", "file", "button"):
                if kind not in ("checkbox", "radio") or "checked" in element.attributes:
                    fields[name] = element.attributes.get("value", "")
            elif element.tag == "textarea" and name:
                fields[name] = "".join(child for child in element.children if isinstance(child, str))[1:]
            elif element.tag == "select" and name:
                chosen = [each for each in element.all("option") if "selected" in each.attributes]
                fields[name] = chosen[0].attributes["value"] if chosen else ""
        return fields

    def sign_in(self, name: str, password: str) -> Got:
        """Give a name and a password at the sign-in page; the answer to the form."""
        page = self.get("/konto/logga-in/").page
        token = page.all("input", name="csrfmiddlewaretoken")[0].attributes["value"]
        return self.post(
            "/konto/logga-in/", {"csrfmiddlewaretoken": token, "login": name, "password": password}
        )


@dataclass
class Node:
    """A portal under gunicorn, as its service unit starts it."""

    name: str
    folder: Path
    port: int
    environment: dict[str, str]
    host: str = ""
    """What visitors call the portal, whichever node answers."""
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.folder / "serve.log"
        with log.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn"],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Node {self.name} did not start:\n{log.read_text()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            with contextlib.closing(connection):
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
        return False

    def stop(self) -> None:
        """Ask it to end when it has answered what it has been asked, and wait for that."""
        self.signal(signal.SIGTERM)

    def kill(self) -> None:
        """End all its processes at once."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        if number == signal.SIGKILL:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        try:
            self.process.wait(timeout=SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise
        finally:
            self.process = None

    def workers(self) -> list[int]:
        """The ids of the processes that answer."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(each) for each in children.split()]

    def visitor(self) -> Visitor:
        """Someone who comes to this node past nginx, with what nginx would have said."""
        said = {"Host": self.host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        return Visitor(f"http://127.0.0.1:{self.port}", None, said)


@dataclass
class Stack:
    """All that runs; `url` is where visitors come."""

    nodes: list[Node]
    database: PostgreSQL
    redis: Redis
    nginx: Nginx
    folder: Path

    @property
    def url(self) -> str:
        return self.nginx.url

    def visitor(self) -> Visitor:
        """Someone who comes through nginx."""
        return Visitor(self.url, self.nginx.trust(), {})

    def manage(self, *arguments: str, typed: str = "", node: int = 0) -> str:
        """Run a management command on a node, and return what it printed."""
        result = subprocess.run(
            [*MANAGE, *arguments],
            env=self.nodes[node].environment,
            capture_output=True,
            text=True,
            input=typed,
            check=False,
        )
        if result.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)}:\n{result.stderr}")
        return result.stdout

    def make_account(self, name: str, password: str, role: str = "sekretariat") -> None:
        options = ("--username", name, "--email", f"{name}@example.se", "--role", role, "--password-stdin")
        self.manage("create_staff", *options, typed=f"{password}\n")


def fill(node: Node, commands: Commands = ROWS + STATIC) -> None:
    """Make the tables, load what is shipped, and collect the static files: what `manage.py serve` does."""
    result = subprocess.run(
        [sys.executable, "-c", IN_ONE_PROCESS, repr(commands)],
        env=node.environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"The portal could not be filled:\n{result.stderr}")


@contextlib.contextmanager
def running_stack(folder: Path, *, with_limits: bool = False, **variables: str) -> Iterator[Stack]:
    """The stack with the plan loaded, until the block ends; `variables` are added to the nodes' environment.

    Staff need no second factor here: the tests sign in with forms. What nginx limits for each address is
    unlimited, unless asked for.
    """
    media = folder / "media"
    media.mkdir()
    with running_postgresql() as database, running_redis() as redis, contextlib.ExitStack() as running:
        nodes = []
        for name in ("a", "b"):
            own = folder / name
            own.mkdir()
            (own / "media").symlink_to(media)
            port = free_port()
            environment = production_environment(
                own,
                **{
                    "PORT": str(port),
                    "DATABASE_URL": database.url,
                    "REDIS_URL": redis.url,
                    "HTTPS": "true",
                    "SECOND_FACTOR_REQUIRED": "false",
                    **variables,
                },
            )
            nodes.append(Node(name, own, port, environment))
        nginx = running.enter_context(
            running_nginx(folder / "nginx", [node.port for node in nodes], with_limits=with_limits)
        )
        stack = Stack(nodes, database, redis, nginx, folder)
        fill(nodes[0])
        for node in nodes[1:]:
            shutil.copytree(nodes[0].folder / "static", node.folder / "static", dirs_exist_ok=True)
        for node in nodes:
            node.host = f"127.0.0.1:{nginx.port}"
            running.callback(node.kill)
            node.start()
        yield stack

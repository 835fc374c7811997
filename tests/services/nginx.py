"""A real nginx with the configuration from `deploy/`, on the loopback address and in a folder of its own."""

import contextlib
import shutil
import signal
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.services.certificate import make_certificate
from tests.services.portal import ROOT, answers, free_port
from tests.services.programs import Unavailable, apt_install, runs_as_root

ADVICE = "Installera nginx, till exempel: apt install nginx"
CONFIGURATION = ROOT / "deploy" / "nginx"
MAIN = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    types {{ text/html html; }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include conf.d/*.conf;
}}
"""
NAME = """
listen 127.0.0.1:{port} ssl http2;
listen 127.0.0.1:{http_port};
server_name 127.0.0.1;
ssl_certificate {folder}/certificate.pem;
ssl_certificate_key {folder}/key.pem;
access_log {folder}/portal.log portal;
client_max_body_size 251000000;
"""
PLACES = {
    "/var/cache/nginx": "cache",
    "/etc/nginx/portal/pages": "portal/pages",
}
"""Folders that the configuration names, and where they are in the test's folder."""


def nginx_program() -> str:
    """The path of nginx, installed first if need be."""
    path = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if path is None and apt_install("nginx"):
        path = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if path is None:
        raise Unavailable(f"nginx finns inte på datorn och gick inte att installera. {ADVICE}")
    return path


@dataclass
class Nginx:
    """A server in front of nodes; `url` is https, and `trust` holds its certificate."""

    program: str
    folder: Path
    port: int
    http_port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def write(self, node_ports: list[int], *, with_limits: bool) -> None:
        """The configuration as it is shipped; only ports, folders and the name are those of the test.

        Without limits, since all that the tests ask comes from one address.
        """
        shutil.copytree(CONFIGURATION / "portal", self.folder / "portal")
        (self.folder / "conf.d").mkdir()
        text = (CONFIGURATION / "portal.conf").read_text("utf-8")
        for place, name in PLACES.items():
            assert place in text, place
            (self.folder / name).mkdir(exist_ok=True)
            text = text.replace(place, str(self.folder / name))
        if not with_limits:
            text = text.replace("limit_req zone", "# limit_req zone")
            text = text.replace("limit_conn portal", "# limit_conn portal")
        (self.folder / "conf.d" / "portal.conf").write_text(text, "utf-8")
        nodes = (CONFIGURATION / "portal" / "nodes.conf").read_text("utf-8")
        (shipped,) = [line for line in nodes.splitlines() if line.strip().startswith("server ")]
        servers = [shipped.replace("127.0.0.1:8000", f"127.0.0.1:{port}") for port in node_ports]
        (self.folder / "portal" / "nodes.conf").write_text(nodes.replace(shipped, "\n".join(servers)))
        name = NAME.format(port=self.port, http_port=self.http_port, folder=self.folder)
        (self.folder / "portal" / "name.conf").write_text(name)
        # Its workers read and write the folder as the user that it is given.
        user = "user root;" if runs_as_root() else ""
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder, user=user))
        make_certificate(self.folder / "certificate.pem", self.folder / "key.pem", "127.0.0.1")

    def command(self, *options: str) -> list[str]:
        return [self.program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *options]

    def check(self) -> str:
        """What `nginx -t` says of the configuration; it must be taken."""
        result = subprocess.run(
            self.command("-t"), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise RuntimeError(f"nginx does not take the configuration:\n{result.stderr}")
        return result.stderr

    def start(self) -> None:
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, start_new_session=True)
        while not answers(f"http://127.0.0.1:{self.http_port}/.well-known/acme-challenge/"):
            if self.process.poll() is not None:
                raise RuntimeError(f"nginx did not start:\n{(self.folder / 'error.log').read_text()}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.terminate()
                self.process.wait()
            self.process = None

    def log(self) -> list[str]:
        """Lines of the access log."""
        return (self.folder / "portal.log").read_text().splitlines()


@contextlib.contextmanager
def running_nginx(folder: Path, node_ports: list[int], *, with_limits: bool = False) -> Iterator[Nginx]:
    """Serve what the nodes on these ports answer, until the block ends."""
    folder.mkdir()
    server = Nginx(nginx_program(), folder, free_port(), free_port())
    server.write(node_ports, with_limits=with_limits)
    server.check()
    try:
        server.start()
        yield server
    finally:
        server.stop()

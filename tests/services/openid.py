"""A small OpenID Connect service, as organisations have for their sign-in: discovery, keys, tokens, persons.

It asks nobody for a password: whoever comes is the person that the test has said.
"""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID = "portalen"
CLIENT_SECRET = "only-for-tests"


@dataclass
class OpenId:
    """A running service. `claims` is what it says of whoever comes; `refuses` makes it say no to everyone."""

    url: str
    claims: dict[str, Any] = field(default_factory=dict)
    refuses: bool = False
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.nonce: str | None = None

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": "1", "use": "sig", "alg": "RS256"}]}

    def token(self) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **self.claims}
        if self.nonce:
            claims["nonce"] = self.nonce
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def authorize(self, question: dict[str, list[str]]) -> str:
        """Where the person is sent back to."""
        self.nonce = question.get("nonce", [None])[0]
        answer = {"state": question["state"][0]}
        answer |= {"error": "access_denied"} if self.refuses else {"code": "one-time"}
        return f"{question['redirect_uri'][0]}?{urlencode(answer)}"


@contextlib.contextmanager
def running_openid(port: int) -> Iterator[OpenId]:
    """Serve until the block ends."""
    service = OpenId(f"http://127.0.0.1:{port}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            service.asked.append(address.path)
            if address.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", service.authorize(parse_qs(address.query)))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            answers = {
                "/.well-known/openid-configuration": service.discovery,
                "/jwks": service.jwks,
                "/userinfo": lambda: service.claims,
            }
            self.answer(answers[address.path]())

        def do_POST(self) -> None:
            service.asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(service.token())

        def answer(self, value: dict[str, Any]) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

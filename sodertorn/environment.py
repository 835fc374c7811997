"""The environment, read strictly: a value that can't be right ends the program with one line that names it.

A leaf, imported by the settings before Django is ready, so it uses nothing of Django. A wrong value is never
replaced by a guess (`DEBUG=banana` must not silently mean "off"), and nothing is said with a traceback,
because the reader is whoever runs the portal and not whoever wrote it. Run as a module it writes the first
`.env`.
"""

import os
import re
import secrets
import sys
import warnings
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

import environ

TRUE_WORDS = frozenset({"1", "true", "yes", "on", "ja", "på"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", "nej", "av"})
SECRET_KEY_LENGTH = 50
DEBUG_SECRET_KEY = "only-for-development-never-for-a-portal-that-others-can-reach"  # noqa: S105
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgres")
EMAIL_SCHEMES = ("smtp", "smtp+tls", "smtp+ssl", "consolemail")
ENV_LINE = re.compile(r"(?:export )?[A-Za-z_][A-Za-z_0-9]*=.*")
HOST_NAME = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")

env = environ.Env()


def stop(name: str, problem: str) -> NoReturn:
    """End the program: `SystemExit` with a text is printed as that one line, and the exit code is 1."""
    raise SystemExit(f"Fel i inställningen {name}: {problem}")


def read_file(path: Path) -> None:
    """Add the variables of a `.env` file to the environment; a variable that is already set there wins.

    django-environ passes over a line that it can't read. Here such a line stops the start, since the variable
    on it would otherwise keep its default without anyone noticing.
    """
    if not path.exists():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SystemExit(f"Filen {path.name} går inte att läsa; den ska vara en textfil i UTF-8.") from None
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text and not text.startswith("#") and not ENV_LINE.fullmatch(line):
            name = re.split(r"[\s=:]", text.removeprefix("export "))[0][:40]
            raise SystemExit(
                f"Fel i {path.name} rad {number} ({name}): skriv NAMN=värde, utan mellanslag före =."
            )
    env.read_env(path)


def boolean(name: str, *, default: bool) -> bool:
    """A switch: true or false in English or Swedish words, or 1 or 0; an empty value is the default."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if value.lower() in TRUE_WORDS:
        return True
    if value.lower() in FALSE_WORDS:
        return False
    stop(name, f'"{value}" går inte att tolka; skriv true eller false.')


def secret_key(*, debug: bool) -> str:
    """The signing key. It is never shown in a message, and only development may do without one."""
    value = os.environ.get("SECRET_KEY", "").strip()
    if debug:
        return value or DEBUG_SECRET_KEY
    if not value:
        stop(
            "SECRET_KEY", f"den saknas; skriv en slumpad nyckel med minst {SECRET_KEY_LENGTH} tecken i .env."
        )
    if len(value) < SECRET_KEY_LENGTH or len(set(value)) < 5 or value == DEBUG_SECRET_KEY:
        stop(
            "SECRET_KEY",
            f"nyckeln är för svag; skriv en slumpad nyckel med minst {SECRET_KEY_LENGTH} tecken.",
        )
    return value


def hosts(name: str, *, default: list[str]) -> list[str]:
    """Names that the portal answers to, separated by commas, without scheme or port."""
    if name not in os.environ:
        return default
    values = [host.strip() for host in os.environ[name].split(",") if host.strip()]
    if not values:
        stop(name, "listan är tom; skriv värdnamn med kommatecken emellan, till exempel portal.example.se.")
    for value in values:
        if not HOST_NAME.fullmatch(value):
            stop(name, f'"{value}" är inget värdnamn; skriv bara namnet, till exempel portal.example.se.')
    return values


def port(name: str = "PORT", *, default: int = 8000) -> int:
    """A TCP port."""
    value = os.environ.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        stop(name, f'"{value}" är ingen port; skriv ett tal mellan 1 och 65535, till exempel 8000.')
    return int(value)


def megabytes(name: str, *, default: int) -> int:
    """A size, written in whole megabytes, as bytes."""
    value = os.environ.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,4}", value) or int(value) == 0:
        stop(name, f'"{value}" är ingen storlek; skriv ett helt antal megabyte mellan 1 och 9999.')
    return int(value) * 1_000_000


def database(name: str, *, default: Path, base: Path) -> dict[str, object]:
    """A Django database from an address, or SQLite in the default file. A relative path in an address is
    counted from `base`, not from where one stands.

    Only the two databases that the tests run on are accepted. The address is never shown: it may hold a
    password.
    """
    url = os.environ.get(name, "").strip()
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in DATABASE_SCHEMES or not rest:
        stop(
            name,
            "skriv en adress som börjar med sqlite:/// eller postgresql://användare:lösenord@värd/databas.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            config: dict[str, object] = dict(env.db_url_config(url))
    except (ValueError, TypeError, UserWarning):
        stop(name, "adressen går inte att tolka; tecken som / : @ # i lösenordet skrivs som %2F %3A %40 %23.")
    if scheme == "sqlite":
        if config["NAME"] == ":memory:":
            stop(name, "skriv också filens namn, till exempel sqlite:///var/portal.sqlite3.")
        config["NAME"] = str(base / str(config["NAME"]))
    elif not config["NAME"]:
        stop(name, "databasens namn saknas; skriv postgresql://användare:lösenord@värd/databas.")
    return config


def connections_in_pool(name: str) -> int:
    """How many connections to PostgreSQL each process keeps for its threads to share; 0 for no pool."""
    value = text(name, default="0")
    if not re.fullmatch(r"[0-9]{1,3}", value):
        stop(name, f'"{value}" är inget antal; skriv hur många förbindelser varje process får ha, som 4.')
    return int(value)


def text(name: str, *, default: str) -> str:
    """Any text; an empty one is the default."""
    return os.environ.get(name, "").strip() or default


def public_key(name: str) -> str:
    """A public key in age's format, as `manage.py backup_key` prints it; an empty text is none."""
    key = text(name, default="")
    if key and not re.fullmatch(r"age1[a-z0-9]{58}", key):
        stop(name, "skriv den publika nyckeln, som börjar med age1 (manage.py backup_key gör en).")
    return key


def web_address(name: str, *, default: str) -> str:
    """The address of a service that is asked over http or https."""
    address = text(name, default=default)
    if not re.fullmatch(r"https?://[^\s/]+\S*", address):
        stop(name, f'"{address}" är ingen webbadress; skriv hela adressen, till exempel {default}.')
    return address


def redis_url(name: str) -> str:
    """Where Redis is, if it is used. The address is never shown: it may hold a password."""
    address = text(name, default="")
    if address and not re.fullmatch(r"(rediss?|unix)://\S+", address):
        stop(name, "skriv en adress som redis://:lösenord@värd:6379/0.")
    return address


def service_address(name: str, *, example: str) -> str:
    """The address of a service that the portal can do without; empty without one.

    It is never shown: it may hold a password.
    """
    address = text(name, default="")
    if address and not re.fullmatch(r"https?://[^\s/]+\S*", address):
        stop(name, f"adressen går inte att tolka; skriv hela, till exempel {example}, eller ingen alls.")
    return address


def email(name: str, *, debug: bool) -> dict[str, object]:
    """Django's settings for sending mail, from an address; none of them if the portal can't send mail.

    In development mail is written to the terminal instead. The address is never shown: it may hold a
    password.
    """
    url = os.environ.get(name, "").strip() or ("consolemail://" if debug else "")
    if not url:
        return {}
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in EMAIL_SCHEMES or (scheme != "consolemail" and not rest):
        stop(name, "skriv en adress som smtp+tls://användare:lösenord@värd:587.")
    try:
        config = env.email_url_config(url)
    except (ValueError, TypeError):
        stop(name, "adressen går inte att tolka; tecken som / : @ # i lösenordet skrivs som %2F %3A %40 %23.")
    return {key: value for key, value in config.items() if value is not None} | {"EMAIL_TIMEOUT": 10}


def log_format(name: str) -> str:
    """How the log is written: "text" for people, or "json" for programs."""
    value = text(name, default="text")
    if value not in ("text", "json"):
        stop(name, f'"{value}" går inte att tolka; skriv text eller json.')
    return value


def email_address(name: str) -> str:
    """Whom to write to; empty for nobody."""
    address = text(name, default="")
    if address and not re.fullmatch(r"[^@\s,]+@[^@\s,]+", address):
        stop(name, f'"{address}" är ingen e-postadress; skriv en enda, till exempel drift@example.se.')
    return address


def token(name: str) -> str:
    """A secret that a program shows; empty for none. It is never shown in a message."""
    value = text(name, default="")
    if value and not re.fullmatch(r"[!-~]{20,}", value):
        stop(name, "skriv minst 20 slumpade tecken, utan mellanslag och å, ä och ö.")
    return value


def object_storage(name: str) -> dict[str, object]:
    """Options of a store for documents that speaks S3; none of them without one.

    `s3://key:secret@host:port/bucket`, where `?region=` is said if the store wants it, and `?https=false` for
    a store on the same closed network. The address is never shown: it holds a secret.
    """
    url = text(name, default="")
    if not url:
        return {}
    example = "skriv en adress som s3://nyckel:hemlighet@lagring.example.se/hink?region=eu-north-1."
    try:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        address = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    except ValueError:
        stop(name, example)
    bucket = parts.path.strip("/")
    is_whole = parts.scheme == "s3" and parts.hostname and parts.username and parts.password
    if not is_whole or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        stop(name, example)
    if query.keys() - {"region", "https"} or query.get("https", "true") not in ("true", "false"):
        stop(name, "efter frågetecknet får bara region=… och https=false stå.")
    scheme = "http" if query.get("https") == "false" else "https"
    return {
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "endpoint_url": f"{scheme}://{address}",
        "bucket_name": bucket,
        "region_name": query.get("region", "us-east-1"),
    }


def single_sign_on() -> dict[str, object]:
    """What allauth needs to know of the organisation's own sign-in (OpenID Connect); nothing without one."""
    server = text("OIDC_SERVER_URL", default="")
    client = text("OIDC_CLIENT_ID", default="")
    secret = text("OIDC_CLIENT_SECRET", default="")
    if not (server or client or secret):
        return {}
    values = {"OIDC_SERVER_URL": server, "OIDC_CLIENT_ID": client, "OIDC_CLIENT_SECRET": secret}
    for name, value in values.items():
        if not value:
            stop(name, f"den saknas; {', '.join(values)} hör ihop.")
    if not re.fullmatch(r"https?://[^\s/]+\S*", server):
        stop("OIDC_SERVER_URL", "skriv hela adressen, till exempel https://inloggning.example.se.")
    return {
        "provider_id": "oidc",
        "name": text("OIDC_NAME", default="kommunens inloggning"),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": server.rstrip("/"), "oauth_pkce_enabled": True},
    }


def folder(name: str, *, default: str, base: Path) -> Path:
    """A folder that the portal writes to, made if it isn't there (a fresh clone has no `var/`)."""
    return writable(name, base / (os.environ.get(name, "").strip() or default))


def writable(name: str, path: Path) -> Path:
    """The folder, which the variable leads to, made and tried."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(name, f"mappen {path} går inte att skapa ({error.strerror}).")
    if not os.access(path, os.W_OK | os.X_OK):
        stop(name, f"mappen {path} går inte att skriva i.")
    return path


def write_first_env_file(example: Path, target: Path) -> bool:
    """Write `.env` from the example with a fresh secret key, readable by its owner only; never touch an old
    one."""
    text = re.sub(
        r"(?m)^SECRET_KEY=.*$", f"SECRET_KEY={secrets.token_urlsafe(48)}", example.read_text(encoding="utf-8")
    )
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    if write_first_env_file(root / ".env.example", root / ".env"):
        sys.stdout.write("Skrev .env med en ny hemlig nyckel; filen kan bara läsas av dig.\n")

"""A broken `.env` or variable: one line that names it, exit code 1, from every way to start."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sodertorn import environment
from tests.services.portal import MANAGE, ROOT, production_environment

GUNICORN = [sys.executable, "-m", "gunicorn", "--check-config"]


def run(command: list[str], variables: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=variables, cwd=cwd, capture_output=True, text=True, check=False, timeout=60
    )


BROKEN = [
    ("DEBUG", "banana", '"banana" går inte att tolka; skriv true eller false.'),
    ("HTTPS", "maybe", '"maybe" går inte att tolka; skriv true eller false.'),
    ("SECRET_KEY", "", "den saknas; skriv en slumpad nyckel med minst 50 tecken i .env."),
    ("SECRET_KEY", "kort", "nyckeln är för svag; skriv en slumpad nyckel med minst 50 tecken."),
    ("SECRET_KEY", "ab" * 40, "nyckeln är för svag; skriv en slumpad nyckel med minst 50 tecken."),
    (
        "ALLOWED_HOSTS",
        " , ",
        "listan är tom; skriv värdnamn med kommatecken emellan, till exempel portal.example.se.",
    ),
    (
        "ALLOWED_HOSTS",
        "https://portal.example.se",
        '"https://portal.example.se" är inget värdnamn; skriv bara namnet, till exempel portal.example.se.',
    ),
    (
        "DATABASE_URL",
        "foo",
        "skriv en adress som börjar med sqlite:/// eller postgresql://användare:lösenord@värd/databas.",
    ),
    (
        "DATABASE_URL",
        "mysql://portal:hemligt@localhost/portal",
        "skriv en adress som börjar med sqlite:/// eller postgresql://användare:lösenord@värd/databas.",
    ),
    (
        "DATABASE_URL",
        "postgresql://portal:hemligt@localhost:abc/portal",
        "adressen går inte att tolka; tecken som / : @ # i lösenordet skrivs som %2F %3A %40 %23.",
    ),
    (
        "DATABASE_URL",
        "postgresql://portal:hemligt@localhost",
        "databasens namn saknas; skriv postgresql://användare:lösenord@värd/databas.",
    ),
    ("DATABASE_URL", "sqlite:///", "skriv också filens namn, till exempel sqlite:///var/portal.sqlite3."),
    *(
        (
            "MAX_UPLOAD_MB",
            size,
            f'"{size}" är ingen storlek; skriv ett helt antal megabyte mellan 1 och 9999.',
        )
        for size in ("0", "-5", "2,5", "50 MB", "10000")
    ),
    ("REDIS_URL", "localhost:6379", "skriv en adress som redis://:lösenord@värd:6379/0."),
    (
        "SEARCH_URL",
        "sok.example.se",
        (
            "adressen går inte att tolka; skriv hela, till exempel "
            "https://sok.example.se:9200, eller ingen alls."
        ),
    ),
    (
        "SENTRY_DSN",
        "nyckel@sentry.example.se",
        (
            "adressen går inte att tolka; skriv hela, till exempel "
            "https://nyckel@sentry.example.se/1, eller ingen alls."
        ),
    ),
    (
        "DATABASE_POOL",
        "många",
        '"många" är inget antal; skriv hur många förbindelser varje process får ha, som 4.',
    ),
    ("LOG_FORMAT", "xml", '"xml" går inte att tolka; skriv text eller json.'),
    ("ADMIN_EMAIL", "drift", '"drift" är ingen e-postadress; skriv en enda, till exempel drift@example.se.'),
    ("METRICS_TOKEN", "hemlig", "skriv minst 20 slumpade tecken, utan mellanslag och å, ä och ö."),
    *(
        (
            "OBJECT_STORAGE_URL",
            value,
            "skriv en adress som s3://nyckel:hemlighet@lagring.example.se/hink?region=eu-north-1.",
        )
        for value in (
            "s3://lagring.example.se/hink",
            "https://a:b@lagring/hink",
            "s3://a:b@lagring:x/hink",
            "s3://a:b@lagring",
            "s3://a:b@lagring/HINK",
        )
    ),
    (
        "OBJECT_STORAGE_URL",
        "s3://a:b@lagring/hink?public=true",
        "efter frågetecknet får bara region=… och https=false stå.",
    ),
    (
        "KOLADA_URL",
        "api.kolada.se",
        '"api.kolada.se" är ingen webbadress; skriv hela adressen, till exempel https://api.kolada.se/v3.',
    ),
]


@pytest.mark.parametrize(("name", "value", "problem"), BROKEN)
def test_broken_variable_is_one_line_from_manage(name: str, value: str, problem: str, tmp_path: Path) -> None:
    ended = run([*MANAGE, "check"], production_environment(tmp_path, **{name: value}))
    assert (ended.stderr, ended.returncode) == (f"Fel i inställningen {name}: {problem}\n", 1)
    assert ended.stdout == ""


@pytest.mark.parametrize("application", [[], ["sodertorn.wsgi"]])
def test_broken_variable_is_one_line_from_gunicorn(application: list[str], tmp_path: Path) -> None:
    variables = production_environment(tmp_path, DEBUG="banana")
    ended = run([*GUNICORN, *application], variables)
    line = 'Fel i inställningen DEBUG: "banana" går inte att tolka; skriv true eller false.\n'
    assert (ended.stderr, ended.returncode) == (line, 1)


@pytest.mark.parametrize("value", ["abc", "0", "65536", "80 80", "-1"])
@pytest.mark.parametrize("command", [[*MANAGE, "serve"], GUNICORN], ids=["serve", "gunicorn"])
def test_broken_port_is_one_line(command: list[str], value: str, tmp_path: Path) -> None:
    ended = run(command, production_environment(tmp_path, PORT=value))
    problem = f'"{value}" är ingen port; skriv ett tal mellan 1 och 65535, till exempel 8000.'
    assert (ended.stderr, ended.returncode) == (f"Fel i inställningen PORT: {problem}\n", 1)


def test_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = run([*MANAGE, "check"], production_environment(tmp_path, DATA_DIR=f"{tmp_path}/file/var"))
    assert ended.stderr.startswith(
        f"Fel i inställningen DATA_DIR: mappen {tmp_path}/file/var går inte att skapa ("
    )
    assert (ended.stderr.count("\n"), ended.returncode) == (1, 1)


@pytest.mark.parametrize("name", ["media", "static", "incoming"])
@pytest.mark.parametrize("command", [[*MANAGE, "check"], GUNICORN], ids=["manage", "gunicorn"])
def test_folder_that_cannot_be_written_to_is_one_line(name: str, command: list[str], tmp_path: Path) -> None:
    (tmp_path / name).touch()
    ended = run(command, production_environment(tmp_path))
    line = f"Fel i inställningen DATA_DIR: mappen {tmp_path}/{name} går inte att skapa (File exists).\n"
    assert (ended.stdout, ended.stderr, ended.returncode) == ("", line, 1)


def test_object_storage_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "OBJECT_STORAGE_URL",
        "s3://nyckel:h%2Fm@lagring.example.se:9000/dokument?region=eu-north-1&https=false",
    )
    assert environment.object_storage("OBJECT_STORAGE_URL") == {
        "access_key": "nyckel",
        "secret_key": "h/m",
        "endpoint_url": "http://lagring.example.se:9000",
        "bucket_name": "dokument",
        "region_name": "eu-north-1",
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", True),
        ("JA", True),
        (" on ", True),
        ("1", True),
        ("false", False),
        ("Nej", False),
        ("0", False),
    ],
)
def test_boolean_reads_words(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("HTTPS", value)
    assert environment.boolean("HTTPS", default=not expected) is expected


@pytest.mark.parametrize("default", [True, False])
def test_boolean_without_value_is_the_default(monkeypatch: pytest.MonkeyPatch, default: bool) -> None:
    monkeypatch.setenv("HTTPS", "")
    assert environment.boolean("HTTPS", default=default) is default


def test_debug_needs_no_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert environment.secret_key(debug=True) == environment.DEBUG_SECRET_KEY


def test_key_of_debug_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", environment.DEBUG_SECRET_KEY)
    with pytest.raises(SystemExit, match="nyckeln är för svag"):
        environment.secret_key(debug=False)


def test_hosts_are_split_and_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "portal.example.se, .example.org ,[::1],*")
    assert environment.hosts("ALLOWED_HOSTS", default=[]) == [
        "portal.example.se",
        ".example.org",
        "[::1]",
        "*",
    ]


def test_database_default_is_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", " ")
    path = tmp_path / "a #?%20 b.sqlite3"
    config = environment.database("DATABASE_URL", default=path, base=tmp_path)
    assert config == {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}


def test_relative_sqlite_path_is_counted_from_the_project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///data/portal.sqlite3")
    config = environment.database("DATABASE_URL", default=tmp_path, base=tmp_path)
    assert config["NAME"] == str(tmp_path / "data/portal.sqlite3")


def test_postgresql_address_is_read_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://portal:l%C3%B6s%40%2F@db.example.se:5433/plan?sslmode=require"
    )
    config = environment.database("DATABASE_URL", default=tmp_path, base=tmp_path)
    assert config == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "plan",
        "USER": "portal",
        "PASSWORD": "lös@/",
        "HOST": "db.example.se",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize("line", ["DEBUG : true", "DEBUG = true", "DEBUG", "export DEBUG true"])
def test_env_file_line_that_would_be_passed_over_is_told(line: str, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(f"# kommentar\n\nHTTPS=false\n{line}\n")
    with pytest.raises(SystemExit) as told:
        environment.read_file(path)
    assert told.value.code == "Fel i .env rad 4 (DEBUG): skriv NAMN=värde, utan mellanslag före =."


def test_env_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"SECRET_KEY=\xff\xfe\n")
    with pytest.raises(SystemExit) as told:
        environment.read_file(path)
    assert told.value.code == "Filen .env går inte att läsa; den ska vara en textfil i UTF-8."


def test_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("PORTAL_TEST_A=fil\nPORTAL_TEST_B='fil'\n")
    monkeypatch.setenv("PORTAL_TEST_A", "miljö")
    monkeypatch.setenv("PORTAL_TEST_B", "")
    monkeypatch.delenv("PORTAL_TEST_B")
    environment.read_file(path)
    assert (os.environ["PORTAL_TEST_A"], os.environ["PORTAL_TEST_B"]) == ("miljö", "fil")


def test_example_names_every_variable_that_is_read() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    code = "".join(
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("sodertorn/settings.py", "sodertorn/environment.py")
    )
    read = set(
        re.findall(
            r'(?:environment\.\w+|text)\(\s*"([A-Z_]+)"|name: str = "([A-Z]+)"|os\.environ\.get\("([A-Z_]+)"',
            code,
        )
    )
    assert set(re.findall(r"(?m)^(?:# )?([A-Z_]+)=", example)) == {
        name for found in read for name in found if name
    }


def test_first_env_file_is_private_and_written_once(tmp_path: Path) -> None:
    """As `make` writes it: a copy of the project's own files for this, without the rest."""
    target = tmp_path / ".env"
    assert environment.write_first_env_file(ROOT / ".env.example", target) is True
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    first = target.read_text(encoding="utf-8")
    keys = [line.removeprefix("SECRET_KEY=") for line in first.splitlines() if line.startswith("SECRET_KEY=")]
    assert [len(key) for key in keys] == [64]
    assert environment.write_first_env_file(ROOT / ".env.example", target) is False
    assert target.read_text(encoding="utf-8") == first


def test_first_env_files_have_different_keys(tmp_path: Path) -> None:
    for name in ("a", "b"):
        environment.write_first_env_file(ROOT / ".env.example", tmp_path / name)
    assert (tmp_path / "a").read_text() != (tmp_path / "b").read_text()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What `make` needs to write the first `.env`, with this Python environment standing in for `.venv`."""
    for name in ("Makefile", ".env.example", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "sodertorn").mkdir()
    for name in ("__init__.py", "environment.py"):
        shutil.copy(ROOT / "sodertorn" / name, tmp_path / "sodertorn")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "pip").touch()
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python").chmod(0o755)
    for stamp in (".run", ".dev"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def test_make_writes_env_once(project: Path) -> None:
    variables = {"PATH": os.environ["PATH"]}
    first = run(["make", ".env"], variables, cwd=project)
    assert first.stdout == "Skrev .env med en ny hemlig nyckel; filen kan bara läsas av dig.\n"
    assert stat.S_IMODE((project / ".env").stat().st_mode) == 0o600
    (project / ".env").write_text("DEBUG=false\n")
    (project / ".env.example").touch()
    assert run(["make", ".env"], variables, cwd=project).returncode == 0
    assert (project / ".env").read_text() == "DEBUG=false\n"


def test_make_says_when_python_is_missing(project: Path) -> None:
    """Only the shell's own programs are on PATH, so no Python is found."""
    shutil.rmtree(project / ".venv")
    programs = project / "bin"
    programs.mkdir()
    for name in ("make", "sh"):
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    ended = run([str(programs / "make"), "run"], {"PATH": str(programs)}, cwd=project)
    line = (
        "Portalen behöver Python 3.11 eller senare, och ingen sådan hittades. Installera den och försök igen."
    )
    assert ended.stderr.splitlines()[0] == line
    assert (ended.returncode, (project / ".venv").exists()) == (2, False)

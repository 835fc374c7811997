"""Backup and restore of a whole portal, in databases and folders that are really written."""

import json
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

from budget.models import FeeNotice
from committee.documents import checked_file
from committee.documents_storage import new_files
from committee.models import Document, Municipality
from sodertorn.backup import archive
from sodertorn.backup.archive import Manifest, check_archive, opened_archive
from sodertorn.backup.making import make_backup
from sodertorn.backup.restore import restore
from sodertorn.backup.sealed_file import BackupFailed, sealed_writer
from sodertorn.models import ContentGeneration, LoadedRow
from sodertorn.money import number
from tests.document_files import pdf, uploaded
from tests.factories import make_document, make_news, make_page
from tests.services.databases import IS_SQLITE, address_of
from tests.services.portal import MANAGE, ROOT, production_environment
from tests.sodertorn.backup_places import QUIET, Place, migrate, new_place, stored_rows

RUN_COMMAND = "from django.core.management import execute_from_command_line as run; run(['', *sys.argv[1:]])"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Place]:
    """A portal with the plan, an account, documents (one with an earlier file, one deleted) and odd rows."""
    with django_db_blocker.unblock(), new_place(tmp_path_factory.mktemp("filled")) as place:
        with place.in_use():
            migrate()
            call_command("load_plan", verbosity=0)
            User.objects.create_user("åsa", "asa@example.se", "hemligt")
            document = make_document("Protokoll", content=pdf("Första"))
            with new_files() as files:
                files.add(document, checked_file(uploaded(pdf("Andra"), "andra.pdf")))
                document.save()
            make_document("Borttaget", content=pdf("Borttaget")).delete()
            make_news("Nyhet med <b> och ”citat”", text="<p>Åäö 😀 \u2028 \\ \" '</p>")
            make_page("Sida\u00a0med mellanrum")
            LoadedRow.objects.create(
                key="udda",
                content_type_id=1,
                object_id=2**62,
                values={"ö": [1.5, 1e22, None, True, 2**70, "\U0001f600"], "a": {}},
            )
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO django_session (session_key, session_data, expire_date)"
                    " VALUES ('inloggad', 'x', '2030-01-01')"
                )
        yield place


@pytest.fixture
def unblocked(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def made(filled: Place) -> tuple[Path, Manifest]:
    """The archive of the filled portal."""
    path = filled.folder / "arkiv.tar.gz"
    with filled.in_use():
        return path, make_backup(path, progress=QUIET)


@pytest.fixture
def empty(tmp_path: Path, unblocked: None) -> Iterator[Place]:
    with new_place(tmp_path / "empty") as place:
        yield place


@pytest.fixture
def copy(tmp_path: Path, filled: Place, unblocked: None) -> Iterator[Place]:
    """A copy of the filled portal, without the documents' files."""
    with new_place(tmp_path / "copy", filled) as place:
        yield place


def restored(place: Place, path: Path, **options: Any) -> Manifest:
    """Restore into the place that is in use."""
    return restore(path, safety_folder=place.folder / "backup", progress=QUIET, **options)


# --- There and back -----------------------------------------------------------------------------------------


def test_restored_portal_is_the_one_that_was_backed_up(
    filled: Place, made: tuple[Path, Manifest], empty: Place
) -> None:
    with filled.in_use():
        before = stored_rows()
        generation = ContentGeneration.objects.get().number
        newest = Document.history.order_by("-id").first().id
    with empty.in_use():
        manifest = restored(empty, made[0])
        assert stored_rows() == before
        assert manifest == made[1]
        assert ContentGeneration.objects.get().number > generation
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_session")
            assert cursor.fetchone() == (0,)
        # The identity of the document that was deleted is not given again.
        assert make_document("Nytt", content=pdf("Nytt")).pk > newest
    assert made[1].rows == sum(len(rows) for rows in before.values()) + 1  # the generation
    assert {
        name: content for name, content in empty.files().items() if name in filled.files()
    } == filled.files()
    assert len(filled.files()) == 3


def test_restored_database_keeps_its_triggers(made: tuple[Path, Manifest], empty: Place) -> None:
    with empty.in_use():
        restored(empty, made[0])
        before = ContentGeneration.objects.get().number
        Municipality.objects.filter(code="0127").update(name="Kommunen")
        assert ContentGeneration.objects.get().number > before
        with connection.cursor() as cursor:
            if IS_SQLITE:
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'fee%'")
                names = sorted(name for (name,) in cursor.fetchall())
                assert names == ["fee_notice_frozen_delete", "fee_notice_frozen_update"]
            else:
                cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = 'fee_notice_frozen'")
                assert cursor.fetchall() == [("O",)]
    assert FeeNotice._meta.db_table == "budget_feenotice"


def test_portal_in_use_is_replaced_only_if_told_so_and_saved_first(
    copy: Place, made: tuple[Path, Manifest]
) -> None:
    with copy.in_use():
        Municipality.objects.filter(code="0127").update(name="Ändrat namn")
        with pytest.raises(BackupFailed, match="Databasen är inte tom"):
            restored(copy, made[0])
        assert Municipality.objects.get(code="0127").name == "Ändrat namn"

        restored(copy, made[0], replace=True)
        assert Municipality.objects.get(code="0127").name == "Botkyrka"
        (safety,) = (copy.folder / "backup").iterdir()
        assert safety.name.startswith("fore-aterlasning-")
        assert stat.S_IMODE(safety.stat().st_mode) == 0o600
        with opened_archive(safety, None) as parts:
            rows = [part.content.read() for part in parts if part.table == "committee_municipality"]
        assert "Ändrat namn" in rows[0].decode()


def test_damaged_archive_touches_nothing(copy: Place, made: tuple[Path, Manifest], tmp_path: Path) -> None:
    content = bytearray(made[0].read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "skadad.tar.gz"
    damaged.write_bytes(content)
    with copy.in_use():
        before = stored_rows()
        with pytest.raises(BackupFailed, match="skada"):
            restored(copy, damaged, replace=True)
        assert stored_rows() == before
    assert not (copy.folder / "backup").exists()
    assert copy.files() == {}


def test_failure_in_the_middle_leaves_the_old_rows(
    copy: Place, made: tuple[Path, Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When all has been loaded and compared, the last step fails."""

    def fail(using: str) -> None:
        raise DatabaseError("strömmen gick")

    monkeypatch.setattr("sodertorn.backup.refilling._raise_generation", fail)
    with copy.in_use():
        Municipality.objects.filter(code="0127").update(name="Ändrat namn")
        before = stored_rows()
        with pytest.raises(BackupFailed, match="strömmen gick"):
            restored(copy, made[0], replace=True)
        assert stored_rows() == before
    if IS_SQLITE:
        assert list(copy.folder.glob("*.aterlasning*")) == []


def test_row_that_comes_out_otherwise_is_noticed(
    empty: Place, made: tuple[Path, Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A manifest with another checksum stands for a database that changes what it is given."""

    def other(path: Path, identity: object) -> Manifest:
        manifest = check_archive(path, None)
        (table,) = (table for table in manifest.tables if table.name == "committee_municipality")
        table.sha256 = "0" * 64
        return manifest

    monkeypatch.setattr("sodertorn.backup.restore.checked", other)
    with empty.in_use():
        with pytest.raises(BackupFailed, match="Tabellen committee_municipality blev inte som i arkivet"):
            restored(empty, made[0])
        with connection.cursor() as cursor:
            assert connection.introspection.table_names(cursor) == []


def test_older_archive_is_migrated_forward(tmp_path: Path, empty: Place) -> None:
    older = [("auth", "0012_alter_user_first_name_max_length"), ("committee", "0001_initial")]
    with new_place(tmp_path / "older") as place, place.in_use():
        executor = MigrationExecutor(connection)
        old = executor.migrate(older).apps
        old.get_model("committee", "Municipality").objects.create(
            code="0127",
            name="Botkyrka",
            slug="botkyrka",
            formal_name="Botkyrka kommun",
            website="https://b.example",
        )
        path = tmp_path / "old.tar.gz"
        manifest = make_backup(path, progress=QUIET)
    assert {app for app, _ in manifest.migrations} == {"auth", "committee", "contenttypes"}
    with empty.in_use():
        restored(empty, path)
        assert list(Municipality.objects.values_list("code", "name")) == [("0127", "Botkyrka")]
        executor = MigrationExecutor(connection)
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_database_newer_than_the_code_is_refused(copy: Place, tmp_path: Path) -> None:
    with copy.in_use():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('committee', '9999_framtid', '2030-01-01')"
            )
        with pytest.raises(BackupFailed, match="saknar migreringen committee 9999_framtid"):
            make_backup(tmp_path / "a.tar.gz", progress=QUIET)
    assert list(tmp_path.glob("a.tar*")) == []


@pytest.mark.parametrize(
    ("migration", "words"),
    [
        (("committee", "9999_framtid"), "koden saknar migreringen committee 9999_framtid"),
        (("socialaccount", "0001_initial"), "OIDC_SERVER_URL"),
    ],
)
def test_archive_of_a_newer_or_larger_portal_is_refused(
    made: tuple[Path, Manifest], empty: Place, tmp_path: Path, migration: tuple[str, str], words: str
) -> None:
    path = tmp_path / "annan.tar.gz"
    manifest = Manifest("2026-11-23", "sqlite", "9.0", [*made[1].migrations, migration])
    with path.open("wb") as file, sealed_writer(file, []) as target:
        archive.ArchiveWriter(target, manifest).close()
    with empty.in_use(), pytest.raises(BackupFailed, match=words):
        restored(empty, path)


# --- While clerks work --------------------------------------------------------------------------------------


def test_rows_written_together_are_both_in_or_both_out(copy: Place, tmp_path: Path) -> None:
    """One is in a table that is read early, the other in one of the last."""
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            with transaction.atomic():
                User.objects.create(username=f"par-{written}")
                LoadedRow.objects.create(key=f"par-{written}", content_type_id=1, object_id=1, values={})
            written += 1
        connection.close()

    path = tmp_path / "par.tar.gz"
    with copy.in_use():
        writer = threading.Thread(target=write)
        writer.start()
        while written < 3:
            pass
        at_start = written
        make_backup(path, progress=QUIET)
        at_end = written
        stop.set()
        writer.join()
    early: set[str] = set()
    late: set[str] = set()
    with opened_archive(path, None) as parts:
        for part in parts:
            if part.table in ("auth_user", "sodertorn_loadedrow"):
                rows = [json.loads(line) for line in part.content.read().splitlines()]
                names = {value for row in rows for value in row if str(value).startswith("par-")}
                (early if part.table == "auth_user" else late).update(names)
    assert early == late
    assert at_start <= len(early) < at_end


def test_database_before_its_migrations_can_be_backed_up(tmp_path: Path, unblocked: None) -> None:
    with new_place(tmp_path / "nothing") as place, place.in_use():
        words = "finns inte. Stämmer DATABASE_URL?" if IS_SQLITE else "Databasen är tom"
        with pytest.raises(BackupFailed, match=words.replace("?", r"\?")):
            make_backup(tmp_path / "a.tar.gz", progress=QUIET)
    assert list(tmp_path.glob("*.tar*")) == []


# --- Documents' files ---------------------------------------------------------------------------------------


def test_file_that_is_missing_is_told_and_the_rest_is_saved(
    copy: Place, filled: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """One in use makes the command fail, so that someone looks; earlier versions' may have been erased."""
    with copy.in_use():
        name = str(Document.objects.get().file)
        with pytest.raises(CommandError, match=name):
            call_command("backup", keep=1)
        (path,) = (copy.folder / "backup").iterdir()
        manifest = check_archive(path, None)
        assert manifest.missing_files == [name]
        assert sorted([*manifest.erased_files, name]) == sorted(filled.files())
    output = capsys.readouterr().out
    assert output.count("En äldre version av ett dokument hade filen") == 2


def test_damaged_file_is_replaced_and_another_left(
    copy: Place, filled: Place, made: tuple[Path, Manifest]
) -> None:
    with copy.in_use():
        for name, content in filled.files().items():
            (copy.media / name).parent.mkdir(parents=True, exist_ok=True)
            (copy.media / name).write_bytes(content)
        first, *_ = filled.files()
        (copy.media / first).write_bytes(b"trasig")
        (copy.media / "dokument" / "eget.txt").write_bytes(b"eget")
        restored(copy, made[0], replace=True)
    assert copy.files() == {**filled.files(), "dokument/eget.txt": b"eget"}


# --- The commands -------------------------------------------------------------------------------------------


def run(*arguments: str, place: Place, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, on the portal's data."""
    environment = production_environment(place.folder, DATABASE_URL=address_of(place.database), **variables)
    return subprocess.run(
        [*MANAGE, *arguments], env=environment, capture_output=True, text=True, input=typed, check=False
    )


def test_encrypted_backup_is_rehearsed_and_restored_by_its_key_alone(
    filled: Place, empty: Place, tmp_path: Path
) -> None:
    key = tmp_path / "nyckel"
    with filled.in_use():
        call_command("backup_key", str(key))
    recipient = str(pyrage.x25519.Identity.from_str(key.read_text().splitlines()[1]).to_public())
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with filled.in_use(BACKUP_RECIPIENT=recipient):
        call_command("backup", str(tmp_path / "kopior"), verify=True)
        before = stored_rows()
    (path,) = (tmp_path / "kopior").iterdir()
    assert path.name.endswith(".tar.gz.age")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert b"Botkyrka" not in path.read_bytes()
    with empty.in_use():
        with pytest.raises(CommandError, match="Arkivet är krypterat"):
            call_command("restore", str(path))
        call_command("restore", str(path), key_file=str(key))
        assert stored_rows() == before


def test_rows_move_to_sqlite_and_back(
    filled: Place, made: tuple[Path, Manifest], empty: Place, tmp_path: Path
) -> None:
    """From the embedded database to PostgreSQL, or the other way: both ways here, when run on PostgreSQL."""
    between = Place(str(tmp_path / "between.sqlite3"), tmp_path / "between")
    between.folder.mkdir()
    url = f"sqlite:///{between.database}"
    environment = production_environment(between.folder, DATABASE_URL=url)
    for command in (["restore", str(made[0])], ["backup", str(tmp_path / "kopior")]):
        subprocess.run([*MANAGE, *command], env=environment, check=True, capture_output=True)
    (path,) = (tmp_path / "kopior").iterdir()
    manifest = check_archive(path, None)
    assert manifest.database == "sqlite"
    with filled.in_use():
        before = stored_rows()
    with empty.in_use():
        restored(empty, path)
        assert stored_rows() == before
    assert empty.files() == filled.files() == between.files()


def test_only_the_newest_are_kept(filled: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "kopior"
    folder.mkdir()
    for name in ("portalen-20200101T000000Z.tar.gz", "portalen-20210101T000000Z.tar.gz.age", "annat.tar.gz"):
        (folder / name).write_bytes(b"gammal")
    with filled.in_use():
        call_command("backup", str(folder), keep=2)
    left = sorted(path.name for path in folder.iterdir())
    assert left[:2] == ["annat.tar.gz", "portalen-20210101T000000Z.tar.gz.age"]
    assert len(left) == 3
    assert "Tog bort den äldre säkerhetskopian portalen-20200101T000000Z.tar.gz." in capsys.readouterr().out


def test_full_disk_is_one_line_and_leaves_nothing(filled: Place, tmp_path: Path) -> None:
    """A limit on how long a file may be stands for the disk. Plain and encrypted, which a thread writes; the
    pieces are small, so that it is met while a table is being read."""
    code = (
        "import django; django.setup(); from sodertorn.backup import tables; tables.ROWS_IN_A_PIECE = 5;"
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (36_000, 36_000));"
        f"{RUN_COMMAND}"
    )
    for recipient in ("", str(pyrage.x25519.Identity.generate().to_public())):
        ended = subprocess.run(
            [sys.executable, "-c", code, "backup", str(tmp_path / "kopior")],
            env=production_environment(
                filled.folder, DATABASE_URL=address_of(filled.database), BACKUP_RECIPIENT=recipient
            ),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        (line,) = ended.stderr.splitlines()
        assert line.startswith(f"CommandError: {tmp_path / 'kopior'}")
        assert line.endswith("kunde inte skrivas (File too large). Ingen säkerhetskopia blev kvar.")
        assert ended.returncode == 1
        assert list((tmp_path / "kopior").iterdir()) == []


def test_killed_backup_leaves_nothing_whole_and_the_next_works(filled: Place, tmp_path: Path) -> None:
    """Killed when it has written all but the last of the rows."""
    code = (
        "import os, signal, sys; from sodertorn.backup import making;"
        "making._add_files = lambda *a: os.kill(os.getpid(), signal.SIGKILL);"
        f"{RUN_COMMAND}"
    )
    environment = production_environment(filled.folder, DATABASE_URL=address_of(filled.database))
    folder = tmp_path / "kopior"
    ended = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}", "backup", str(folder)],
        env=environment,
        cwd=ROOT,
        check=False,
    )
    assert ended.returncode == -9
    (unfinished,) = folder.iterdir()
    assert unfinished.name.endswith(".ofardig")
    assert run("backup", str(folder), place=filled).returncode == 0
    (whole,) = folder.iterdir()
    assert check_archive(whole, None).rows > 200


def test_folder_that_cannot_be_written_to_is_one_line(filled: Place, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("ingen mapp")
    with filled.in_use(), pytest.raises(CommandError) as failure:
        call_command("backup", str(tmp_path / "fil"))
    assert str(failure.value) == (
        f"Mappen {tmp_path / 'fil'} går inte att skriva i (File exists). Ingen säkerhetskopia blev kvar."
    )


def test_check_says_that_an_archive_holds(
    filled: Place, made: tuple[Path, Manifest], capsys: pytest.CaptureFixture[str]
) -> None:
    with filled.in_use():
        before = stored_rows()
        call_command("restore", str(made[0]), check=True)
        assert stored_rows() == before
    assert capsys.readouterr().out == (
        f"Säkerhetskopian håller: {number(made[1].rows)} rader och 3 dokument, som de var {made[1].made_at}. "
        "Varje rad är jämförd.\n"
    )
    assert list(filled.folder.glob("provaterlasning*")) == []


def test_key_file_is_never_written_over(tmp_path: Path) -> None:
    key = tmp_path / "nyckel"
    key.write_text("gammal")
    with pytest.raises(CommandError, match="finns redan och skrivs inte över"):
        call_command("backup_key", str(key))
    assert key.read_text() == "gammal"

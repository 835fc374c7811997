"""What the code promises about its own shape, read from the files as they are.

`committee` is the ground that `budget` and `calendar_app` stand on, side by side. The project package has
leaves, which import no app, and tops, which may import all of them and are imported by none.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db import models
from simple_history.models import HistoricalChanges

from sodertorn.models import ContentGeneration

ROOT = Path(settings.BASE_DIR)
APPS = ("committee", "budget", "calendar_app")
PROJECT = "sodertorn"
OWN = (*APPS, PROJECT)
MODELS = [
    model
    for label in OWN
    for model in apps.get_app_config(label).get_models()
    if not issubclass(model, HistoricalChanges)  # kept by `Tracked` for each of the others
    and model is not ContentGeneration  # a counter that nobody edits
]
MODEL_NAMES = [model.__name__ for model in MODELS]

MAY_IMPORT = {"committee": set[str](), "budget": {"committee"}, "calendar_app": {"committee"}}
LEAVES = [
    "account_adapters",
    "account_forms",
    "account_settings",
    "account_urls",
    "account_views",
    "api_answers",
    "api_description",
    "api_parameters",
    "api_rows",
    "asked_together",
    "atom",
    "back_office",
    "backup.archive",
    "backup.given_numbers",
    "backup.into_postgresql",
    "backup.into_sqlite",
    "backup.making",
    "backup.new_file",
    "backup.progress",
    "backup.refilling",
    "backup.rehearsal",
    "backup.restore",
    "backup.schema_states",
    "backup.sealed_file",
    "backup.snapshot",
    "backup.tables",
    "backup.values",
    "browsers",
    "caches",
    "charts",
    "checklist_places",
    "converters",
    "copied_rows",
    "databases",
    "dataset_queries",
    "dates",
    "dcat",
    "dcat_rdf",
    "edit_conflicts",
    "environment",
    "error_reports",
    "file_entry",
    "fragment_keys",
    "generation",
    "kept_rows",
    "health",
    "headers",
    "history_pages",
    "json_service",
    "json_stat",
    "jsonld",
    "kolada",
    "logs",
    "long_select",
    "map_drawing",
    "meeting_view",
    "metrics",
    "money",
    "municipality_map",
    "new_year.old_years",
    "object_storage",
    "opendata",
    "operations",
    "own_pages",
    "page_cache",
    "page_store",
    "plan_comparison_calendar",
    "plan_comparison_money",
    "plan_comparison_rows",
    "prose",
    "rate_limits",
    "previews",
    "previews_admin",
    "previews_views",
    "publishing",
    "refusal",
    "responses",
    "restoring",
    "rich_text",
    "rich_text_field",
    "roles",
    "round_trip",
    "round_trip_cells",
    "round_trip_tables",
    "row_changes",
    "row_history",
    "running_request",
    "search_admin",
    "search_backends",
    "search_entry",
    "search_tables",
    "second_factor",
    "sign_in",
    "single_sign_on",
    "spreadsheets",
    "start_checks",
    "static_storage",
    "statistics_sweden",
    "table_files",
    "swedish_words",
    "tracking",
    "typesetting",
    "unavailable",
    "upload_limit",
    "warm_up",
    "workbooks",
    "templatetags.fragments",
    "templatetags.page_head",
    "templatetags.previews",
    "templatetags.swedish",
    "written_numbers",
    "year_pages",
]
TOPS = [
    "accessibility_loader",
    "adoption",
    "adoption_views",
    "api_views",
    "back_office_site",
    "catalogue",
    "checklist",
    "checklist_texts",
    "dataset_pages",
    "dcat_catalogue",
    "dcat_views",
    "follow_up_pages",
    "indicator_import",
    "indicator_loader",
    "not_found",
    "new_year.views",
    "page_loader",
    "plan_comparison",
    "plan_comparison_summary",
    "plan_comparison_views",
    "plan_document",
    "plan_loader",
    "plan_print",
    "plan_state",
    "population_import",
    "population_loader",
    "reminders",
    "rules",
    "short_addresses",
    "site_files",
    "sitemaps",
    "search_form",
    "search_index",
    "search_page",
    "search_sources",
    "search_views",
    "templatetags.working_copies",
    "todo",
    "views",
    "working_copies",
    "working_copies_admin",
]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_name(path): path for label in OWN for path in sorted((ROOT / label).rglob("*.py"))}


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are written from the project's root"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _module_of(name: str) -> str | None:
    """The module of ours that an imported name is, or is in."""
    while name and name not in SOURCES:
        name = name.rpartition(".")[0]
    return name or None


def imports_of(module: str) -> set[str]:
    """Modules of ours that the module imports, wherever in the file, also for types only."""
    tree = ast.parse(SOURCES[module].read_text(encoding="utf-8"))
    found = {_module_of(name) for node in ast.walk(tree) for name in _named(node)}
    return {name for name in found if name is not None}


IMPORTS = {module: imports_of(module) for module in SOURCES}


def app_of(module: str) -> str:
    return module.partition(".")[0]


def reached_from(module: str) -> set[str]:
    """Every module of ours that importing the module imports in turn."""
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        new = IMPORTS[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


# --- Import direction ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", APPS)
def test_app_imports_no_sibling_but_those_it_may(label: str) -> None:
    modules = [module for module in SOURCES if app_of(module) == label]
    wrong = [
        f"{module} imports {imported}"
        for module in modules
        for imported in sorted(IMPORTS[module])
        if app_of(imported) in APPS and app_of(imported) not in {label, *MAY_IMPORT[label]}
    ]

    assert modules
    assert wrong == []


@pytest.mark.parametrize("label", APPS)
def test_app_relates_to_no_sibling_but_those_it_may(label: str) -> None:
    """A foreign key named by a text would be an import in disguise."""
    related = {
        field.related_model._meta.app_label
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model not in (None, "self")
    }

    assert related & set(APPS) <= {label, *MAY_IMPORT[label]}


@pytest.mark.parametrize("leaf", LEAVES)
def test_leaf_of_the_project_package_reaches_no_app(leaf: str) -> None:
    reached = reached_from(f"{PROJECT}.{leaf}")

    assert sorted(module for module in reached if app_of(module) in APPS) == []


def test_no_app_imports_a_top() -> None:
    """A top is whatever of the project package reaches an app, listed here or not."""
    tops = {
        module
        for module in SOURCES
        if app_of(module) == PROJECT and any(app_of(reached) in APPS for reached in reached_from(module))
    }
    wrong = [
        f"{module} imports {imported}"
        for module in SOURCES
        if app_of(module) in APPS
        for imported in sorted(IMPORTS[module] & tops)
    ]

    assert tops >= {f"{PROJECT}.{name}" for name in TOPS}
    assert wrong == []


def test_models_import_nothing_that_shows_them() -> None:
    shown_by = {"admin", "forms", "urls", "views"}
    wrong = [
        f"{module} imports {imported}"
        for module in SOURCES
        if "models" in module.split(".")
        for imported in sorted(IMPORTS[module])
        if shown_by & set(imported.split("."))
    ]

    assert wrong == []


# --- Models, migrations and the back office -----------------------------------------------------------------


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("model", MODELS, ids=MODEL_NAMES)
def test_model_is_in_the_back_office_with_columns_and_search(model: type[models.Model]) -> None:
    assert admin.site.is_registered(model)
    options = admin.site.get_model_admin(model)

    assert list(options.list_display) not in ([], ["__str__"])
    assert len(options.search_fields) > 0
    for column in options.list_display:
        method = getattr(options, str(column), None)
        assert method is None or method.short_description, column


@pytest.mark.parametrize("model", MODELS, ids=MODEL_NAMES)
def test_model_is_named_in_swedish(model: type[models.Model]) -> None:
    """Every name a clerk can read is given, not made by Django from the English one."""
    unnamed = [
        field.name
        for field in model._meta.fields
        if field.editable and not field.primary_key and "verbose_name" not in field.deconstruct()[3]
    ]

    assert {"verbose_name", "verbose_name_plural"} <= set(model._meta.original_attrs)
    assert unnamed == []


@pytest.mark.parametrize("label", OWN)
def test_app_is_named_in_swedish(label: str) -> None:
    assert "verbose_name" in vars(type(apps.get_app_config(label)))


@pytest.mark.parametrize("model", MODELS, ids=MODEL_NAMES)
def test_constraint_speaks_swedish(model: type[models.Model]) -> None:
    """A rule that a clerk can break has its own words. Rows that nobody edits need none."""
    wordless = [
        rule.name
        for rule in model._meta.constraints
        if rule.violation_error_message == models.BaseConstraint.default_violation_error_message
    ]

    assert wordless == [] or not any(field.editable for field in model._meta.fields if not field.primary_key)


# --- Templates and styles -----------------------------------------------------------------------------------

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))
# Shown when nothing else can be relied on, so it stands alone.
STANDS_ALONE = {"base.html", "base_bare.html"}
TAG = re.compile(r"<([a-z][a-z0-9]*)\b([^<>]*)>", re.IGNORECASE)
LOADS = re.compile(
    r"\b(?:src|srcset|href|action|formaction|poster|data)\s*=\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def markup(path: Path) -> str:
    """The template without its comments."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    return re.sub(r"{#.*?#}", "", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_is_a_page_or_a_part(path: Path) -> None:
    is_part = path.parent.name == "includes"
    extends = re.search(r"{% extends \"([^\"]+)\" %}", markup(path))

    if is_part or path.relative_to(ROOT / "templates").as_posix() in STANDS_ALONE:
        assert extends is None
    else:
        assert extends is not None


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_nothing_inline(path: Path) -> None:
    """The content security policy would stop it. Data, for search engines or a script, is no script."""
    found = []
    for tag, attributes in TAG.findall(markup(path)):
        is_data = re.search(r'type="application/(ld\+)?json"', attributes) is not None
        if tag == "style" or (tag == "script" and " src=" not in attributes and not is_data):
            found.append(tag)
        found += re.findall(r"\s(style|on[a-z]+)\s*=", attributes)

    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_loads_nothing_from_elsewhere(path: Path) -> None:
    """A link that a visitor may follow is another matter."""
    loading = [attributes for tag, attributes in TAG.findall(markup(path)) if tag != "a"]

    assert [attributes for attributes in loading if LOADS.search(attributes)] == []


@pytest.mark.parametrize("path", STYLES + SCRIPTS, ids=name_of)
def test_static_file_loads_nothing_from_elsewhere(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert re.findall(r"https?:[^\s\"')]*|url\(\s*[\"']?//[^)]*", text) == []

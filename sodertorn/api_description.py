"""The API described for programs, as OpenAPI 3.1, from the columns and filters of the data sets. A leaf."""

from collections.abc import Iterable
from typing import Any

from sodertorn.api_answers import JSON, NOT_JSON, PARAMETERS, PROBLEM_JSON, TOO_MANY, Problem
from sodertorn.api_parameters import PAGING, Parameter, Schema, filters
from sodertorn.opendata import Column, Kind, PublishedDataset

VERSION = "1.0.0"
"""Raised with what is added. What would break a program that uses the API is put at a new address, v2."""

_VALUES: dict[Kind, Schema] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "month-or-date": {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"},
    "time": {"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}$"},
    "datetime": {"type": "string", "format": "date-time"},
    "list": {"type": "array", "items": {"type": "string"}},
}
"""How `opendata.machine_value` writes each kind of value."""

_ADDRESS: Schema = {"type": "string", "format": "uri"}
_ADDRESS_OR_NONE: Schema = {"type": ["string", "null"], "format": "uri"}


def openapi(
    datasets: Iterable[PublishedDataset], *, title: str, summary: str, address: str, page: str
) -> dict[str, Any]:
    """The description of the API at `address`, which people read about at `page`."""
    listed = list(datasets)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "summary": summary,
            "description": "Adresserna kan frågas med GET, HEAD och OPTIONS, också från andra webbplatser.",
            "version": VERSION,
        },
        "externalDocs": {"url": page},
        "servers": [{"url": address}],
        "paths": {f"/{dataset.slug}": {"get": _operation(dataset)} for dataset in listed},
        "components": {
            "schemas": {
                "problem": _PROBLEM,
                **{_row_name(dataset): _row(dataset) for dataset in listed},
                **{_answer_name(dataset): _answer(dataset) for dataset in listed},
            },
            "parameters": _PARAMETERS,
            "headers": _HEADERS,
            "responses": _RESPONSES,
        },
    }


def _operation(dataset: PublishedDataset) -> dict[str, Any]:
    content = {JSON: {"schema": _reference("schemas", _answer_name(dataset))}}
    return {
        "operationId": dataset.slug,
        "summary": dataset.title,
        "description": dataset.description,
        "tags": [dataset.title],
        "parameters": [
            *(_parameter(each) for each in filters(dataset)),
            *(_reference("parameters", name) for name in _PARAMETERS),
        ],
        "responses": {
            "200": {"description": "Rader, och var de andra finns.", "headers": _ABOUT, "content": content},
            **{status: _reference("responses", status) for status in _RESPONSES},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.title}. Ange {parameter.expects}.",
        "schema": parameter.schema,
    }


def _reference(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _row_name(dataset: PublishedDataset) -> str:
    return f"{dataset.slug}.row"


def _row(dataset: PublishedDataset) -> Schema:
    return {
        "type": "object",
        "description": f"En rad i {dataset.title}.",
        "properties": {column.name: _value(column) for column in dataset.columns},
        "required": [column.name for column in dataset.columns],
        "additionalProperties": False,
    }


def _value(column: Column) -> Schema:
    """A value, or null where it is not known."""
    schema = _VALUES[column.kind]
    words = [column.title, column.description, f"Enhet: {column.unit}." if column.unit else ""]
    description = " ".join(f"{word.rstrip('.')}." for word in words if word)
    return {**schema, "type": [schema["type"], "null"], "description": description}


def _answer_name(dataset: PublishedDataset) -> str:
    return f"{dataset.slug}.answer"


def _answer(dataset: PublishedDataset) -> Schema:
    count = {"type": "integer", "minimum": 0}
    rows = {"type": "array", "items": _reference("schemas", _row_name(dataset))}
    properties: dict[str, Schema] = {
        "dataset": {"const": dataset.slug},
        "title": {"type": "string", "description": "Vad datamängden heter."},
        "source": {"type": "string", "description": "Varifrån uppgifterna kommer."},
        "licence": {**_ADDRESS, "description": "Villkoren för att använda dem."},
        "changed_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "När någon av raderna senast ändrades.",
        },
        "total": {**count, "description": "Hur många rader som svarar mot filtren."},
        "offset": {**count, "description": "Hur många av dem som står före de här."},
        "limit": {**count, "description": "Hur många rader som får plats i ett svar."},
        "previous": {**_ADDRESS_OR_NONE, "description": "Raderna före. Tomt när det inte finns några."},
        "next": {**_ADDRESS_OR_NONE, "description": "Raderna efter. Tomt när det inte finns några."},
        "rows": rows,
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def _problem(problem: Problem) -> dict[str, Any]:
    content = {PROBLEM_JSON: {"schema": _reference("schemas", "problem")}}
    return {"description": f"{problem.title}. {problem.advice}", "content": content}


_PROBLEM: Schema = {
    "type": "object",
    "description": "Varför frågan inte besvaras (RFC 9457).",
    "properties": {
        "type": {**_ADDRESS, "description": "Vilket slags fel det är, och var det går att läsa om det."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Vad som behöver göras."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["parameter", "detail"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "detail", "errors"],
    "additionalProperties": False,
}

_PARAMETERS = {
    **{parameter.name: _parameter(parameter) for parameter in PAGING},
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETag från ett tidigare svar. Har inget ändrats blir svaret 304, utan innehåll.",
        "schema": {"type": "string"},
    },
}
_HEADERS = {
    "ETag": _header("Ändras när svaret ändras."),
    "Last-Modified": _header("När någon av raderna senast ändrades."),
    "Link": _header("Adresserna till de första, föregående, nästa och sista raderna."),
}
_ABOUT = {name: _reference("headers", name) for name in _HEADERS}
_RESPONSES = {
    "304": {
        "description": "Inget har ändrats sedan svaret vars ETag står i If-None-Match.",
        "headers": _ABOUT,
    },
    "400": _problem(PARAMETERS),
    "406": _problem(NOT_JSON),
    "412": {"description": "Ett villkor i If-Match eller If-Unmodified-Since är inte uppfyllt."},
    "429": _problem(TOO_MANY),
}

"""The API's description as a page to read: docs/api.md."""

from collections.abc import Iterator
from typing import Any

INTRODUCTION = """# The REST API

Written by `manage.py document_api` from the API's own description (`/api/schema`); a test keeps it
true. `/api/docs` shows the same with examples, and tries it out.

* Paths begin with `/api` and end without a slash. Bodies are JSON unless a form is named.
* `Authorization: Bearer …` carries an OAuth access token, whose scopes are named below, or the
  token of a sign-in, which has all rights of its user.
* Answers are `{"status": …, "data": …}`; errors are JSON, too: `{"status": …, "message": …}`, with
  `errors` where fields were refused. Those of OAuth are `{"error": …, "error_description": …}`.
* Datetimes are RFC 1123 in GMT, durations `H:MM:SS`, distances km, speeds km/h, heights m. Zero is
  `null` in workouts. Days and hours in requests are those of the user's time zone.
* A workout holds its first 100 segments, in an answer with several workouts its first 20. Where
  there are more, `segments_next` is the address of the others, which come page by page.
* 429 tells of too many calls; `RateLimit-*` headers tell how many are left.
"""
METHODS_IN_ORDER = ("get", "post", "patch", "delete")


def write_document(schema: dict[str, Any]) -> str:
    """Markdown for all operations of an OpenAPI document, by the first part of their paths."""
    parts = [INTRODUCTION]
    for tag, operations in sorted(by_tag(schema).items()):
        parts.append(f"## {tag}\n")
        parts += [part for operation in operations for part in describe(*operation)]
    return "\n".join(parts).rstrip() + "\n"


def by_tag(schema: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """(method, path, operation) of each tag, in the order of paths."""
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, item in sorted(schema["paths"].items()):
        for method in METHODS_IN_ORDER:
            if method in item:
                tag = item[method]["tags"][0]
                found.setdefault(tag, []).append((method.upper(), path, item[method]))
    return found


def describe(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    """The paragraphs of one operation."""
    yield f"### `{method} {path}`\n"
    yield f"{operation['summary']}.\n"
    yield f"{who(operation)}\n"
    parameters = operation.get("parameters", [])
    if parameters:
        yield "\n".join(describe_parameter(parameter) for parameter in parameters) + "\n"
    if "requestBody" in operation:
        yield describe_body(operation["requestBody"]) + "\n"
    yield "Answers: " + ", ".join(sorted(operation["responses"])) + ".\n"


def who(operation: dict[str, Any]) -> str:
    """Who may call it."""
    security = operation.get("security", [])
    if not any(security) or {} in security:
        return "For everybody."
    scopes = [scope for choice in security for scope in choice.get("oauth2", [])]
    if scopes:
        return "Scope: " + ", ".join(f"`{scope}`" for scope in scopes) + "."
    return "Only with the token of a sign-in."


def describe_parameter(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    kind = " or ".join(f"`{value}`" for value in schema.get("enum", [])) or schema.get("type", "")
    default = f" (default `{schema['default']}`)" if "default" in schema else ""
    text = f": {parameter['description']}" if parameter.get("description") else ""
    return f"* `{parameter['name']}` in the {parameter['in']}, {kind}{default}{text}"


def describe_body(body: dict[str, Any]) -> str:
    """The kinds of a body, and the names of their schemas in `/api/schema`."""
    kinds = [
        f"`{kind}`" + (f" ({name})" if (name := schema_name(content)) else "")
        for kind, content in body["content"].items()
    ]
    return "Body: " + ", ".join(kinds) + "."


def schema_name(content: dict[str, Any]) -> str:
    reference: str = content.get("schema", {}).get("$ref", "")
    return reference.rpartition("/")[2]

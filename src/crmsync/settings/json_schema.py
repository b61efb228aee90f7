"""JSON Schema of a settings file, for editors that complete and check while one types."""

from pydantic import TypeAdapter

from crmsync.settings.workspace import ConnectorSettings, Workspace

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(title: str, schema: type[object]) -> dict[str, object]:
    """The JSON Schema of one file; the agreement's schemas come from `agreement.draft.shapes`."""
    return {"$schema": DRAFT, **TypeAdapter(schema).json_schema(by_alias=True), "title": title}


def workspace_schemas() -> dict[str, dict[str, object]]:
    """The schemas of the files outside the agreement, by file name."""
    return {
        "crmsync.yaml": json_schema("crmsync.yaml", Workspace),
        "connectors/*.yaml": json_schema("connectors/*.yaml", ConnectorSettings),
    }

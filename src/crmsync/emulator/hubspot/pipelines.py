"""Pipelines and their stages: where deals, tickets and leads stand (facts/hubspot.md section 8)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from crmsync.emulator.wire import Json

FROM_THE_START = "1970-01-01T00:00:00Z"  # as the capture of 12 Mar 2026 has it (NangoHQ fetch-pipelines.test.json)

# object type -> the properties that hold the pipeline and the stage
STAGED = {
    "deals": ("pipeline", "dealstage"),
    "tickets": ("hs_pipeline", "hs_pipeline_stage"),
    "leads": ("hs_pipeline", "hs_pipeline_stage"),
}

# Pipeline id and label, then its stages: id, label, metadata. Deals: the capture; leads: public code and airbyte's
# leads.json (categories); tickets: HubSpot's own four.
_STOCK: dict[str, tuple[str, str, tuple[tuple[str, str, dict[str, str]], ...]]] = {
    "deals": (
        "default",
        "Sales Pipeline",
        (
            ("appointmentscheduled", "Appointment Scheduled", {"isClosed": "false", "probability": "0.2"}),
            ("qualifiedtobuy", "Qualified To Buy", {"isClosed": "false", "probability": "0.4"}),
            ("presentationscheduled", "Presentation Scheduled", {"isClosed": "false", "probability": "0.6"}),
            ("decisionmakerboughtin", "Decision Maker Bought-In", {"isClosed": "false", "probability": "0.8"}),
            ("contractsent", "Contract Sent", {"isClosed": "false", "probability": "0.9"}),
            ("closedwon", "Closed Won", {"isClosed": "true", "probability": "1.0"}),
            ("closedlost", "Closed Lost", {"isClosed": "true", "probability": "0.0"}),
        ),
    ),
    "tickets": (
        "0",
        "Support Pipeline",
        (
            ("1", "New", {"isClosed": "false", "ticketState": "OPEN"}),
            ("2", "Waiting on contact", {"isClosed": "false", "ticketState": "OPEN"}),
            ("3", "Waiting on us", {"isClosed": "false", "ticketState": "OPEN"}),
            ("4", "Closed", {"isClosed": "true", "ticketState": "CLOSED"}),
        ),
    ),
    "leads": (
        "lead-pipeline-id",
        "Lead pipeline",
        (
            ("new-stage-id", "New", {"leadState": "NEW"}),
            ("attempting-stage-id", "Attempting", {"leadState": "IN_PROGRESS"}),
            ("connected-stage-id", "Connected", {"leadState": "IN_PROGRESS"}),
            ("qualified-stage-id", "Qualified", {"leadState": "QUALIFIED"}),
            ("unqualified-stage-id", "Unqualified", {"leadState": "UNQUALIFIED"}),
        ),
    ),
}


@dataclass(slots=True)
class Stage:
    """One step of a pipeline; all values of `metadata` are strings, numbers and truth values too."""

    id: str
    label: str
    order: int
    metadata: dict[str, str] = field(default_factory=dict)
    created: str = FROM_THE_START
    updated: str = FROM_THE_START

    @property
    def closed(self) -> bool:
        """Whether a record that stands here is done with."""
        return self.metadata.get("isClosed") == "true"

    @property
    def won(self) -> bool:
        """Closed, and certain to have come about."""
        return self.closed and float(self.metadata.get("probability", "0") or 0) >= 1.0

    def as_json(self) -> dict[str, Json]:
        """The stage as the pipelines API shows it."""
        return {
            "label": self.label,
            "displayOrder": self.order,
            "metadata": dict(self.metadata),
            "id": self.id,
            "createdAt": self.created,
            "updatedAt": self.updated,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
            "archived": False,
        }


@dataclass(slots=True)
class Pipeline:
    """A row of stages, by id."""

    id: str
    label: str
    order: int = 0
    stages: dict[str, Stage] = field(default_factory=dict)
    created: str = FROM_THE_START
    updated: str = FROM_THE_START

    def as_json(self) -> dict[str, Json]:
        """The pipeline as the API shows it, its stages in their order."""
        return {
            "label": self.label,
            "displayOrder": self.order,
            "id": self.id,
            "stages": [one.as_json() for one in self.in_order()],
            "createdAt": self.created,
            "updatedAt": self.updated,
            "archived": False,
        }

    def in_order(self) -> list[Stage]:
        """The stages as people see them."""
        return sorted(self.stages.values(), key=lambda one: one.order)


Pipelines = dict[str, dict[str, Pipeline]]


def stock_pipelines() -> Pipelines:
    """The pipelines of an untouched portal, by object type and id; new values at each call."""
    found: Pipelines = {}
    for kind, (id_, label, stages) in _STOCK.items():
        steps = {name: Stage(name, text, order, dict(meta)) for order, (name, text, meta) in enumerate(stages)}
        found[kind] = {id_: Pipeline(id_, label, 0, steps)}
    return found


def stage_of(pipelines: Pipelines, kind: str, values: Mapping[str, str]) -> Stage | None:
    """The stage a record of that type stands in; None where it stands nowhere, or in a stage that is gone."""
    if kind not in STAGED:
        return None
    line, step = STAGED[kind]
    pipeline = pipelines[kind].get(values.get(line, "")) or next(iter(pipelines[kind].values()), None)
    return pipeline.stages.get(values.get(step, "")) if pipeline else None


def grow(pipelines: dict[str, Pipeline], line: str, step: str) -> None:
    """A pipeline and a stage that a loaded row names and nobody has seen yet come into being, by that id and label."""
    if line and line not in pipelines:
        pipelines[line] = Pipeline(line, line, len(pipelines))
    pipeline = pipelines.get(line) or next(iter(pipelines.values()))
    if step and step not in pipeline.stages:
        pipeline.stages[step] = Stage(step, step, len(pipeline.stages), {"isClosed": "false"})


def stamp_names(kind: str, stage: str) -> tuple[str, str]:
    """The properties that tell when a record came into a stage and when it left it (section 7: `hs_v2_date_…`).

    For leads and tickets they end in a number of the portal's own (airbyte leads.json), the same one for each stage.
    """
    plain = kind in {"deals", "contacts", "companies"}
    word = stage if plain else f"{stage.replace('-', '_')}_{zlib.crc32(stage.encode())}"
    return f"hs_v2_date_entered_{word}", f"hs_v2_date_exited_{word}"

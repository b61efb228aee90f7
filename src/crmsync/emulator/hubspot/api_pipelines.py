"""The pipelines API: pipelines and stages of deals, tickets and leads, read and changed (facts sections 1, 8)."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.pipelines import STAGED, Pipeline, Stage
from crmsync.emulator.hubspot.reading import Object, a_flag, a_list, a_word, an_object, body_of
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.hubspot.stock import stage_stamps
from crmsync.emulator.hubspot.values import text_of
from crmsync.emulator.wire import Answer, Asked, Json


def list_pipelines(books: Books, asked: Asked) -> Answer:
    """Every pipeline of the object type in its order, without paging."""
    found = sorted(_pipelines(books, _kind(books, asked)).values(), key=lambda one: one.order)
    return Answer(body={"results": [one.as_json() for one in found]})


def get_pipeline(books: Books, asked: Asked) -> Answer:
    """One pipeline, or 404."""
    return Answer(body=_pipeline(books, asked).as_json())


def create_pipeline(books: Books, asked: Asked) -> Answer:
    """A new pipeline with its stages: 201; a label that is taken is a 400."""
    kind, body = _kind(books, asked), body_of(asked)
    made = _read_pipeline(books, kind, body, books.new_definition())
    _pipelines(books, kind)[made.id] = made
    _write_down(books, "create", kind, made.id)
    return Answer(201, made.as_json())


def update_pipeline(books: Books, asked: Asked) -> Answer:
    """Another label or place; the stages stay."""
    kind, pipeline, body = _kind(books, asked), _pipeline(books, asked), body_of(asked)
    if "label" in body:
        pipeline.label = _free_label(books, kind, body, pipeline.id)
    pipeline.order = _order(body, pipeline.order)
    pipeline.updated = books.stamp()
    _write_down(books, "update", kind, pipeline.id)
    return Answer(body=pipeline.as_json())


def replace_pipeline(books: Books, asked: Asked) -> Answer:
    """Everything anew under the same id, stages too."""
    kind, before = _kind(books, asked), _pipeline(books, asked)
    fresh = _read_pipeline(books, kind, body_of(asked), before.id)
    fresh.created = before.created
    _spare(books, asked, kind, fresh.id, [one for one in before.stages if one not in fresh.stages])
    _pipelines(books, kind)[before.id] = fresh
    _write_down(books, "update", kind, before.id)
    return Answer(body=fresh.as_json())


def delete_pipeline(books: Books, asked: Asked) -> Answer:
    """No such pipeline any more; `validateReferencesBeforeDelete` refuses while records stand in it."""
    kind, pipeline = _kind(books, asked), _pipeline(books, asked)
    if len(_pipelines(books, kind)) == 1:
        raise Refusal(400, f"The last pipeline of {kind.name} cannot be deleted")
    _spare(books, asked, kind, pipeline.id, list(pipeline.stages))
    del _pipelines(books, kind)[pipeline.id]
    _write_down(books, "delete", kind, pipeline.id)
    return Answer(204)


def list_stages(books: Books, asked: Asked) -> Answer:
    """The stages of one pipeline in their order."""
    return Answer(body={"results": [one.as_json() for one in _pipeline(books, asked).in_order()]})


def get_stage(books: Books, asked: Asked) -> Answer:
    """One stage, or 404."""
    return Answer(body=_stage(books, asked).as_json())


def create_stage(books: Books, asked: Asked) -> Answer:
    """A new stage: 201. Deals need a `probability`, tickets a `ticketState`."""
    kind, pipeline, body = _kind(books, asked), _pipeline(books, asked), body_of(asked)
    made = _read_stage(books, kind, body, len(pipeline.stages))
    _free_step(pipeline, made.label, "")
    pipeline.stages[made.id] = made
    pipeline.updated = books.stamp()
    _write_down(books, "create", kind, f"{pipeline.id}/{made.id}")
    return Answer(201, made.as_json())


def update_stage(books: Books, asked: Asked) -> Answer:
    """Another label, place or metadata; PUT and PATCH alike keep the id."""
    kind, pipeline, stage, body = _kind(books, asked), _pipeline(books, asked), _stage(books, asked), body_of(asked)
    if "label" in body:
        stage.label = _free_step(pipeline, a_word(body["label"], "label"), stage.id)
    if "metadata" in body:
        stage.metadata = {**stage.metadata, **_metadata(kind, an_object(body["metadata"]), stage.metadata)}
    stage.order, stage.updated = _order(body, stage.order), books.stamp()
    _write_down(books, "update", kind, f"{pipeline.id}/{stage.id}")
    return Answer(body=stage.as_json())


def delete_stage(books: Books, asked: Asked) -> Answer:
    """No such stage any more, unless records stand in it."""
    kind, pipeline, stage = _kind(books, asked), _pipeline(books, asked), _stage(books, asked)
    if len(pipeline.stages) == 1:
        raise Refusal(400, f"The last stage of pipeline {pipeline.id} cannot be deleted")
    _in_use(books, kind, pipeline.id, [stage.id])
    del pipeline.stages[stage.id]
    _write_down(books, "delete", kind, f"{pipeline.id}/{stage.id}")
    return Answer(204)


def _kind(books: Books, asked: Asked) -> Kind:
    kind = books.kind(asked.params["type"])
    if kind.name not in STAGED:
        raise Refusal(400, f"{kind.name} have no pipelines of their own here: not supported by the emulator")
    return kind


def _pipelines(books: Books, kind: Kind) -> dict[str, Pipeline]:
    return books.state.pipelines[kind.name]


def _pipeline(books: Books, asked: Asked) -> Pipeline:
    found = _pipelines(books, _kind(books, asked)).get(asked.params["id"])
    if found is None:
        raise not_found()
    return found


def _stage(books: Books, asked: Asked) -> Stage:
    found = _pipeline(books, asked).stages.get(asked.params["stage"])
    if found is None:
        raise not_found()
    return found


def _read_pipeline(books: Books, kind: Kind, body: Object, id_: str) -> Pipeline:
    made = Pipeline(id_, _free_label(books, kind, body, id_), _order(body, len(_pipelines(books, kind))))
    made.created = made.updated = books.stamp()
    for order, one in enumerate(a_list(body.get("stages") or [], "stages")):
        stage = _read_stage(books, kind, an_object(one), order)
        _free_step(made, stage.label, "")
        made.stages[stage.id] = stage
    if not made.stages:
        raise Refusal(400, "A pipeline needs at least one stage")
    return made


def _read_stage(books: Books, kind: Kind, body: Object, place: int) -> Stage:
    label, metadata = a_word(body.get("label"), "label"), _metadata(kind, an_object(body.get("metadata") or {}), {})
    made = Stage(books.new_definition(), label, _order(body, place), metadata, books.stamp(), books.stamp())
    for known in stage_stamps(kind, made.id, label):
        books.schema(kind).setdefault(known.name, known)
    return made


def _metadata(kind: Kind, given: Object, before: dict[str, str]) -> dict[str, str]:
    """What a stage means, all as strings; deals need a probability from 0.0 to 1.0, which closes them at its ends."""
    told = {name: text_of(value) for name, value in given.items()}
    if kind.name == "deals":
        text = told.get("probability", before.get("probability", ""))
        if text not in {f"{tenths / 10}" for tenths in range(11)} | {"0", "1"}:
            raise Refusal(400, "Deal stages need a probability between 0.0 and 1.0 in their metadata")
        told["probability"] = str(float(text))
        told.setdefault("isClosed", "true" if float(text) in {0.0, 1.0} else "false")
    if kind.name == "tickets":
        state = told.get("ticketState", before.get("ticketState", "OPEN"))
        if state not in {"OPEN", "CLOSED"}:
            raise Refusal(400, "ticketState is OPEN or CLOSED")
        told |= {"ticketState": state, "isClosed": "true" if state == "CLOSED" else "false"}
    return told


def _free_label(books: Books, kind: Kind, body: Object, own: str) -> str:
    label = a_word(body.get("label"), "label")
    if any(one.label.lower() == label.lower() and one.id != own for one in _pipelines(books, kind).values()):
        raise Refusal(409, f"A pipeline with the label '{label}' already exists.", "CONFLICT")
    return label


def _free_step(pipeline: Pipeline, label: str, own: str) -> str:
    if any(one.label.lower() == label.lower() and one.id != own for one in pipeline.stages.values()):
        raise Refusal(409, f"A stage with the label '{label}' already exists in this pipeline.", "CONFLICT")
    return label


def _spare(books: Books, asked: Asked, kind: Kind, pipeline: str, stages: list[str]) -> None:
    if a_flag(asked, "validateReferencesBeforeDelete") or a_flag(asked, "validateDealStageUsagesBeforeDelete"):
        _in_use(books, kind, pipeline, stages)


def _in_use(books: Books, kind: Kind, pipeline: str, stages: list[str]) -> None:
    line, step = STAGED[kind.name]
    first = next(iter(_pipelines(books, kind)))
    for record in books.table(kind).live():
        if (record.get(line) or first) == pipeline and record.get(step) in stages:
            words = f"Stage {record.get(step)} is still used by {kind.singular} {record.id}"
            raise Refusal(400, words, "VALIDATION_ERROR", context={"stageIds": stages})


def _order(body: Object, otherwise: int) -> int:
    value = body.get("displayOrder", otherwise)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _write_down(books: Books, op: str, kind: Kind, id_: str) -> None:
    changes: dict[str, tuple[Json, Json]] = {}
    books.write_down(CLIENT, op, f"pipelines/{kind.name}", id_, changes)

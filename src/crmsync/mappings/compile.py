"""A mapping file and what the org has become the streams to pull."""

from collections.abc import Iterator, Mapping

from crmsync.mappings.build import stream
from crmsync.mappings.plumbing import FieldPlan, StreamPlan, SystemMapping
from crmsync.mappings.problems import structural_problems
from crmsync.mappings.schema import MappingFile
from crmsync.model.errors import SettingsProblem, ShapeChanged
from crmsync.model.records import RecordKind
from crmsync.model.streams import FieldSpec, StreamSpec, VendorField, VendorObject, Wire
from crmsync.settings.read import examine, in_order


def compile_mapping(text: str, label: str) -> SystemMapping:
    """Read one `mappings/<system>.yaml`. Raises SettingsProblem with every problem, each with its place in the file."""
    reading = examine(label, text, MappingFile)
    structural = structural_problems(reading.document, reading.value) if reading.value else ()
    problems = in_order((*reading.problems, *structural))
    if problems or reading.value is None:
        raise SettingsProblem(problems)
    streams = {name: stream(name, row) for name, row in reading.value.streams.items()}
    return SystemMapping(reading.value.system, label, streams)


def compile_streams(mapping: SystemMapping, describes: Mapping[str, VendorObject]) -> tuple[StreamSpec, ...]:
    """All streams of one CRM against what it says it has (`describes` by vendor object name).

    An object the CRM does not have at all leaves its stream out, unless it holds a required field. Raises
    ShapeChanged naming every required field that is missing; `compile_stream` does one stream alone.
    """
    specs, missing = [], []
    for plan in mapping.streams.values():
        try:
            specs.append(compile_stream(mapping, plan, describes.get(plan.object)))
        except ShapeChanged as changed:
            missing.append(str(changed))
    if missing:
        raise ShapeChanged("\n".join(missing))
    return tuple(spec for spec in specs if spec is not None)


def compile_stream(mapping: SystemMapping, plan: StreamPlan, described: VendorObject | None) -> StreamSpec | None:
    """One stream with the fields the org has; optional ones it lacks go to `missing`. None: the object is not there.

    A field is writable where mapping and org agree. Raises ShapeChanged where a required field is missing; an optional
    stream is then left out.
    """
    there = described.fields if described else {}
    lacking = [one for one in plan.fields if one.required and one.vendor not in there]
    if lacking and not plan.optional:
        raise ShapeChanged(" ".join(_lacks(mapping, plan, one) for one in lacking))
    if lacking or described is None:
        return None
    return StreamSpec(
        system=mapping.system,
        name=plan.name,
        object=plan.object,
        kind=plan.kind,
        fields=tuple(_field_specs(plan, described)),
        missing=tuple(one.name for one in plan.fields if one.vendor not in there),
        associated=plan.associated,
        event_type=plan.event_type,
        tracked=plan.history.tracked if plan.history else (),
        optional=plan.optional,
    )


def _lacks(mapping: SystemMapping, plan: StreamPlan, field: FieldPlan) -> str:
    return (
        f"{mapping.system} shows us no field {plan.object}.{field.vendor}, and the stream {plan.name} cannot be read "
        f"without it. Let the user of crmsync see that field, or correct streams.{plan.name}.fields.{field.name} "
        f"in {mapping.label}."
    )


def _field_specs(plan: StreamPlan, described: VendorObject) -> Iterator[FieldSpec]:
    for field in plan.fields:
        vendor = described.fields.get(field.vendor)
        if vendor:
            yield FieldSpec(
                name=field.name,
                vendor=field.vendor,
                wire=field.wire,
                required=field.required,
                writable=field.writable and _vendor_lets_us(plan, vendor),
                max_length=vendor.max_length if field.wire is Wire.TEXT else None,
                options=_options(field, vendor, described),
                pulled=field.pulled,
            )


def _vendor_lets_us(plan: StreamPlan, vendor: VendorField) -> bool:
    """Tasks are made, never changed: there a field that can be set when a record is made is enough."""
    return vendor.writable or (plan.kind is RecordKind.ACTIVITY and vendor.creatable)


def _options(field: FieldPlan, vendor: VendorField, described: VendorObject) -> frozenset[str] | None:
    """The values that may be written; statuses that mean converted belong to the CRM's own conversion."""
    if not vendor.options or field.wire is not Wire.TEXT:
        return None
    closed = described.converted_values if field.name == "status" else frozenset()
    return frozenset(vendor.options) - closed

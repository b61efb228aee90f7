"""The agreement's files as far as they could be read: what the structural check looks at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import create_model

from crmsync.agreement.conditions import ConditionShape
from crmsync.agreement.meaning import DefinitionsFile, DispositionsFile, Shape, SignoffsFile, StatusesFile, StatusShape
from crmsync.agreement.vocabulary import FieldType
from crmsync.agreement.work import ImportsFile, QualificationFile, RoutingFile, ScoringFile, SlaFile
from crmsync.model.errors import Problem
from crmsync.settings.document import Document, Path
from crmsync.settings.read import Reading, examine
from crmsync.settings.suggest import did_you_mean
from crmsync.settings.units import Text

FILES = ("definitions", "statuses", "dispositions", "imports", "qualification", "scoring", "sla", "routing", "signoffs")
Spot = tuple[Path, ConditionShape]


@dataclass(frozen=True, slots=True)
class Draft:
    """Every file, each as far as it could be read, with the CRMs in use and the fields that conditions may name."""

    systems: tuple[str, ...]
    fields: Mapping[str, FieldType]
    definitions: Reading[DefinitionsFile]
    statuses: Reading[StatusesFile]
    dispositions: Reading[DispositionsFile]
    imports: Reading[ImportsFile]
    qualification: Reading[QualificationFile]
    scoring: Reading[ScoringFile]
    sla: Reading[SlaFile]
    routing: Reading[RoutingFile]
    signoffs: Reading[SignoffsFile]
    strangers: tuple[Problem, ...] = ()

    @property
    def readings(self) -> tuple[Reading[Shape], ...]:
        """All files."""
        return tuple(getattr(self, name) for name in FILES)

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the form of the files."""
        yield from self.strangers
        for reading in self.readings:
            yield from reading.problems


def read_draft(files: Mapping[str, str], systems: tuple[str, ...], fields: Mapping[str, FieldType]) -> Draft:
    """Read every file as far as possible. `files` maps names (a folder before them is fine) to text."""
    named = {name.rsplit("/", 1)[-1]: name for name in files}

    def one(name: str, shape: type[Shape]) -> Reading[Shape]:
        label = named.get(f"{name}.yaml")
        if label is not None:
            return examine(label, files[label], shape)
        if name == "signoffs":
            return examine("signoffs.yaml", "signoffs: []", shape)
        absent = Problem(
            f"{name}.yaml", 1, 1, f"{name}.yaml is missing.", "Copy it from a new workspace: crmsync init."
        )
        return Reading(Document(f"{name}.yaml", None), None, (absent,), whole=False)

    readings = {name: one(name, shape) for name, shape in shapes(systems).items()}
    return Draft(systems, fields, **readings, strangers=_strangers(files))  # type: ignore[arg-type]  # by name


@cache
def shapes(systems: tuple[str, ...]) -> dict[str, type[Shape]]:
    """The schema of every file; a status is spelled under the name of each CRM."""
    return {
        "definitions": DefinitionsFile,
        "statuses": statuses_file(systems),
        "dispositions": DispositionsFile,
        "imports": ImportsFile,
        "qualification": QualificationFile,
        "scoring": ScoringFile,
        "sla": SlaFile,
        "routing": RoutingFile,
        "signoffs": SignoffsFile,
    }


def statuses_file(systems: tuple[str, ...]) -> type[StatusesFile]:
    """statuses.yaml for these CRMs: a third CRM is one more name here."""
    spellings = dict.fromkeys(systems, (Text | None, None))
    status = create_model("StatusShape", __base__=StatusShape, **spellings)  # type: ignore[call-overload]  # by name
    return create_model("StatusesFile", __base__=StatusesFile, statuses=(dict[str, status], ...))  # type: ignore[valid-type]  # made above


def _strangers(files: Mapping[str, str]) -> tuple[Problem, ...]:
    known = [f"{name}.yaml" for name in FILES]
    return tuple(
        Problem(label, 1, 1, "this file is no part of the agreement.", did_you_mean(name, known))
        for label, name in ((label, label.rsplit("/", 1)[-1]) for label in files)
        if name not in known
    )

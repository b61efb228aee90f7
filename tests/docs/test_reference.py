"""Nothing a person can meet is undocumented: commands, settings, errors, doctor's findings, reason codes."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from crmsync.agreement.draft import shapes
from crmsync.mappings.schema import MappingFile
from crmsync.model import errors
from crmsync.settings.json_schema import json_schema, workspace_schemas

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "crmsync"
CODE = re.compile(r"(status|owner|task|score|import|brake|limit|undo|field|write)\.[a-z_]+")


def script(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def documented(page: str) -> set[str]:
    """Everything in backticks on a page."""
    return set(re.findall(r"`([^`\n]+)`", (DOCS / page).read_text("utf-8")))


def keys(schema) -> set[str]:
    """Every key a file may hold, however deep."""
    if isinstance(schema, list):
        return {key for one in schema for key in keys(one)}
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties")
    found = set(own) if isinstance(own, dict) else set()
    return found.union(*(keys(one) for one in schema.values()))


def section(title: str) -> str:
    """One chapter of settings.md, up to the next of the same depth."""
    text = (DOCS / "settings.md").read_text("utf-8")
    _, found, rest = text.partition(f" {title}\n")
    assert found, f"settings.md has no chapter {title}"
    return re.split(r"(?m)^##+ ", rest)[0]


def schemas():
    yield from ((name, schema, "") for name, schema in workspace_schemas().items())
    yield "mappings/*.yaml", MappingFile.model_json_schema(), ""
    shared = section("Conditions")
    for name, shape in shapes(("salesforce", "hubspot")).items():
        yield f"{name}.yaml", json_schema(name, shape), shared


@pytest.mark.parametrize("page", ["commands.md", "reasons.md", "emulator.md"])
def test_the_pages_written_from_the_program_are_up_to_date(page):
    assert (DOCS / page).read_text("utf-8") == script("reference").pages()[page], "run: python scripts/reference.py"


@pytest.mark.parametrize("name,schema,shared", [pytest.param(*one, id=one[0]) for one in schemas()])
def test_every_setting_is_documented_where_its_file_is(name, schema, shared):
    told = set(re.findall(r"`([^`\n]+)`", section(name) + shared))
    assert keys(schema) - told == set()


def test_no_setting_is_documented_that_no_file_knows():
    known = set().union(*(keys(schema) for _, schema, _ in schemas()))
    rows = re.findall(r"(?m)^\| ((?:`\w+`(?:, )?)+) \|", (DOCS / "settings.md").read_text("utf-8"))
    told = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert told - known == set()


def test_every_error_has_a_remedy():
    classes = {name: one for name, one in vars(errors).items() if isinstance(one, type)}
    kinds = {name for name, one in classes.items() if issubclass(one, errors.CrmsyncError)} - {"CrmsyncError"}
    assert len(kinds) > 10
    assert kinds - documented("errors.md") == set()


def test_every_exit_code_is_explained():
    values = {int(value) for value in re.findall(r"= (\d+)", (SOURCE / "cli" / "codes.py").read_text("utf-8"))}
    told = {int(one) for one in re.findall(r"(?m)^\| (\d+) \|", (DOCS / "errors.md").read_text("utf-8"))}
    assert values - told == set()


def test_every_finding_of_the_doctor_is_documented():
    tree = ast.parse((SOURCE / "cycle" / "doctor.py").read_text("utf-8"))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call)]
    makers = [one for one in calls if getattr(one.func, "id", "") in {"DoctorFinding", "_note", "_problem"}]
    codes = {one.args[1].value for one in makers if len(one.args) > 1 and isinstance(one.args[1], ast.Constant)}
    assert len(codes) > 5
    assert codes - documented("errors.md") == set()


def test_every_reason_code_in_the_program_is_documented():
    used = set()
    for room in ("rules", "reconcile", "cycle", "state", "model"):
        for path in (SOURCE / room).rglob("*.py"):
            for one in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.fullmatch(one.value):
                    used.add(one.value)
    used -= {"task.key"}  # a finding of the doctor
    assert len(used) > 20
    assert used - documented("reasons.md") == set()


def test_every_page_can_be_reached_from_the_readme():
    seen, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        for target in re.findall(r"\]\(([^)#:]+\.md)\)", page.read_text("utf-8")):
            found = (page.parent / target).resolve()
            assert found.is_file(), f"{page.name} leads to {target}, which is not there"
            if found not in seen:
                seen.add(found)
                todo.append(found)
    assert {path.name for path in DOCS.glob("*.md")} - {path.name for path in seen} == set()

"""The agreement's files, as one value or with every problem at once."""

import dataclasses
from collections.abc import Mapping

from crmsync.agreement.build import build
from crmsync.agreement.check import structural
from crmsync.agreement.draft import read_draft
from crmsync.agreement.model import Agreement
from crmsync.agreement.sign import content_hash, version_of
from crmsync.agreement.vocabulary import ATTRIBUTES, FieldType
from crmsync.model.errors import SettingsProblem
from crmsync.settings.read import in_order

SYSTEMS = ("salesforce", "hubspot")


def read_agreement(
    files: Mapping[str, str],
    *,
    systems: tuple[str, ...] = SYSTEMS,
    more_fields: Mapping[str, FieldType] | None = None,
) -> Agreement:
    """Read and check the agreement. Raises SettingsProblem with every problem of every file, in their order.

    `files` maps names (definitions.yaml ...) to their text. `systems` are the CRMs a status is spelled in;
    `more_fields` are facts that conditions may name beside the usual ones (fields an admin mapped).
    """
    draft = read_draft(files, systems, {**ATTRIBUTES, **(more_fields or {})})
    problems = in_order((*draft.problems(), *structural(draft)))
    if problems:
        raise SettingsProblem(problems)
    agreement = build(draft)
    content = content_hash(agreement)
    version = version_of(agreement.signoffs, content)
    return dataclasses.replace(agreement, content=content, version=version)

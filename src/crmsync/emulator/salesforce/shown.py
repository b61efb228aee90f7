"""Objects and fields as describe shows them: every key that a recorded describe has (shared/data)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmsync.emulator.salesforce.fields import Field
from crmsync.emulator.wire import Json

SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "int": "xsd:int",
    "address": "urn:address",
    "anyType": "xsd:anyType",
}
MASTER = "012000000000000AAA"
JIGSAW = ("JigsawContactId", "JigsawCompanyId")  # plain text, yet shown with the name of a parent

# what is the same for every field that this org can have
ALWAYS: Mapping[str, Json] = {
    "aiPredictionField": False,
    "autoNumber": False,
    "calculated": False,
    "calculatedFormula": None,
    "cascadeDelete": False,
    "controllerName": None,
    "defaultValueFormula": None,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "inlineHelpText": None,
    "mask": None,
    "maskType": None,
    "referenceTargetField": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "writeRequiresMasterRead": False,
}
_OBJECT_NEVER = ("activateable", "custom", "customSetting", "deprecatedAndHidden", "hasSubtypes",
                 "isInterface", "isSubtype")  # fmt: skip
_OBJECT_MAY = {
    "C": ("createable",),
    "D": ("deletable",),
    "F": ("feedEnabled",),
    "L": ("layoutable",),
    "K": ("deepCloneable",),
    "M": ("mergeable",),
    "R": ("mruEnabled",),
    "P": ("replicateable",),
    "S": ("searchable",),
    "T": ("triggerable",),
    "N": ("undeletable",),
    "U": ("updateable",),
}
_DESCRIBE_NULL = ("defaultImplementation", "extendedBy", "extendsInterfaces", "implementedBy", "implementsInterfaces",
                  "listviewable", "lookupLayoutable", "networkScopeFieldName")  # fmt: skip


def field_shown(field: Field) -> dict[str, Json]:
    """One field with all 57 keys of a recorded one."""
    return {
        **ALWAYS,
        "aggregatable": field.aggregatable,
        "byteLength": field.length if field.type in ("id", "reference") else field.length * 3,
        "caseSensitive": False,
        "compoundFieldName": field.compound or None,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": False if field.type == "boolean" else field.default if field.defaulted else None,
        "defaultedOnCreate": field.defaulted,
        "digits": field.precision if field.type == "int" else 0,
        "externalId": field.external_id,
        "extraTypeInfo": _extra(field),
        "filterable": field.filterable,
        "groupable": field.groupable,
        "idLookup": field.id_lookup or field.external_id,
        "label": field.title,
        "length": field.length,
        "name": field.name,
        "nameField": field.name == "Name" or field.type == "combobox",
        "namePointing": len(field.targets) > 1,
        "nillable": field.nillable,
        "permissionable": field.permissionable,
        "picklistValues": [choice.describe() for choice in field.choices],
        "polymorphicForeignKey": len(field.targets) > 1,
        "precision": 0 if field.type == "int" else field.precision,
        "queryByDistance": field.type == "address",
        "referenceTo": list(field.targets),
        "relationshipName": field.name.removesuffix("Id") if field.name in JIGSAW else field.relationship,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "searchPrefilterable": _prefilterable(field),
        "soapType": SOAP.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
    }


def summary(name: str, prefix: str, labels: tuple[str, str], may: str, version: str) -> dict[str, Json]:
    """One object as the global describe lists it."""
    base = f"/services/data/{version}/sobjects/{name}"
    urls: dict[str, Json] = {"rowTemplate": f"{base}/{{ID}}", "describe": f"{base}/describe", "sobject": base}
    if "L" in may:
        urls |= {"compactLayouts": f"{base}/describe/compactLayouts", "layouts": f"{base}/describe/layouts"}
    return {
        **dict.fromkeys(_OBJECT_NEVER, False),
        "associateEntityType": None,
        "associateParentEntity": None,
        **{key: letter in may for letter, keys in _OBJECT_MAY.items() for key in keys},
        "keyPrefix": prefix,
        "label": labels[0],
        "labelPlural": labels[1],
        "name": name,
        "queryable": True,
        "retrieveable": True,
        "urls": urls,
    }


def whole(
    short: Mapping[str, Json], fields: Sequence[Json], children: Sequence[Json], types: Sequence[Json]
) -> dict[str, Json]:
    """One object with its fields, the references to it and its record types."""
    everything: Json = {"label": f"All {str(short['labelPlural']).lower()}", "name": "everything"}
    return {
        **short,
        **dict.fromkeys(_DESCRIBE_NULL),
        "actionOverrides": [],
        "childRelationships": children,
        "compactLayoutable": short["layoutable"],
        "fields": fields,
        "namedLayoutInfos": [],
        "recordTypeInfos": types,
        "searchLayoutable": short["searchable"] is True and short["layoutable"] is True,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [everything],
    }


def child(sobject: str, field: Field, relationship: str | None) -> Json:
    """One reference from another object, as `childRelationships` lists it."""
    return {
        "cascadeDelete": relationship is not None and not field.name.startswith(("Parent", "Recurr")),
        "childSObject": sobject,
        "deprecatedAndHidden": False,
        "field": field.name,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": relationship,
        "restrictedDelete": False,
    }


def record_type(url: str, id_: str, names: tuple[str, str], *, default: bool, active: bool = True) -> Json:
    """One of `recordTypeInfos`; `names` are the developer's and the one on screens."""
    return {
        "active": active,
        "available": active,
        "defaultRecordTypeMapping": default,
        "developerName": names[0],
        "master": id_ == MASTER,
        "name": names[1],
        "recordTypeId": id_,
        "urls": {"layout": f"{url}/describe/layouts/{id_}"},
    }


def _extra(field: Field) -> str | None:
    if field.compound == "Name" or (field.name == "Name" and field.label == "Full Name"):
        return "personname"
    if field.type == "textarea":
        return "plaintextarea"
    return "imageurl" if field.name == "PhotoUrl" else None


def _prefilterable(field: Field) -> bool:
    if field.type != "reference" or not field.nillable or field.name == "MasterRecordId":
        return False
    return not field.name.startswith("Recurrence")

"""SOQL: what is malformed answers MALFORMED_QUERY, what is valid runs or is not covered (facts section 4)."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.salesforce.door import Door, shared

SCHEMA_CODES = {"INVALID_FIELD", "INVALID_TYPE", "INVALID_QUERY_FILTER_OPERATOR"}


def test_recorded_valid_queries_run_or_are_refused_as_not_covered(door: Door):
    listed = [row["soql"] for row in shared("soql/parse.json")]
    listed += [row["soql"] for row in shared("soql/validity.json") if row["valid"]]
    assert len(listed) > 100
    wrong = [soql for soql in listed if _verdict(door, soql) == "MALFORMED_QUERY"]
    assert wrong == []


def test_recorded_invalid_queries_are_malformed(door: Door):
    listed = [row["soql"] for row in shared("soql/validity.json") if not row["valid"]]
    assert len(listed) > 20
    wrong = [(soql, code) for soql in listed if (code := _verdict(door, soql)) != "MALFORMED_QUERY"]
    assert wrong == []


def test_what_is_not_covered_says_so(door: Door):
    for soql in (
        "SELECT COUNT(Id, Name) FROM Lead",
        "SELECT Id FROM Lead WHERE CALENDAR_YEAR(CreatedDate) = 2026",
        "SELECT Id FROM Lead WHERE Id IN (SELECT LeadId FROM CampaignMember)",
        "SELECT Name, (SELECT Id FROM Contacts) FROM Account",
        "SELECT TYPEOF Who WHEN Lead THEN Company END FROM Task",
        "SELECT toLabel(Status) FROM Lead",
        "SELECT FORMAT(CreatedDate) FROM Lead",
        "SELECT convertCurrency(Amount) FROM Opportunity",
        "SELECT Status, COUNT(Id) FROM Lead GROUP BY CUBE(Status)",
        "SELECT Status, COUNT(Id) FROM Lead",
        "SELECT FIELDS(STANDARD), FIELDS(CUSTOM) FROM Lead LIMIT 200",
        "SELECT Id FROM Lead FOR UPDATE",
        "SELECT Id FROM LoginHistory",
        "SELECT Individual.Name FROM Lead",
        "SELECT Id FROM Lead ORDER BY COUNT(Id)",
        "SELECT Id FROM Lead WHERE Status INCLUDES ('a')",
        "SELECT Id FROM Lead WHERE Id IN :ids",
    ):
        status, body = door.query(soql)
        assert status == 400
        assert "not supported by the emulator" in body[0]["message"]


@pytest.mark.parametrize(
    "soql, column, words",
    [
        ("SELECT Id FROM Lead WHERE Status LIKE", 38, "unexpected token: '<EOF>'"),
        ("SELECT Id, FROM Lead", 12, "unexpected token: 'FROM'"),
        ("SELECT Id FROM Lead WHERE Status == 'a'", 35, "unexpected token: '='"),
        ("SELECT Id FROM Lead WHERE A = 'a' AND B = 'b' OR C = 'c'", 47, "unexpected token: 'OR'"),
        ("SELECT Id FROM Lead WHERE A = 'a' AND NOT B = 'b'", 39, "unexpected token: 'NOT'"),
        ("SELECT Id FROM Lead ORDER Status", 27, "unexpected token: 'Status'"),
        ("SELECT Id FROM Lead LIMIT x", 27, "unexpected token: 'x'"),
        ("SELECT Id FROM Lead garbage tail", 29, "unexpected token: 'tail'"),
        ("SELECT Id FROM Lead WHERE Status = 'open", 36, "unterminated string literal"),
        ("SELECT Id FROM Lead ORDER BY Status NULLS", 42, "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Lead FOR FUN", 25, "unexpected token: 'FUN'"),
        ("SELECT Id FROM Lead UPDATE FUN", 28, "unexpected token: 'FUN'"),
        ("SELECT Id FROM Lead WITH DATA CATEGORY a NEAR b", 42, "unexpected token: 'NEAR'"),
        ("SELECT Id x FROM Lead", 11, "only aggregate expressions use field aliasing"),
        (r"SELECT Id FROM Lead WHERE Status = 'a\q'", 36, "Illegal string escape sequence"),
        ("SELECT Id, Id FROM Lead", 12, "duplicate field selected: Id"),
    ],
)
def test_a_malformed_query_names_its_place(door: Door, soql, column, words):
    status, body = door.query(soql)
    assert (status, body[0]["errorCode"]) == (400, "MALFORMED_QUERY")
    assert f"ERROR at Row:1:Column:{column}\n" in body[0]["message"]
    assert words in body[0]["message"]


def test_the_row_of_a_mistake_is_counted(door: Door):
    _, body = door.query("SELECT Id\nFROM Lead\nWHERE ?")
    assert "ERROR at Row:3:Column:7\n" in body[0]["message"]


@pytest.mark.parametrize(
    "soql, code, words",
    [
        ("SELECT Foo FROM Lead", "INVALID_FIELD", "No such column 'Foo' on entity 'Lead'"),
        ("SELECT Id FROM Lead WHERE Foo = 'a'", "INVALID_FIELD", "No such column 'Foo' on entity 'Lead'"),
        ("SELECT Id FROM Lead ORDER BY Foo", "INVALID_FIELD", "No such column 'Foo' on entity 'Lead'"),
        ("SELECT Owner.Foo FROM Lead", "INVALID_FIELD", "No such column 'Foo' on entity 'Name'"),
        ("SELECT Boss.Name FROM Lead", "INVALID_FIELD", "relationship 'Boss'"),
        ("SELECT Owner.Manager.Name FROM Lead", "INVALID_FIELD", "relationship 'Manager'"),
        ("SELECT Who.Company FROM Task", "INVALID_FIELD", "No such column 'Company' on entity 'Name'"),
        ("SELECT Account.Foo FROM Contact", "INVALID_FIELD", "No such column 'Foo' on entity 'Account'"),
        ("SELECT CreatedBy.Type FROM Lead", "INVALID_FIELD", "No such column 'Type' on entity 'User'"),
        ("SELECT Id FROM Lead WHERE Address = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM LeadHistory WHERE NewValue = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Lead ORDER BY Address", "MALFORMED_QUERY", "can not be sorted"),
        ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY", "must have a LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 201", "MALFORMED_QUERY", "must have a LIMIT of at most 200"),
        ("SELECT FIELDS(MINE) FROM Lead LIMIT 2", "MALFORMED_QUERY", "unexpected argument of FIELDS: MINE"),
        ("SELECT FIELDS(STANDARD), Id FROM Lead", "MALFORMED_QUERY", "duplicate field selected: Id"),
        ("SELECT COUNT(), Id FROM Lead", "MALFORMED_QUERY", "COUNT() must be the only element"),
        ("SELECT MAX(IsConverted) FROM Lead", "MALFORMED_QUERY", "does not support aggregate operator MAX"),
        ("SELECT SUM(Status) FROM Lead", "MALFORMED_QUERY", "does not support aggregate operator SUM"),
        ("SELECT COUNT(Id) FROM Lead LIMIT 1", "MALFORMED_QUERY", "cannot also use LIMIT"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY CreatedDate", "MALFORMED_QUERY", "can not be grouped"),
        ("SELECT COUNT(Id) a, MAX(Id) a FROM Lead", "MALFORMED_QUERY", "duplicate alias: a"),
        ("SELECT Id FROM Lead WHERE Status = TODAY", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Lead WHERE CreatedDate = LAST_N_MOONS:2", "MALFORMED_QUERY", "Invalid date literal"),
        ("SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS:99999999", "MALFORMED_QUERY", "Invalid date literal"),
        ("SELECT Id FROM Lede", "INVALID_TYPE", "sObject type 'Lede' is not supported"),
        ("SELECT Id FROM Lead WHERE Description = 'a'", "INVALID_FIELD", "can not be filtered"),
        (
            "SELECT Id FROM Lead WHERE Status = 1",
            "INVALID_FIELD",
            "must be of type string and should be enclosed in quotes",
        ),
        ("SELECT Id FROM Lead WHERE IsConverted = 'true'", "INVALID_FIELD", "must be of type boolean"),
        ("SELECT Id FROM Lead WHERE NumberOfEmployees = '1'", "INVALID_FIELD", "must be of type int"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-12-01", "INVALID_FIELD", "must be of type dateTime"),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > '2026-12-01T00:00:00Z'",
            "INVALID_FIELD",
            "not be enclosed in quotes",
        ),
        ("SELECT Id FROM Task WHERE ActivityDate > 2026-12-01T00:00:00Z", "INVALID_FIELD", "must be of type date"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-13-01T00:00:00Z", "MALFORMED_QUERY", "Invalid dateTime"),
        ("SELECT Id FROM Lead WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc"),
        ("SELECT Id FROM Lead WHERE Status LIKE 5", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Lead WHERE Id = 5", "INVALID_FIELD", "must be of type id and should be enclosed"),
        ("SELECT Id FROM Lead WHERE Status > null", "INVALID_FIELD", "invalid operator"),
        ("SELECT Id FROM Lead WHERE Id LIKE '00Q%'", "INVALID_FIELD", "invalid operator on id field"),
        ("SELECT Id FROM Lead WHERE IsConverted > FALSE", "INVALID_FIELD", "invalid operator"),
        ("SELECT Description FROM Lead ORDER BY Description", "MALFORMED_QUERY", "can not be sorted"),
        ("SELECT Id FROM Lead OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
    ],
)
def test_the_schema_is_checked_in_the_vendors_words(door: Door, soql, code, words):
    status, body = door.query(soql)
    assert (status, body[0]["errorCode"]) == (400, code)
    assert words in body[0]["message"]


PIECES = st.sampled_from(
    """SELECT Id , FROM Lead WHERE Status = 'a' AND OR NOT ( ) IN LIKE null TRUE 1 2026-12-02T09:00:00Z ORDER BY DESC
    NULLS LAST LIMIT 5 OFFSET . Owner Name COUNT() GROUP HAVING WITH : TYPEOF WHEN '""".split()
)


@given(st.lists(PIECES, max_size=25).map(" ".join) | st.text(max_size=60))
def test_no_text_makes_the_org_stumble(soql):
    status, body = Door().query(soql)
    assert status in (200, 400)
    assert status == 200 or {"message", "errorCode"} <= set(body[0])


def test_a_tower_of_parentheses_is_refused_and_not_a_crash(door: Door):
    soql = f"SELECT Id FROM Lead WHERE {'(' * 3000}Status = 'a'{')' * 3000}"
    assert _verdict(door, soql) == "MALFORMED_QUERY"


def _verdict(door: Door, soql: str) -> str:
    status, body = door.query(soql)
    assert status < 500
    if status == 200:
        return "ran"
    code = body[0]["errorCode"]
    assert code in {"MALFORMED_QUERY", "NOT_SUPPORTED"} | SCHEMA_CODES
    return str(code)

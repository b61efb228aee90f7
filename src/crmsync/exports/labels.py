"""What columns are called: API names and the English labels of reports, Data Loader and HubSpot's contact export.

One line per field: the API name, what its cells hold, and the labels under which people export it. A name with a star
is hardly found in another kind of file. `Owner.Name` and the like are not fields but lead to one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of export that are understood."""

    LEADS = "Salesforce leads"
    CONTACTS = "Salesforce contacts"
    TASKS = "Salesforce tasks"
    OPPORTUNITIES = "Salesforce opportunities"
    HUBSPOT = "HubSpot contacts"


class Cell(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    ID = "id"
    INSTANT = "instant"
    DAY = "day"
    FLAG = "flag"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Known:
    """One field an export may hold. `labels` are folded; those in `tells` are hardly found in another kind of file."""

    field: str
    cell: Cell
    labels: tuple[str, ...]
    tells: frozenset[str] = frozenset()


_SYSTEM = """
CreatedDate | instant | Create Date, Created Date, Date Created, Created
LastModifiedDate | instant | Last Modified Date, Last Modified
SystemModstamp | instant | System Modstamp
CreatedById | id | Created By ID
CreatedBy.Name | text | Created By, Created By: Full Name, Created By Name
IsDeleted | flag | Deleted
"""

_OWNER = """
OwnerId | id | Owner ID
Owner.Name | text | Owner, Owner Name, Owner Full Name, Owner: Full Name
Owner.Email | text | Owner Email, Owner: Email
Owner.UserRole.Name | text | Owner Role, Lead Owner Role, Lead Owner: Role, Owner Role Name
"""

_PERSON = """
FirstName | text | First Name
LastName | text | Last Name
Name | text | Full Name
Title | text | Job Title
Email | text | Email Address, E-mail
Phone | text | Phone Number, Business Phone
LeadSource | text | Lead Source
DoNotCall | flag | Do Not Call
HasOptedOutOfEmail | flag | Email Opt Out, Email Opt-Out
Import_Tag__c | text | Import Tag
"""

_LEADS = f"""
Id | id | Lead ID*, ID, Record ID
Status | text | Lead Status*
OwnerId | id | Lead Owner ID*
Owner.Name | text | Lead Owner*, Lead Owner: Full Name*
IsConverted* | flag | Converted*
ConvertedDate* | day | Converted Date*
ConvertedContactId* | id | Converted Contact ID*
ConvertedOpportunityId* | id | Converted Opportunity ID*
Company | text | Company / Account, Company/Account, Company Name
Country | text | Country (text only)
Industry | text |
NumberOfEmployees | number | No. of Employees, Employees, Number of Employees
{_PERSON}{_OWNER}{_SYSTEM}"""

_CONTACTS = f"""
Id | id | Contact ID*, ID, Record ID
AccountId* | id | Account ID
Account.Name | text | Account Name
Contact_Status__c* | text | Contact Status*
OwnerId | id | Contact Owner ID
Owner.Name | text | Contact Owner, Contact Owner: Full Name
MailingCountry* | text | Mailing Country*, Country
{_PERSON}{_OWNER}{_SYSTEM}"""

_TASKS = f"""
Id | id | Activity ID*, Task ID*, ID, Record ID
WhoId* | id | Name ID, Who ID*, Lead ID, Contact ID
WhatId* | id | Related To ID
Subject | text | Task Subject
TaskSubtype* | text | Task Subtype*
CallType* | text | Call Type*
CallDisposition* | text | Call Result*
ActivityDate* | day | Due Date, Date, Due Date Only, Activity Date
IsClosed | flag | Closed
Status | text | Task Status
Priority* | text |
CompletedDateTime* | instant | Completed Date/Time*, Completed Date
Owner.Name | text | Assigned*, Assigned To*
OwnerId | id | Assigned To ID*, Assigned ID*
{_OWNER}{_SYSTEM}"""

_OPPORTUNITIES = f"""
Id | id | Opportunity ID*, ID, Record ID
Name | text | Opportunity Name*
StageName* | text | Stage*
Amount* | number |
CloseDate* | day | Close Date*
IsWon* | flag | Won*
IsClosed | flag | Closed
AccountId | id | Account ID
OwnerId | id | Opportunity Owner ID*
Owner.Name | text | Opportunity Owner*, Opportunity Owner: Full Name*
{_OWNER}{_SYSTEM}"""

_HUBSPOT = """
hs_object_id* | text | Record ID, Contact ID, VID
firstname | text | First Name
lastname | text | Last Name
email | text | Email
phone | text | Phone Number
company | text | Company Name, Associated Company
jobtitle | text | Job Title
country | text | Country/Region, Country
industry | text | Industry
numemployees* | text | Number of Employees
hs_lead_status* | text | Lead Status
lifecyclestage* | text | Lifecycle Stage*
hubspot_owner_id* | text | HubSpot Owner ID
Owner.Name | text | Contact owner*, HubSpot Owner*
Owner.UserRole.Name | text | HubSpot Team
createdate | instant | Create Date
lastmodifieddate | instant | Last Modified Date
salesforceleadid* | id | Salesforce Lead ID*
salesforcecontactid* | id | Salesforce Contact ID*, Salesforce Record ID*
hs_email_optout* | flag | Unsubscribed from all email*, Opted out of all email*
hs_object_source_detail_1* | text | Record source detail 1*
hs_lifecyclestage_marketingqualifiedlead_date* | instant | Became a Marketing Qualified Lead Date*
notes_last_contacted* | instant | Last Contacted*
num_contacted_notes* | number | Number of times contacted*
"""


def folded(label: str) -> str:
    """A column's name without capitals, spaces and punctuation: how names are compared."""
    return "".join(one for one in label.casefold() if one.isalnum())


def _read(line: str) -> Known:
    name, cell, labels = (part.strip() for part in line.split("|"))
    words = [word.strip() for word in (name, *labels.split(",")) if word.strip()]
    tells = frozenset(folded(word) for word in words if word.endswith("*"))
    return Known(name.rstrip("*"), Cell(cell), tuple(dict.fromkeys(folded(word) for word in words)), tells)


KNOWN: Mapping[Kind, tuple[Known, ...]] = {
    kind: tuple(_read(line) for line in text.splitlines() if line.strip())
    for kind, text in (
        (Kind.LEADS, _LEADS),
        (Kind.CONTACTS, _CONTACTS),
        (Kind.TASKS, _TASKS),
        (Kind.OPPORTUNITIES, _OPPORTUNITIES),
        (Kind.HUBSPOT, _HUBSPOT),
    )
}
ID_FIELD: Mapping[Kind, str] = {kind: "hs_object_id" if kind is Kind.HUBSPOT else "Id" for kind in Kind}
PREFIX: Mapping[Kind, str] = {Kind.LEADS: "00Q", Kind.CONTACTS: "003", Kind.TASKS: "00T", Kind.OPPORTUNITIES: "006"}

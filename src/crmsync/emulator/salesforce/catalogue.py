"""The stock org: which objects exist, what may be written, and the fields of the smaller ones (the rest: `stock`)."""

from __future__ import annotations

from crmsync.emulator.salesforce.stock import ACCOUNT, CONTACT, LEAD, SOURCES, SYSTEM

STAGES = "Prospecting; Qualification; Proposal/Price Quote; Negotiation/Review; Closed Won; Closed Lost"

OPPORTUNITY = f"""
Id id 18 DI
IsDeleted boolean 0 D
AccountId reference 18 CUN Account
Name string 120 CU
Description textarea 32000 CUN
StageName picklist 255 CU | {STAGES}
Amount currency 0 CUN
Probability percent 0 CUN
CloseDate date 0 CU
Type picklist 255 CUN | Existing Business; New Business
LeadSource picklist 255 CUN | {SOURCES}
IsClosed boolean 0 D
IsWon boolean 0 D
OwnerId reference 18 CUD User
{SYSTEM}
LastActivityDate date 0 N
"""

TASK = f"""
Id id 18 DI
WhoId reference 18 CUN Contact Lead
WhatId reference 18 CUN Account Opportunity
Subject combobox 255 CUN | Call; Email; Send Letter; Send Quote; Other
ActivityDate date 0 CUN
Status picklist 255 CUD | Not Started*; In Progress; Completed!; Waiting on someone else; Deferred
Priority picklist 255 CUD | High; Normal*; Low
IsHighPriority boolean 0 D
OwnerId reference 18 CUD Group User
Description textarea 32000 CUN
IsDeleted boolean 0 D
AccountId reference 18 N Account
IsClosed boolean 0 D
{SYSTEM}
IsArchived boolean 0 D
CallDurationInSeconds int 0 CUN
CallType picklist 40 CUN | Internal; Inbound; Outbound
CallDisposition string 255 CUN
CallObject string 255 CUN
ReminderDateTime datetime 0 CUN
IsReminderSet boolean 0 CUD
RecurrenceActivityId reference 18 N Task
IsRecurrence boolean 0 CD
TaskSubtype picklist 40 CNR | Task*; Email; ListEmail; Call; Cadence; LinkedIn
CompletedDateTime datetime 0 N
"""

USER = f"""
Id id 18 DI
Username string 80 CUI
LastName string 80 CU
FirstName string 40 CUN
Name string 121 -
CompanyName string 80 CUN
Division string 80 CUN
Department string 80 CUN
Title string 80 CUN
Email email 128 CUI
Phone phone 40 CUN
MobilePhone phone 40 CUN
Alias string 8 CU
IsActive boolean 0 CUD
TimeZoneSidKey picklist 40 CUD | Europe/London*; Europe/Berlin; America/New_York; America/Los_Angeles
LocaleSidKey picklist 40 CUD | en_GB*; en_US; de_DE
LanguageLocaleKey picklist 40 CUD | en_US*; de
UserRoleId reference 18 CUN UserRole
ProfileId reference 18 CUD Profile
UserType picklist 40 N | Standard*; PowerPartner; CspLitePortal; Guest; AutomatedProcess; CloudIntegrationUser
ManagerId reference 18 CUN User
LastLoginDate datetime 0 N
{SYSTEM}
"""

GROUP = """
Id id 18 DI
Name string 40 CU
DeveloperName string 80 CUN
RelatedId reference 18 N User
Type picklist 40 C | Regular*; Role; RoleAndSubordinates; Organization; Queue
Email email 255 CUN
OwnerId reference 18 D User
DoesSendEmailToMembers boolean 0 CUD
DoesIncludeBosses boolean 0 CUD
CreatedDate datetime 0 D
CreatedById reference 18 D User
LastModifiedDate datetime 0 D
LastModifiedById reference 18 D User
SystemModstamp datetime 0 D
"""

ORGANIZATION = """
Id id 18 DI
Name string 80 U
Country string 80 UN
DefaultLocaleSidKey picklist 40 D | en_GB*
TimeZoneSidKey picklist 40 D | Europe/London*
LanguageLocaleKey picklist 40 D | en_US*
OrganizationType picklist 40 N | Developer Edition; Enterprise Edition; Unlimited Edition; Professional Edition
NamespacePrefix string 15 N
InstanceName string 5 N
IsSandbox boolean 0 D
CreatedDate datetime 0 D
CreatedById reference 18 D User
LastModifiedDate datetime 0 D
LastModifiedById reference 18 D User
SystemModstamp datetime 0 D
"""

LEAD_STATUS = """
Id id 18 DI
MasterLabel string 255 N
ApiName string 255 I
SortOrder int 0 N
IsDefault boolean 0 D
IsConverted boolean 0 D
CreatedDate datetime 0 D
SystemModstamp datetime 0 D
"""

TASK_STATUS = LEAD_STATUS.replace("IsConverted", "IsClosed")
TASK_PRIORITY = LEAD_STATUS.replace("IsConverted", "IsHighPriority")

# name -> (key prefix, plural, fields); rows are kept only for what people and API clients may write
OBJECTS = {
    "Lead": ("00Q", "Leads", LEAD),
    "Contact": ("003", "Contacts", CONTACT),
    "Account": ("001", "Accounts", ACCOUNT),
    "Opportunity": ("006", "Opportunities", OPPORTUNITY),
    "Task": ("00T", "Tasks", TASK),
    "User": ("005", "Users", USER),
    "Group": ("00G", "Groups", GROUP),
    "Organization": ("00D", "Organizations", ORGANIZATION),
    "LeadStatus": ("01J", "Lead Status Values", LEAD_STATUS),
    "TaskStatus": ("01T", "Task Status Values", TASK_STATUS),
    "TaskPriority": ("01P", "Task Priority Values", TASK_PRIORITY),
}

# the picklist that each read-only object of values lists, and which flag it shows
VALUE_TABLES = {
    "LeadStatus": ("Lead", "Status", "IsConverted"),
    "TaskStatus": ("Task", "Status", "IsClosed"),
    "TaskPriority": ("Task", "Priority", "IsHighPriority"),
}

DAILY_CALLS = 15_000

WRITEABLE = ("Lead", "Contact", "Account", "Opportunity", "Task", "User", "Group")
DELETABLE = ("Lead", "Contact", "Account", "Opportunity", "Task")

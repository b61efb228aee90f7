"""The stock fields of users, queues, roles and record types, of values and of field histories."""

from __future__ import annotations

from crmsync.emulator.salesforce.stock import SYSTEM, place

_ZONES = "GMT*; Europe/London; Europe/Berlin; Europe/Madrid; America/New_York; America/Los_Angeles; Asia/Tokyo"
_TYPES = (
    "Standard*; PowerPartner; PowerCustomerSuccess; CustomerSuccess; Guest; CspLitePortal; AutomatedProcess; "
    "CloudIntegrationUser"
)

USER = f"""
Id id 18 DI = User ID
Username string 80 CUI
LastName string 80 CU @Name
FirstName string 40 CUN @Name
Name string 121 - = Full Name
CompanyName string 80 CUN
Division string 80 CUN
Department string 80 CUN
Title string 80 CUN
{place("")}
Email email 128 CUI
Phone phone 40 CUN
Fax phone 40 CUN
MobilePhone phone 40 CUN
Alias string 8 CU
CommunityNickname string 40 CUD = Nickname
IsActive boolean 0 CUD = Active
TimeZoneSidKey picklist 40 CUDR = Time Zone | {_ZONES}
UserRoleId reference 18 CUN UserRole = Role ID
LocaleSidKey picklist 40 CUDR = Locale | en_GB*; en_US; de_DE
EmailEncodingKey picklist 40 CUDR = Email Encoding | UTF-8*; ISO-8859-1
ProfileId reference 18 CUD Profile
UserType picklist 40 NR | {_TYPES}
LanguageLocaleKey picklist 40 CUDR = Language | en_US*; de
EmployeeNumber string 20 CUN
ManagerId reference 18 CUN User
LastLoginDate datetime 0 N
{SYSTEM}
FederationIdentifier string 512 CUN
"""

GROUP = f"""
Id id 18 DI = Group ID
Name string 40 CU
DeveloperName string 80 CUN
RelatedId reference 18 N User
Type picklist 40 CR | Regular*; Role; RoleAndSubordinates; Organization; Queue
Email email 255 CUN
OwnerId reference 18 D User
DoesSendEmailToMembers boolean 0 CUD = Send Email to Members
DoesIncludeBosses boolean 0 CUD = Include Bosses
{SYSTEM}
"""

GROUP_MEMBER = """
Id id 18 DI = Group Member ID
GroupId reference 18 C Group
UserOrGroupId reference 18 C Group User = User/Group ID
SystemModstamp datetime 0 D
"""

QUEUE_OBJECT = """
Id id 18 DI = Queue Sobject ID
QueueId reference 18 C Group
SobjectType picklist 40 CR = Sobject Type | Case; Lead; Opportunity; Task; Event; Campaign
CreatedById reference 18 D User
SystemModstamp datetime 0 D
"""

ROLE = """
Id id 18 DI = Role ID
Name string 80 CU
ParentRoleId reference 18 CUN UserRole
RollupDescription string 80 CUN = Description
DeveloperName string 80 CUN
PortalType picklist 40 N | None*; CustomerPortal; Partner
LastModifiedDate datetime 0 D
LastModifiedById reference 18 D User
SystemModstamp datetime 0 D
"""

PROFILE = f"""
Id id 18 DI = Profile ID
Name string 255 -
UserType picklist 40 N | {_TYPES}
Description string 255 N
{SYSTEM}
"""

RECORD_TYPE = f"""
Id id 18 DI = Record Type ID
Name string 80 CU
DeveloperName string 80 CU
NamespacePrefix string 15 N
Description string 255 CUN
SobjectType picklist 40 CR = SObject Type Name | Account; Campaign; Contact; Event; Lead; Opportunity; Task
IsActive boolean 0 CUD = Active
{SYSTEM}
"""

LEAD_STATUS = f"""
Id id 18 DI
MasterLabel string 255 N
ApiName string 255 I
SortOrder int 8 N
IsDefault boolean 0 D
IsConverted boolean 0 D
{SYSTEM}
"""

TASK_STATUS = LEAD_STATUS.replace("IsConverted", "IsClosed")
TASK_PRIORITY = LEAD_STATUS.replace("IsConverted", "IsHighPriority")

_HISTORY = """
Id id 18 DI = {0} History ID
IsDeleted boolean 0 D = Deleted
{0}Id reference 18 - {0}
CreatedById reference 18 D User
CreatedDate datetime 0 D
Field picklist 255 R = Changed Field | created; locked; unlocked{1}
OldValue anyType 765 NX
NewValue anyType 765 NX
"""

# facts/salesforce.md 8.2: which of the pseudo-fields exist is unverified; these are the ones clients look for
LEAD_HISTORY = _HISTORY.format("Lead", "; ownerAccepted; ownerAssignment; leadConverted; leadMerged")
CONTACT_HISTORY = _HISTORY.format("Contact", "; contactMerged; contactCreatedFromLead")

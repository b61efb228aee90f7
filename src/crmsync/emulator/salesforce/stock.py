"""The stock fields of leads, contacts and accounts, as `fields.parse` reads them.

Names, types and lengths are those of a stock org's describe (facts/salesforce.md section 8); values of a picklist
follow the bar, with * for the default, + for a converted lead status, ! for a closed task status.
"""

from __future__ import annotations

SYSTEM = """
CreatedDate datetime 0 D
CreatedById reference 18 D User
LastModifiedDate datetime 0 D
LastModifiedById reference 18 D User
SystemModstamp datetime 0 D
"""

PERSON = """
LastName string 80 CU @Name
FirstName string 40 CUNP @Name
Salutation picklist 40 CUNP @Name | Mr.; Ms.; Mrs.; Dr.; Prof.
Name string 121 - = Full Name
"""

_ACCURACY = "Address; NearAddress; Block; Street; ExtendedZip; Zip; Neighborhood; City; County; State; Unknown"
_CLEAN = "Matched; Different; Acknowledged; NotFound; Inactive; Pending; SelectMatch; Skipped"
SOURCES = "Web; Phone Inquiry; Partner Referral; Purchased List; Other"
_INDUSTRIES = (
    "Agriculture; Apparel; Banking; Biotechnology; Chemicals; Communications; Construction; Consulting; Education; "
    "Electronics; Energy; Engineering; Entertainment; Environmental; Finance; Food & Beverage; Government; Healthcare; "
    "Hospitality; Insurance; Machinery; Manufacturing; Media; Not For Profit; Recreation; Retail; Shipping; "
    "Technology; Telecommunications; Transportation; Utilities; Other"
)


def place(prefix: str) -> str:
    """The nine lines of an address: its parts, its point on the map and the compound over them."""
    label = f"{prefix} " if prefix else ""
    return f"""
{prefix}Street textarea 255 CUN @{prefix}Address
{prefix}City string 40 CUN @{prefix}Address
{prefix}State string 80 CUN @{prefix}Address = {label}State/Province
{prefix}PostalCode string 20 CUN @{prefix}Address = {label}Zip/Postal Code
{prefix}Country string 80 CUN @{prefix}Address
{prefix}Latitude double 18.15 CUN @{prefix}Address
{prefix}Longitude double 18.15 CUN @{prefix}Address
{prefix}GeocodeAccuracy picklist 40 CUNR @{prefix}Address | {_ACCURACY}
{prefix}Address address 0 NP
"""


SEEN = """
LastActivityDate date 0 N = Last Activity
LastViewedDate datetime 0 N
LastReferencedDate datetime 0 N
"""

LEAD = f"""
Id id 18 DI = Lead ID
IsDeleted boolean 0 D = Deleted
MasterRecordId reference 18 N Lead
{PERSON.replace("Prof.", "Prof.; Mx.")}
Title string 128 CUN
Company string 255 CU
{place("")}
Phone phone 40 CUN
MobilePhone phone 40 CUN
Fax phone 40 CUN
Email email 80 CUNI
Website url 255 CUN
PhotoUrl url 255 N = Photo URL
Description textarea 32000 CUN
LeadSource picklist 255 CUN | {SOURCES}
Status picklist 255 CUD | Open - Not Contacted*; Working - Contacted; Closed - Converted+; Closed - Not Converted
Industry picklist 255 CUN | {_INDUSTRIES}
Rating picklist 255 CUN | Hot; Warm; Cold
AnnualRevenue currency 18.0 CUN
NumberOfEmployees int 8 CUN = Employees
OwnerId reference 18 CUD Group User
IsConverted boolean 0 CD = Converted
ConvertedDate date 0 N
ConvertedAccountId reference 18 N Account
ConvertedContactId reference 18 N Contact
ConvertedOpportunityId reference 18 N Opportunity
IsUnreadByOwner boolean 0 CUD = Unread By Owner
{SYSTEM}
{SEEN}
Jigsaw string 20 CUN = Data.com Key
JigsawContactId string 20 N
CleanStatus picklist 40 CUNR | {_CLEAN}
CompanyDunsNumber string 9 CUN = Company D-U-N-S Number
EmailBouncedReason string 255 UNP
EmailBouncedDate datetime 0 UNP
IndividualId reference 18 CUNP Individual
"""

CONTACT = f"""
Id id 18 DI = Contact ID
IsDeleted boolean 0 D = Deleted
MasterRecordId reference 18 N Contact
AccountId reference 18 CUN Account
{PERSON}
{place("Other")}
{place("Mailing")}
Phone phone 40 CUN = Business Phone
Fax phone 40 CUN = Business Fax
MobilePhone phone 40 CUN
HomePhone phone 40 CUN
OtherPhone phone 40 CUN
AssistantPhone phone 40 CUN = Asst. Phone
ReportsToId reference 18 CUN Contact
Email email 80 CUNI
Title string 128 CUN
Department string 80 CUN
AssistantName string 40 CUN = Assistant's Name
LeadSource picklist 255 CUN | {SOURCES}
Birthdate date 0 CUN
Description textarea 32000 CUN = Contact Description
OwnerId reference 18 CUD User
{SYSTEM}
{SEEN}
LastCURequestDate datetime 0 N = Last Stay-in-Touch Request Date
LastCUUpdateDate datetime 0 N = Last Stay-in-Touch Save Date
EmailBouncedReason string 255 CUNP
EmailBouncedDate datetime 0 CUNP
IsEmailBounced boolean 0 D
PhotoUrl url 255 N = Photo URL
Jigsaw string 20 CUN = Data.com Key
JigsawContactId string 20 N
CleanStatus picklist 40 CUNR | {_CLEAN}
IndividualId reference 18 CUNP Individual
"""

_KINDS = "Prospect; Customer - Direct; Customer - Channel; Channel Partner / Reseller"

ACCOUNT = f"""
Id id 18 DI = Account ID
IsDeleted boolean 0 D = Deleted
MasterRecordId reference 18 N Account
Name string 255 CU = Account Name
Type picklist 40 CUN = Account Type | {_KINDS}; Installation Partner; Technology Partner; Other
ParentId reference 18 CUN Account = Parent Account ID
{place("Billing")}
{place("Shipping")}
Phone phone 40 CUN = Account Phone
Fax phone 40 CUN = Account Fax
AccountNumber string 40 CUN
Website url 255 CUN
PhotoUrl url 255 N = Photo URL
Sic string 20 CUN = SIC Code
Industry picklist 40 CUN | {_INDUSTRIES}
AnnualRevenue currency 18.0 CUN
NumberOfEmployees int 8 CUN = Employees
Ownership picklist 40 CUN | Public; Private; Subsidiary; Other
TickerSymbol string 20 CUN
Description textarea 32000 CUN = Account Description
Rating picklist 40 CUN = Account Rating | Hot; Warm; Cold
Site string 80 CUN = Account Site
OwnerId reference 18 CUD User
{SYSTEM}
{SEEN}
Jigsaw string 20 CUN = Data.com Key
JigsawCompanyId string 20 N
CleanStatus picklist 40 CUNR | {_CLEAN}
AccountSource picklist 40 CUN | {SOURCES}
SicDesc string 80 CUN = SIC Description
"""

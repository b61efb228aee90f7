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
LastName string 80 CU
FirstName string 40 CUN
Salutation picklist 40 CUN | Mr.; Ms.; Mrs.; Dr.; Prof.; Mx.
Name string 121 -
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


def _place(prefix: str) -> str:
    return f"""
{prefix}Street textarea 255 CUN
{prefix}City string 40 CUN
{prefix}State string 80 CUN
{prefix}PostalCode string 20 CUN
{prefix}Country string 80 CUN
{prefix}Latitude double 0 CUN
{prefix}Longitude double 0 CUN
{prefix}GeocodeAccuracy picklist 40 CUNR | {_ACCURACY}
{prefix}Address address 0 N
"""


SEEN = """
LastActivityDate date 0 N
LastViewedDate datetime 0 N
LastReferencedDate datetime 0 N
"""

LEAD = f"""
Id id 18 DI
IsDeleted boolean 0 D
MasterRecordId reference 18 N Lead
{PERSON}
Title string 128 CUN
Company string 255 CU
{_place("")}
Phone phone 40 CUN
MobilePhone phone 40 CUN
Fax phone 40 CUN
Email email 80 CUNI
Website url 255 CUN
PhotoUrl url 255 N
Description textarea 32000 CUN
LeadSource picklist 255 CUN | {SOURCES}
Status picklist 255 CUD | Open - Not Contacted*; Working - Contacted; Closed - Converted+; Closed - Not Converted
Industry picklist 255 CUN | {_INDUSTRIES}
Rating picklist 255 CUN | Hot; Warm; Cold
AnnualRevenue currency 0 CUN
NumberOfEmployees int 0 CUN
OwnerId reference 18 CUD Group User
IsConverted boolean 0 CD
ConvertedDate date 0 N
ConvertedAccountId reference 18 N Account
ConvertedContactId reference 18 N Contact
ConvertedOpportunityId reference 18 N Opportunity
IsUnreadByOwner boolean 0 CUD
{SYSTEM}
{SEEN}
Jigsaw string 20 CUN
JigsawContactId string 20 N
CleanStatus picklist 40 CUNR | {_CLEAN}
CompanyDunsNumber string 9 CUN
EmailBouncedReason string 255 UN
EmailBouncedDate datetime 0 UN
IndividualId reference 18 CUN Individual
"""

CONTACT = f"""
Id id 18 DI
IsDeleted boolean 0 D
MasterRecordId reference 18 N Contact
AccountId reference 18 CUN Account
{PERSON}
{_place("Other")}
{_place("Mailing")}
Phone phone 40 CUN
Fax phone 40 CUN
MobilePhone phone 40 CUN
HomePhone phone 40 CUN
OtherPhone phone 40 CUN
AssistantPhone phone 40 CUN
ReportsToId reference 18 CUN Contact
Email email 80 CUNI
Title string 128 CUN
Department string 80 CUN
AssistantName string 40 CUN
LeadSource picklist 255 CUN | {SOURCES}
Birthdate date 0 CUN
Description textarea 32000 CUN
OwnerId reference 18 CUD User
{SYSTEM}
{SEEN}
LastCURequestDate datetime 0 N
LastCUUpdateDate datetime 0 N
EmailBouncedReason string 255 CUN
EmailBouncedDate datetime 0 CUN
IsEmailBounced boolean 0 D
PhotoUrl url 255 N
Jigsaw string 20 CUN
JigsawContactId string 20 N
CleanStatus picklist 40 CUNR | {_CLEAN}
IndividualId reference 18 CUN Individual
"""

ACCOUNT = f"""
Id id 18 DI
IsDeleted boolean 0 D
MasterRecordId reference 18 N Account
Name string 255 CU
Type picklist 40 CUN | Prospect; Customer - Direct; Customer - Channel; Channel Partner / Reseller; Other
ParentId reference 18 CUN Account
{_place("Billing")}
{_place("Shipping")}
Phone phone 40 CUN
Fax phone 40 CUN
AccountNumber string 40 CUN
Website url 255 CUN
Industry picklist 40 CUN | {_INDUSTRIES}
AnnualRevenue currency 0 CUN
NumberOfEmployees int 0 CUN
Description textarea 32000 CUN
OwnerId reference 18 CUD User
{SYSTEM}
{SEEN}
"""

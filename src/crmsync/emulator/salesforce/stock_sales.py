"""The stock fields of opportunities and campaigns and what hangs on them (facts/salesforce.md section 8.4)."""

from __future__ import annotations

from crmsync.emulator.salesforce.stock import SEEN, SOURCES, SYSTEM, place

# stage -> (probability, forecast category, its name); closed when 100 or 0 percent, won when 100
STAGES: dict[str, tuple[int, str, str]] = {
    "Prospecting": (10, "Pipeline", "Pipeline"),
    "Qualification": (10, "Pipeline", "Pipeline"),
    "Needs Analysis": (20, "Pipeline", "Pipeline"),
    "Value Proposition": (50, "Pipeline", "Pipeline"),
    "Id. Decision Makers": (60, "Pipeline", "Pipeline"),
    "Perception Analysis": (70, "Pipeline", "Pipeline"),
    "Proposal/Price Quote": (75, "Pipeline", "Pipeline"),
    "Negotiation/Review": (90, "Pipeline", "Pipeline"),
    "Closed Won": (100, "Closed", "Closed"),
    "Closed Lost": (0, "Omitted", "Omitted"),
}
_LISTED = "; ".join(name + ("!" if chance in (0, 100) else "") for name, (chance, _, _) in STAGES.items())
_DEALS = "Existing Customer - Upgrade; Existing Customer - Replacement; Existing Customer - Downgrade; New Customer"

OPPORTUNITY = f"""
Id id 18 DI = Opportunity ID
IsDeleted boolean 0 D = Deleted
AccountId reference 18 CUN Account
IsPrivate boolean 0 CUDP = Private
Name string 120 CUI
Description textarea 32000 CUN
StageName picklist 255 CU = Stage | {_LISTED}
Amount currency 18.2 CUN
Probability percent 3.0 CUND = Probability (%)
ExpectedRevenue currency 18.2 NP = Expected Amount
TotalOpportunityQuantity double 18.2 CUN = Quantity
CloseDate date 0 CU
Type picklist 255 CUN = Opportunity Type | {_DEALS}
NextStep string 255 CUN
LeadSource picklist 255 CUN | {SOURCES}
IsClosed boolean 0 D = Closed
IsWon boolean 0 D = Won
ForecastCategory picklist 40 R | Omitted; Pipeline; BestCase; MostLikely; Forecast; Closed
ForecastCategoryName picklist 255 CUNDRP = Forecast Category | Omitted; Pipeline; Best Case; Commit; Closed
CampaignId reference 18 CUN Campaign
HasOpportunityLineItem boolean 0 D = Has Line Item
Pricebook2Id reference 18 CUNDP Pricebook2 = Price Book ID
OwnerId reference 18 CUD User
{SYSTEM}
LastActivityDate date 0 N = Last Activity
LastStageChangeDate datetime 0 N
LastViewedDate datetime 0 N
LastReferencedDate datetime 0 N
"""

CONTACT_ROLE = f"""
Id id 18 DI = Contact Role ID
OpportunityId reference 18 C Opportunity
ContactId reference 18 CU Contact
Role picklist 40 CUNP | Business User; Decision Maker; Economic Buyer; Economic Decision Maker; Evaluator; \
Executive Sponsor; Influencer; Technical Buyer; Other
IsPrimary boolean 0 CUD = Primary
{SYSTEM}
IsDeleted boolean 0 D = Deleted
"""

CAMPAIGN = f"""
Id id 18 DI = Campaign ID
IsDeleted boolean 0 D = Deleted
Name string 80 CUI
ParentId reference 18 CUN Campaign = Parent Campaign ID
Type picklist 40 CUN | Conference; Webinar; Trade Show; Public Relations; Partners; Referral Program; Advertisement; \
Banner Ads; Direct Mail; Email; Telemarketing; Other
Status picklist 40 CUN | Planned*; In Progress; Completed; Aborted
StartDate date 0 CUN
EndDate date 0 CUN
ExpectedRevenue currency 18.0 CUN
BudgetedCost currency 18.0 CUN
ActualCost currency 18.0 CUN
ExpectedResponse percent 10.2 CUN = Expected Response (%)
NumberSent double 18.0 CUN = Num Sent
IsActive boolean 0 CUD = Active
Description textarea 32000 CUN
NumberOfLeads int 8 - = Leads in Campaign
NumberOfConvertedLeads int 8 - = Converted Leads in Campaign
NumberOfContacts int 8 - = Contacts in Campaign
NumberOfResponses int 8 - = Responses in Campaign
OwnerId reference 18 CUD User
{SYSTEM}
{SEEN}
"""

CAMPAIGN_MEMBER = f"""
Id id 18 DI = Campaign Member ID
IsDeleted boolean 0 D = Deleted
CampaignId reference 18 C Campaign
LeadId reference 18 CN Lead
ContactId reference 18 CN Contact
Status picklist 40 CUN
HasResponded boolean 0 D = Responded
{SYSTEM}
FirstRespondedDate date 0 N
Salutation picklist 40 N | Mr.; Ms.; Mrs.; Dr.; Prof.; Mx.
Name string 121 N
FirstName string 40 N
LastName string 80 N
Title string 128 N
Email email 80 N
Phone phone 40 N
MobilePhone phone 40 N
LeadSource picklist 40 N | {SOURCES}
CompanyOrAccount string 255 N = Company (Account)
Type picklist 40 N | Contact; Lead
LeadOrContactId reference 18 N Contact Lead = Related Record ID
LeadOrContactOwnerId reference 18 N Group User = Related Record Owner ID
"""

MEMBER_STATUS = f"""
Id id 18 DI = Campaign Member Status ID
IsDeleted boolean 0 D = Deleted
CampaignId reference 18 C Campaign
Label string 765 CU = Label
SortOrder int 8 CUN
IsDefault boolean 0 CUD
HasResponded boolean 0 CUD
{SYSTEM}
"""

STAGE = f"""
Id id 18 DI = Opportunity Stage ID
MasterLabel string 255 N
ApiName string 255 -
IsActive boolean 0 D
SortOrder int 8 N
IsClosed boolean 0 D
IsWon boolean 0 D
ForecastCategory picklist 40 R | Omitted; Pipeline; BestCase; MostLikely; Forecast; Closed
ForecastCategoryName picklist 255 R | Omitted; Pipeline; Best Case; Commit; Closed
DefaultProbability percent 3.0 N
Description string 255 N
{SYSTEM}
"""

ORGANIZATION = f"""
Id id 18 DI = Organization ID
Name string 80 U
Division string 80 UN
{place("").replace(" CUN", " UN")}
Phone phone 40 UN
Fax phone 40 UN
PrimaryContact string 80 UN
DefaultLocaleSidKey picklist 40 DR = Locale | en_GB*; en_US; de_DE
TimeZoneSidKey picklist 40 DR = Time Zone | GMT*; Europe/London; Europe/Berlin; America/New_York; America/Los_Angeles
LanguageLocaleKey picklist 40 DR = Language | en_US*; de
FiscalYearStartMonth int 8 N
OrganizationType picklist 40 N = Edition | Developer Edition; Enterprise Edition; Unlimited Edition; \
Professional Edition
NamespacePrefix string 15 N
InstanceName string 5 N
IsSandbox boolean 0 D
TrialExpirationDate datetime 0 N
{SYSTEM}
"""

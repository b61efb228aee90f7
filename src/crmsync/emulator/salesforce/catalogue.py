"""The stock org: which objects exist, what may be done with each, and where the lines of its fields stand."""

from __future__ import annotations

from dataclasses import dataclass

from crmsync.emulator.salesforce import stock, stock_activity, stock_people, stock_sales


@dataclass(frozen=True, slots=True)
class Shape:
    """One object as the global describe shows it.

    `may` tells what can be done: Create, Update, Delete, uNdelete, Merge, Search, Trigger, Layout, Feed, deep Klone,
    mRu (recently viewed), rePlicate.
    """

    prefix: str
    label: str
    plural: str
    may: str
    fields: str


# Key prefixes: facts/salesforce.md section 10, the recorded global describe, for the small ones the vendor's list.
OBJECTS: dict[str, Shape] = {
    "Account": Shape("001", "Account", "Accounts", "CUDNMSTLFRP", stock.ACCOUNT),
    "Campaign": Shape("701", "Campaign", "Campaigns", "CUDNSTLRPK", stock_sales.CAMPAIGN),
    "CampaignMember": Shape("00v", "Campaign Member", "Campaign Members", "CUDTLP", stock_sales.CAMPAIGN_MEMBER),
    "CampaignMemberStatus": Shape(
        "01Y", "Campaign Member Status", "Campaign Member Status", "CUDP", stock_sales.MEMBER_STATUS
    ),
    "Contact": Shape("003", "Contact", "Contacts", "CUDNMSTLFRP", stock.CONTACT),
    "ContactHistory": Shape("017", "Contact History", "Contact History", "P", stock_people.CONTACT_HISTORY),
    "Event": Shape("00U", "Event", "Events", "CUDNSTLRP", stock_activity.EVENT),
    "Group": Shape("00G", "Group", "Groups", "CUDSP", stock_people.GROUP),
    "GroupMember": Shape("011", "Group Member", "Group Members", "CUDP", stock_people.GROUP_MEMBER),
    "Lead": Shape("00Q", "Lead", "Leads", "CUDNMSTLFRP", stock.LEAD),
    "LeadHistory": Shape("017", "Lead History", "Lead History", "P", stock_people.LEAD_HISTORY),
    "LeadStatus": Shape("01J", "Lead Status Value", "Lead Status Value", "", stock_people.LEAD_STATUS),
    "Opportunity": Shape("006", "Opportunity", "Opportunities", "CUDNSTLFRPK", stock_sales.OPPORTUNITY),
    "OpportunityContactRole": Shape(
        "00K", "Opportunity Contact Role", "Opportunity Contact Role", "CUDTLP", stock_sales.CONTACT_ROLE
    ),
    "OpportunityStage": Shape("01J", "Opportunity Stage", "Opportunity Stage", "", stock_sales.STAGE),
    "Organization": Shape("00D", "Organization", "Organizations", "UP", stock_sales.ORGANIZATION),
    "Profile": Shape("00e", "Profile", "Profile", "S", stock_people.PROFILE),
    "QueueSobject": Shape("03g", "Queue Sobject", "Queue Sobject", "CUDP", stock_people.QUEUE_OBJECT),
    "RecordType": Shape("012", "Record Type", "Record Types", "P", stock_people.RECORD_TYPE),
    "Task": Shape("00T", "Task", "Tasks", "CUDNSTLRP", stock_activity.TASK),
    "TaskPriority": Shape("01P", "Task Priority Value", "Task Priority Value", "", stock_people.TASK_PRIORITY),
    "TaskStatus": Shape("01T", "Task Status Value", "Task Status Value", "", stock_people.TASK_STATUS),
    "User": Shape("005", "User", "Users", "CUSTLFRP", stock_people.USER),
    "UserRole": Shape("00E", "Role", "Role", "CUDSP", stock_people.ROLE),
}

# the picklist that each read-only object of values lists, and which flag it shows
VALUE_TABLES = {
    "LeadStatus": ("Lead", "Status", "IsConverted"),
    "OpportunityStage": ("Opportunity", "StageName", "IsClosed"),
    "TaskStatus": ("Task", "Status", "IsClosed"),
    "TaskPriority": ("Task", "Priority", "IsHighPriority"),
}
HISTORIES = {"Lead": "LeadHistory", "Contact": "ContactHistory"}
ACTIVITIES = ("Task", "Event")

# the names of the best-known children (recorded describes); all other references show none
CHILDREN = {
    "CampaignMember.CampaignId": "CampaignMembers",
    "CampaignMember.ContactId": "CampaignMembers",
    "CampaignMember.LeadId": "CampaignMembers",
    "CampaignMemberStatus.CampaignId": "CampaignMemberStatuses",
    "Campaign.ParentId": "ChildCampaigns",
    "Account.ParentId": "ChildAccounts",
    "Contact.AccountId": "Contacts",
    "ContactHistory.ContactId": "Histories",
    "Event.RecurrenceActivityId": "RecurringEvents",
    "Event.WhatId": "Events",
    "Event.WhoId": "Events",
    "GroupMember.GroupId": "GroupMembers",
    "LeadHistory.LeadId": "Histories",
    "Opportunity.AccountId": "Opportunities",
    "OpportunityContactRole.ContactId": "OpportunityContactRoles",
    "OpportunityContactRole.OpportunityId": "OpportunityContactRoles",
    "QueueSobject.QueueId": "QueueSobjects",
    "Task.WhatId": "Tasks",
    "Task.WhoId": "Tasks",
}

DAILY_CALLS = 15_000

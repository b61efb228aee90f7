"""The properties of companies, deals, tickets, leads and logged activities in an untouched portal, as text.

One property per line: name, type (a star: read-only), label, then the options as value=label. Names as in the captures
of facts/hubspot.md section 16 and in sections 7 and 8.
"""

from __future__ import annotations

from crmsync.emulator.hubspot.stock_words import DISPOSITIONS, LEAD_STATUS, SOURCES, STAGES

_CALL_STATUS = "BUSY|CALLING_CRM_USER|CANCELED|COMPLETED|CONNECTING|FAILED|IN_PROGRESS|NO_ANSWER|QUEUED|RINGING"
_LOGGED = "hs_engagements_last_contacted datetime* Last contacted\nhs_obj_coords string* Object coordinates\n"

ENGAGEMENT = """
hs_timestamp           datetime     Activity date
hs_activity_type       string       Activity type
hs_body_preview        string*      Body preview
hs_created_by          number*      Created by
hs_modified_by         number*      Modified by
hs_attachment_ids      string       Attached file IDs
"""

SALES = {
    "companies": f"""
name                   string       Company name
domain                 string       Company domain name
website                string       Website URL
phone                  string       Phone Number
address                string       Street Address
city                   string       City
state                  string       State/Region
zip                    string       Postal Code
country                string       Country/Region
industry               string       Industry
description            string       Description
numberofemployees      number       Number of Employees
annualrevenue          number       Annual Revenue
type                   enumeration  Type  PROSPECT=Prospect|PARTNER=Partner|RESELLER=Reseller|VENDOR=Vendor|OTHER=Other
hs_lead_status         enumeration  Lead Status  {LEAD_STATUS}
lifecyclestage         enumeration  Lifecycle Stage  {STAGES}
createdate             datetime*    Create Date
hs_pipeline            enumeration  Pipeline  companies-lifecycle-pipeline=Lifecycle Stage Pipeline
hs_num_child_companies number*      Number of child companies
hs_num_open_deals      number*      Number of open deals
hs_num_decision_makers number*      Number of decision makers
hs_num_blockers        number*      Number of blockers
num_associated_contacts number*     Number of Associated Contacts
num_notes              number*      Number of Sales Activities
notes_last_contacted   datetime*    Last Contacted
notes_last_updated     datetime*    Last Activity Date
hs_last_sales_activity_date datetime* Last sales activity date
hs_analytics_source    enumeration* Original source  {SOURCES}
""",
    "deals": """
dealname               string       Deal Name
amount                 number       Amount
amount_in_home_currency number*     Amount in company currency
closedate              datetime     Close Date
createdate             datetime     Create Date
dealtype               enumeration  Deal Type  newbusiness=New Business|existingbusiness=Existing Business
description            string       Deal Description
pipeline               staged       Pipeline
dealstage              staged       Deal Stage
deal_currency_code     string       Currency
closed_lost_reason     string       Closed Lost Reason
closed_won_reason      string       Closed Won Reason
days_to_close          number*      Days to close
hs_closed_amount       number*      Closed Deal Amount
hs_closed_won_count    number*      Closed won count
hs_deal_stage_probability number*   Deal probability
hs_deal_stage_probability_shadow number* Deal stage probability shadow
hs_forecast_amount     number*      Forecast amount
hs_is_closed           bool*        Is Deal Closed?
hs_is_closed_won       bool*        Is Closed Won
hs_is_closed_lost      bool*        Is Closed Lost
hs_projected_amount    number*      Weighted amount
hs_date_entered_closedwon datetime* Date entered Closed Won
num_associated_contacts number*     Number of Associated Contacts
num_notes              number*      Number of Sales Activities
notes_last_contacted   datetime*    Last Contacted
notes_last_updated     datetime*    Last Activity Date
""",
    "tickets": """
subject                string       Ticket name
content                string       Ticket description
hs_pipeline            staged       Pipeline
hs_pipeline_stage      staged       Ticket status
hs_ticket_priority     enumeration  Priority  LOW=Low|MEDIUM=Medium|HIGH=High|URGENT=Urgent
hs_ticket_category     checkboxes   Category  PRODUCT_ISSUE|BILLING_ISSUE|FEATURE_REQUEST|GENERAL_INQUIRY
createdate             datetime     Create date
closed_date            datetime*    Close date
source_type            enumeration  Source  CHAT|EMAIL|FORM|PHONE
""",
    "leads": """
hs_lead_name           string       Lead name
hs_lead_type           enumeration  Lead type  NEW_BUSINESS=New business|RE_ATTEMPTING=Re-attempting|UPSELL=Upsell
hs_lead_label          enumeration  Lead label  HOT=Hot|WARM=Warm|COLD=Cold
hs_pipeline            staged       Pipeline
hs_pipeline_stage      staged       Pipeline stage
hs_pipeline_stage_category enumeration* Stage category  NEW|IN_PROGRESS|QUALIFIED|UNQUALIFIED
hs_pipeline_stage_category_last_updated_at datetime* Stage category last updated at
hs_lead_is_new         number*      Is new
hs_lead_is_open        number*      Is open
hs_lead_is_in_progress number*      Is in progress
hs_lead_is_qualified   number*      Is qualified
hs_lead_is_disqualified number*     Is disqualified
hs_lead_disqualification_reason enumeration Disqualification reason  BAD_FIT|BUDGET|NO_RESPONSE|NOT_READY|OTHER|TIMING
hs_lead_disqualification_note string Disqualification note
hs_lead_first_outreach_date datetime* First outreach date
hs_lead_time_to_first_outreach number* Time to first outreach
hs_lead_outreach_activity_count number* Outreach activity count
hs_lead_source         enumeration* Lead source  OFFLINE|DIRECT_TRAFFIC|ORGANIC_SEARCH|PAID_SEARCH|REFERRALS
hs_primary_contact_id  number*      Primary contact ID
hs_primary_company_id  number*      Primary company ID
hs_associated_contact_email string* Associated contact email
hs_associated_contact_firstname string* Associated contact first name
hs_associated_contact_lastname string* Associated contact last name
createdate             datetime*    Create date
""",
    "calls": f"""
hs_call_title          string       Call title
hs_call_body           string       Call notes
hs_call_direction      enumeration  Call direction  INBOUND|OUTBOUND
hs_call_disposition    enumeration  Call outcome  {DISPOSITIONS}
hs_call_duration       number       Call duration
hs_call_from_number    string       From number
hs_call_to_number      string       To number
hs_call_recording_url  string       Recording URL
hs_call_status         enumeration  Call status  {_CALL_STATUS}
hs_call_source         string       Call source
hs_call_app_id         number*      Call app ID
{_LOGGED}""",
    "emails": f"""
hs_email_subject       string       Email subject
hs_email_text          string       Email body
hs_email_html          string       Email HTML
hs_email_headers       string       Email headers
hs_email_direction     enumeration  Email direction  EMAIL|INCOMING_EMAIL|FORWARDED_EMAIL
hs_email_status        enumeration  Email send status  BOUNCED|FAILED|SCHEDULED|SENDING|SENT
hs_email_from_email    string*      From address
hs_email_to_email      string*      To address
hs_email_open_count    number*      Opens
hs_email_click_count   number*      Clicks
hs_email_reply_count   number*      Replies
hs_sequence_id         number*      Sequence ID
{_LOGGED}""",
    "meetings": f"""
hs_meeting_title       string       Meeting name
hs_meeting_body        string       Meeting description
hs_internal_meeting_notes string    Internal meeting notes
hs_meeting_location    string       Meeting location
hs_meeting_external_url string      External URL
hs_meeting_start_time  datetime     Meeting start time
hs_meeting_end_time    datetime     Meeting end time
hs_meeting_outcome     enumeration  Meeting outcome  SCHEDULED|COMPLETED|RESCHEDULED|NO_SHOW|CANCELED
hs_meeting_source      string*      Meeting source
{_LOGGED}""",
    "notes": f"hs_note_body string Note body\n{_LOGGED}",
    "tasks": f"""
hs_task_subject        string       Task title
hs_task_body           string       Task notes
hs_task_status         enumeration  Task status  NOT_STARTED|IN_PROGRESS|WAITING|DEFERRED|COMPLETED
hs_task_priority       enumeration  Priority  NONE|LOW|MEDIUM|HIGH
hs_task_type           enumeration  Task type  TODO|CALL|EMAIL|LINKED_IN|LINKED_IN_CONNECT|LINKED_IN_MESSAGE
hs_task_reminders      string       Reminders
hs_queue_membership_ids string      Queue
hs_task_completion_date datetime*   Completed at
hs_task_completion_count number*    Completions
hs_task_is_completed   number*      Is completed
hs_task_is_all_day     bool*        Is all day
hs_task_is_overdue     bool*        Is overdue
hs_task_is_past_due_date bool*      Is past due date
hs_task_missed_due_date bool*       Missed due date
hs_task_family         string*      Task family
hs_task_for_object_type string*     For object type
{_LOGGED}""",
    "communications": f"""
hs_communication_channel_type enumeration Channel type  SMS|WHATS_APP|LINKEDIN_MESSAGE
hs_communication_logged_from enumeration Logged from  CRM
hs_communication_body  string       Body
{_LOGGED}""",
}

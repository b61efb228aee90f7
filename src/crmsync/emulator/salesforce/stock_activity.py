"""The stock fields of tasks and events (facts/salesforce.md section 8.3)."""

from __future__ import annotations

from crmsync.emulator.salesforce.stock import SYSTEM

_RECURS = (
    "RecursDaily; RecursEveryWeekday; RecursMonthly; RecursMonthlyNth; RecursWeekly; RecursYearly; RecursYearlyNth"
)
_MONTHS = "January; February; March; April; May; June; July; August; September; October; November; December"
_RECURRENCE = f"""
RecurrenceInterval int 9 CUNP
RecurrenceDayOfWeekMask int 9 CUNP = Recurrence Day of Week Mask
RecurrenceDayOfMonth int 9 CUNP = Recurrence Day of Month
RecurrenceInstance picklist 40 CUNRP | First; Second; Third; Fourth; Last
RecurrenceMonthOfYear picklist 40 CUNRP = Recurrence Month of Year | {_MONTHS}
"""
REGENERATED = "RecurrenceRegenerateAfterDueDate; RecurrenceRegenerateAfterToday; RecurrenceRegenerated"

TASK = f"""
Id id 18 DI = Activity ID
WhoId reference 18 CUN Contact Lead = Name ID
WhatId reference 18 CUN Account Campaign Opportunity = Related To ID
Subject combobox 255 CUNP | Call; Email; Send Letter; Send Quote; Other
ActivityDate date 0 CUNPA = Due Date Only
Status picklist 255 CUD | Not Started*; In Progress; Completed!; Waiting on someone else; Deferred
Priority picklist 255 CUD | High; Normal*; Low
IsHighPriority boolean 0 D = High Priority
OwnerId reference 18 CUD Group User = Assigned To ID
Description textarea 32000 CUN
IsDeleted boolean 0 D = Deleted
AccountId reference 18 N Account
IsClosed boolean 0 D = Closed
{SYSTEM}
IsArchived boolean 0 D = Archived
CallDurationInSeconds int 8 CUN = Call Duration
CallType picklist 40 CUN | Internal; Inbound; Outbound
CallDisposition string 255 CUN = Call Result
CallObject string 255 CUN = Call Object Identifier
ReminderDateTime datetime 0 CUNP = Reminder Date/Time
IsReminderSet boolean 0 CUD = Reminder Set
RecurrenceActivityId reference 18 N Task
IsRecurrence boolean 0 CD = Create Recurring Series of Tasks
RecurrenceStartDateOnly date 0 CUNP = Recurrence Start
RecurrenceEndDateOnly date 0 CUNP = Recurrence End
RecurrenceTimeZoneSidKey picklist 40 CUNRP = Recurrence Time Zone | GMT; Europe/London; Europe/Berlin; America/New_York
RecurrenceType picklist 40 CUNRP | {_RECURS}
{_RECURRENCE}
RecurrenceRegeneratedType picklist 40 CUNRP = Repeat This Task | {REGENERATED}
TaskSubtype picklist 40 CNR | Task*; Email; ListEmail; Call; Cadence; LinkedIn
CompletedDateTime datetime 0 N = Completed Date/Time
"""

EVENT = f"""
Id id 18 DI = Activity ID
WhoId reference 18 CUN Contact Lead = Name ID
WhatId reference 18 CUN Account Campaign Opportunity = Related To ID
Subject combobox 255 CUNP | Call; Email; Meeting; Send Letter/Quote; Other
Location string 255 CUN
IsAllDayEvent boolean 0 CUDP = All-Day Event
ActivityDateTime datetime 0 CUNP = Due Date Time
ActivityDate date 0 CUNPA = Due Date Only
DurationInMinutes int 8 CUNP = Duration
StartDateTime datetime 0 CUNP = Start Date Time
EndDateTime datetime 0 CUNP = End Date Time
EndDate date 0 N
Description textarea 32000 CUN
AccountId reference 18 N Account
OwnerId reference 18 CUD Calendar User = Assigned To ID
IsPrivate boolean 0 CUD = Private
ShowAs picklist 40 CUNDRP = Show Time As | Busy*; OutOfOffice; Free
IsDeleted boolean 0 D = Deleted
IsChild boolean 0 D
IsGroupEvent boolean 0 D
GroupEventType picklist 40 NDR | 0*; 1; 2; 3
{SYSTEM}
IsArchived boolean 0 D = Archived
RecurrenceActivityId reference 18 N Event
IsRecurrence boolean 0 CD = Create Recurring Series of Events
RecurrenceStartDateTime datetime 0 CUNP = Recurrence Start
RecurrenceEndDateOnly date 0 CUNP = Recurrence End
RecurrenceType picklist 40 CUNRP | {_RECURS}
{_RECURRENCE}
ReminderDateTime datetime 0 CUNP = Reminder Date/Time
IsReminderSet boolean 0 CUD = Reminder Set
EventSubtype picklist 40 CNRP | Event
"""

"""The choices that several properties of an untouched portal share (facts/hubspot.md sections 7 and 8)."""

from __future__ import annotations

LEAD_STATUS = (
    "NEW=New|OPEN=Open|IN_PROGRESS=In progress|OPEN_DEAL=Open deal|UNQUALIFIED=Unqualified|"
    "ATTEMPTED_TO_CONTACT=Attempted to contact|CONNECTED=Connected|BAD_TIMING=Bad timing"
)
STAGES = (
    "subscriber=Subscriber|lead=Lead|marketingqualifiedlead=Marketing Qualified Lead|"
    "salesqualifiedlead=Sales Qualified Lead|opportunity=Opportunity|"
    "customer=Customer|evangelist=Evangelist|other=Other"
)
SOURCES = (
    "DIRECT_TRAFFIC|EMAIL_MARKETING|OFFLINE|ORGANIC_SEARCH|OTHER_CAMPAIGNS|PAID_SEARCH|PAID_SOCIAL|REFERRALS|"
    "SOCIAL_MEDIA"
)
DISPOSITIONS = (
    "9d9162e7-6cf3-4944-bf63-4dff82258764=Busy|f240bbac-87c9-4f6e-bf70-924b57d47db7=Connected|"
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff=Left live message|b2cf5968-551e-4856-9783-52b3da59a7d0=Left voicemail|"
    "73a0d17f-1163-4015-bdd5-ec830791da20=No answer|17b47fee-58de-441e-a44c-c6300d46f273=Wrong number"
)

"""Which exports a preview needs: the click path and the columns, in the words of both CRMs' screens."""

WHAT_TO_EXPORT = """\
Four files are enough; each one more tells more. Nothing leaves this machine.

1. Salesforce leads      Reports > New Report > Leads > All Time > Export > Details Only, CSV, UTF-8
     must     Lead ID, Lead Status, Lead Owner, Create Date, Last Name, Company / Account, Email
     better   First Name, Lead Source, Last Modified Date, Converted, Title, Country, Industry, No. of Employees,
              Email Opt Out, Do Not Call, Owner Role
2. Salesforce tasks      Reports > New Report > Activities > Tasks and Events > Export > Details Only, CSV, UTF-8
     must     Activity ID, Lead ID (or Who ID), Assigned, Subject, Task Subtype, Created Date
     better   Call Type, Call Result, Completed Date/Time, Date, Closed
3. HubSpot contacts      CRM > Contacts > All contacts > Export > All properties, CSV
     must     Record ID, Email, Lead Status, Lifecycle Stage, Create Date
     better   First Name, Last Name, Company Name, Contact owner, Salesforce Lead ID, Last Modified Date, HubSpot Team
4. Salesforce contacts   Reports > New Report > Contacts & Accounts > Export > Details Only, CSV, UTF-8
     must     Contact ID, Last Name, Email, Contact Owner, Created Date
     better   Contact Status (if you have such a field), Account Name, Last Modified Date

Data Loader files (Export > Select all fields) work as they are. Any language: name columns with
--column "LABEL=API", for example --column "Statut=Status".

next:   crmsync preview leads.csv tasks.csv contacts.csv
"""

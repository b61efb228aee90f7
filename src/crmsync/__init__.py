"""crmsync keeps Salesforce and HubSpot true to the lead-management agreement that sales and marketing signed."""

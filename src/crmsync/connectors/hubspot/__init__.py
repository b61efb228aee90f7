"""HubSpot over its public API, carried by hubspot-api-client."""

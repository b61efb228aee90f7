"""Salesforce over REST, carried by simple-salesforce."""

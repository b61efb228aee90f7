"""Transport: one folder per CRM carries bytes both ways and speaks to the rest in model types only.

A further CRM is a folder that satisfies `model.ports.Connector`, and one line in `registry.CONNECTORS`.
"""

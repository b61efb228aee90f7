"""Two CRMs on loopback: a Salesforce org and a HubSpot portal that answer over real HTTP.

They share no code with the rest of crmsync, so that a mistake in reading a vendor's page is not made twice alike.
"""

from crmsync.emulator.serving import Running, serve
from crmsync.emulator.stage import Stage, UnknownScenario, load_scenario

__all__ = ["Running", "Stage", "UnknownScenario", "load_scenario", "serve"]

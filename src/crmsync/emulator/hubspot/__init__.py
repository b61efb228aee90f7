"""The emulated HubSpot portal; `Portal(world)` is what a stage needs of it (facts/hubspot.md section 15)."""

from crmsync.emulator.hubspot.portal import Portal

__all__ = ["Portal"]

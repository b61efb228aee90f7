"""Scenarios: what stands in the two emulated CRMs before crmsync looks at them. Each plants its own truth."""

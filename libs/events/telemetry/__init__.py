"""Watching the log at work, by OpenTelemetry's API alone: who sets up the SDK decides what becomes of it.

A batch has one span, linked to the traces of what is in it; of a batch that belongs to no recorded trace there is none.
"""

from events.telemetry.watching import SILENT, Telemetry

__all__ = ["SILENT", "Telemetry"]

"""The rows of the worked examples that are not run: those that the product cannot do yet, and those of other parts.

Whoever builds what a row needs takes it out here and writes it as an example.
"""

from collections.abc import Mapping

MISSING: Mapping[str, str] = {}
"""What the product cannot do yet, by row."""

LATER: Mapping[str, str] = {
    "W41": "quota planning: proration by days",
    "W43": "quota planning: ramps",
    "W48": "amortisation",
    "W49": "metrics: sales velocity",
    "W51": "metrics: sales velocity",
    "W52": "quota planning: coverage",
    "W53": "quota planning: top-down",
    "D09": "amortisation",
}
"""What is no pay: planning, amortisation, metrics, by row."""

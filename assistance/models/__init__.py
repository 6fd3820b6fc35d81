"""What is done for a household: its plan and the measures of the plan."""

from assistance.models.measure import Measure
from assistance.models.plan import Plan
from assistance.models.span import MeasureSpan

__all__ = ["Measure", "MeasureSpan", "Plan"]

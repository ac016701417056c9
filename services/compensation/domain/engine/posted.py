"""What is posted of a person or the company, and counts like a credit on its period's last day: results and scores."""

from collections.abc import Mapping
from decimal import Decimal

from compensation.domain.document.condition import Scalar
from compensation.domain.engine.exact import percent_of
from events.domain import Value


class Result(Value):
    """What the company or a person reached in a period: a result that was posted."""

    document_id: str
    name: str
    subject: str
    value: Decimal


class Score(Value):
    """To how many percent an objective was reached, and its weight in percent of all, if it has one."""

    document_id: str
    name: str
    subject: str
    percent: Decimal
    weight: Decimal | None


Posted = Result | Score


def said_by_posted(posted: Posted) -> Mapping[str, Scalar]:
    """Return what conditions may ask of a result or a score."""
    if isinstance(posted, Result):
        return {"result_name": posted.name, "result_subject": posted.subject}
    return {"objective_name": posted.name, "objective_subject": posted.subject}


def worth_of_posted(posted: Posted) -> Decimal | None:
    """Return what is counted: a result's value, or a score by its weight; nothing is known without one."""
    if isinstance(posted, Result):
        return posted.value
    return None if posted.weight is None else percent_of(posted.weight, posted.percent)

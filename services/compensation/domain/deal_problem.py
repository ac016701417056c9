"""Why a share of a won deal is nobody's credit yet, and what is billed and paid of deals is not either."""

from typing import Literal, TypeAlias

DealProblem: TypeAlias = Literal[
    "no_amount",
    "no_booking_day",
    "no_calendar",
    "lines_do_not_add_up",
    "no_owner",
    "unmatched_owner",
    "disputed_owner",
    "no_territory",
    "no_stage",
    "unknown_line",
    "unknown_deal",
    "deal_not_won",
]

DEAL_REASONS: dict[DealProblem, str] = {
    "no_amount": "the deal is won without an amount",
    "no_booking_day": "the deal is won on no day",
    "no_calendar": "no fiscal calendar is set, so the day has no period",
    "lines_do_not_add_up": "the lines of the deal do not add up to its amount",
    "no_owner": "the deal has no owner",
    "unmatched_owner": "nobody has claimed the CRM's name of the owner",
    "disputed_owner": "more than one person has claimed the CRM's name of the owner",
    "no_territory": "the deal's account falls in no territory, and a plan pays by territory",
    "no_stage": "the deal was in none of the stages by which a plan pays",
    "unknown_line": "the invoice names a line that the deal does not have",
    "unknown_deal": "nobody has told of the deal that is billed or paid",
    "deal_not_won": "the deal that is billed or paid is not won",
}
"""Why a share of a won deal is nobody's credit yet."""

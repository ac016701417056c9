"""The performance service, put together: what CRMs say of deals comes in, bookings and leaderboards come out."""

from fastapi import FastAPI

from edge.serving import serve
from events.contracts.compensation import AttainmentMeasuredV1
from events.contracts.goals import (
    CalendarSetV1,
    OwnersClaimedV1,
    PersonHiredV1,
    PersonLeftV1,
    PersonMovedV1,
    PersonRenamedV1,
    TeamChangedV1,
)
from events.running import Blueprint, Surroundings
from performance import settings
from performance.domain import account, activity, deal, invoice, payment, product, result
from performance.domain.checks import DeliveryIsWrong
from performance.gathering.owner_book import OwnerBook
from performance.gathering.shelf import DeliveryKeyHasExpired, specials
from performance.projections.accounts import ACCOUNTS
from performance.projections.activities import ACTIVITIES
from performance.projections.attainments import ATTAINMENTS
from performance.projections.bookings import BOOKED
from performance.projections.calendars import CALENDARS
from performance.projections.deals import DEALS
from performance.projections.invoices import INVOICES
from performance.projections.payments import PAYMENTS
from performance.projections.people import MEMBERSHIPS, OWNERS, PEOPLE
from performance.projections.products import PRODUCTS
from performance.projections.results import RESULTS
from performance.projections.teams import TEAMS
from performance.publishing import publish, recover
from performance.routers import (
    accounts,
    activities,
    deals,
    invoices,
    leaderboards,
    lines,
    payments,
    products,
    results,
    webhooks,
)

OWN = (
    *deal.EVENTS,
    *invoice.EVENTS,
    *payment.EVENTS,
    *account.EVENTS,
    *product.EVENTS,
    *activity.EVENTS,
    *result.EVENTS,
)

HEARD = (
    PersonHiredV1,
    PersonRenamedV1,
    PersonMovedV1,
    PersonLeftV1,
    OwnersClaimedV1,
    TeamChangedV1,
    CalendarSetV1,
    AttainmentMeasuredV1,
)

DELIVERIES_KEPT_DAYS = 90

BLUEPRINT = Blueprint(
    name="performance",
    types=(*OWN, *HEARD),
    projections=(
        DEALS,
        BOOKED,
        INVOICES,
        PAYMENTS,
        ACCOUNTS,
        PRODUCTS,
        ACTIVITIES,
        RESULTS,
        PEOPLE,
        OWNERS,
        MEMBERSHIPS,
        TEAMS,
        CALENDARS,
        ATTAINMENTS,
    ),
    publish=publish,
    recover=recover,
    hears=("goals", "compensation"),
    deliveries_kept_days=DELIVERIES_KEPT_DAYS,
)


def make(surroundings: Surroundings | None = None, configured: settings.Settings | None = None) -> FastAPI:
    """Return the service's app. Who may deliver is as configured, else as the environment says."""
    chosen = configured or settings.from_environment()
    return serve(
        BLUEPRINT,
        surroundings,
        title="Performance",
        description="Deals as CRMs tell of them, bookings, and leaderboards with attainment beside them.",
        routers=(
            webhooks.router,
            deals.router,
            lines.router,
            invoices.router,
            payments.router,
            accounts.router,
            products.router,
            activities.router,
            results.router,
            leaderboards.router,
        ),
        problem_statuses={
            DeliveryKeyHasExpired: 410,
            deals.DealIsUnknown: 404,
            DeliveryIsWrong: 422,
            invoice.InvoiceIsUnknown: 404,
            invoice.InvoiceIsForNoDeal: 422,
            invoice.InvoiceLinesDoNotAddUp: 422,
            invoice.InvoiceLineComesTwice: 422,
            payment.PaymentIsUnknown: 404,
            payment.PaymentIsForNothing: 422,
            payment.PaymentIsForNoDeal: 422,
            payment.PaymentIsForNoInvoice: 422,
            payment.PaymentIsForAnotherDeal: 422,
            account.AccountIsUnknown: 404,
            account.AccountIsItsOwnParent: 422,
            product.ProductIsUnknown: 404,
            activity.ActivityIsUnknown: 404,
            activity.ActivityIsOfNobody: 422,
            activity.ActivityIsOfOneWhoIsNotNamed: 422,
            result.ResultIsUnknown: 404,
            result.ResultIsOfNobody: 422,
            result.ResultHasNoTarget: 422,
            result.ResultHasTooManyDigits: 422,
        },
        state={"webhook_secrets": chosen.webhook_secrets, "owner_book": OwnerBook(), "specials": specials},
    )


app = make()

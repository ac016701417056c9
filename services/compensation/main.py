"""The compensation service, put together: plans and what is heard go in, explained pay comes out."""

from fastapi import FastAPI

from compensation.deriving.activity_credits import ACTIVITY_CREDITS
from compensation.deriving.attainments import ATTAINMENTS
from compensation.deriving.credits import CREDITS
from compensation.deriving.earnings import EARNINGS
from compensation.domain.assignment import (
    ASSIGNMENT,
    AssignmentEndsBeforeItStarts,
    AssignmentIsUnknown,
    LeaveEndsBeforeItStarts,
    PersonIsUnknown,
    without_target_pay,
)
from compensation.domain.attainment import AttainmentMeasured
from compensation.domain.document.earlier import with_components
from compensation.domain.document.faults import PlanIsFaulty
from compensation.domain.exclusion import EXCLUSION, CreditIsNotExcluded, ExcludedPersonIsUnknown
from compensation.domain.hand_credit import HAND_CREDIT, CreditCountsForNothing, HandCreditIsUnknown
from compensation.domain.plan import PLAN, PlanIsUnknown
from compensation.domain.split import SPLIT, DealIsNotSplitByHand, SharerIsUnknown, SharesAreNotAllOfTheDeal
from compensation.projections.activities import ACTIVITIES
from compensation.projections.assignments import ASSIGNMENTS
from compensation.projections.billing import INVOICES, PAYMENTS, REFUNDS
from compensation.projections.calendars import CALENDARS
from compensation.projections.deal_lines import DEAL_LINES
from compensation.projections.deals import DEALS, SHARES
from compensation.projections.descriptions import ACCOUNTS, PRODUCTS
from compensation.projections.exclusions import EXCLUSIONS
from compensation.projections.hand_credits import HAND_CREDITS
from compensation.projections.people import OWNERS, PEOPLE, REPORTS
from compensation.projections.plans import PLAN_VERSIONS, PLANS
from compensation.projections.quotas import QUOTAS, TEAM_QUOTAS
from compensation.projections.rates import RATES
from compensation.projections.relationships import RELATIONSHIPS
from compensation.projections.results import RESULTS, SCORES
from compensation.projections.splits import HAND_SHARES
from compensation.projections.stages import STAGE_OWNERS
from compensation.projections.territories import HOLDERS, PLACEMENTS, TERRITORIES
from compensation.publishing import publish, recover
from compensation.routers import (
    assignments,
    attainments,
    exceptions,
    exclusions,
    hand_credits,
    plan_schema,
    plans,
    splits,
    statements,
    what_ifs,
)
from edge.serving import serve
from events.contracts import goals, performance
from events.running import Blueprint, Surroundings

HEARD = (
    goals.PersonHiredV1,
    goals.PersonRenamedV1,
    goals.PersonMovedV1,
    goals.PersonLeftV1,
    goals.OwnersClaimedV1,
    goals.CalendarSetV1,
    goals.QuotaSetV1,
    goals.QuotaAdjustedV1,
    goals.SubjectQuotaSetV1,
    goals.RelationshipSetV1,
    goals.RelationshipEndedV1,
    goals.TerritoryDefinedV1,
    goals.TerritoryAssignedV1,
    goals.TerritoryAssignmentEndedV1,
    goals.AccountPlacedV1,
    performance.AccountChangedV1,
    performance.ProductChangedV1,
    goals.RateSetV1,
    goals.ObjectiveScoredV1,
    performance.DealOpenedV1,
    performance.DealStageMovedV1,
    performance.DealAmendedV1,
    performance.DealSplitSetV1,
    performance.DealOwnerChangedV1,
    performance.DealWonV1,
    performance.DealLostV1,
    performance.DealReopenedV1,
    performance.DealCancelledV1,
    performance.DealDeletedV1,
    performance.ActivityRecordedV1,
    performance.ActivityWithdrawnV1,
    performance.InvoiceIssuedV1,
    performance.InvoiceAmendedV1,
    performance.InvoiceVoidedV1,
    performance.PaymentReceivedV1,
    performance.PaymentRefundedV1,
    performance.ResultRecordedV1,
)

BLUEPRINT = Blueprint(
    name="compensation",
    types=(
        *PLAN.events,
        *ASSIGNMENT.events,
        *SPLIT.events,
        *EXCLUSION.events,
        *HAND_CREDIT.events,
        AttainmentMeasured,
        *HEARD,
    ),
    projections=(
        PLANS,
        PLAN_VERSIONS,
        ASSIGNMENTS,
        PEOPLE,
        OWNERS,
        REPORTS,
        CALENDARS,
        QUOTAS,
        TEAM_QUOTAS,
        RATES,
        DEALS,
        SHARES,
        HAND_SHARES,
        EXCLUSIONS,
        HAND_CREDITS,
        STAGE_OWNERS,
        DEAL_LINES,
        RELATIONSHIPS,
        TERRITORIES,
        HOLDERS,
        PLACEMENTS,
        ACCOUNTS,
        PRODUCTS,
        ACTIVITIES,
        INVOICES,
        PAYMENTS,
        REFUNDS,
        RESULTS,
        SCORES,
    ),
    derivations=(CREDITS, ACTIVITY_CREDITS, ATTAINMENTS, EARNINGS),
    publish=publish,
    recover=recover,
    hears=("goals", "performance"),
    upcasters={
        "PlanDrafted": (with_components,),
        "PlanRevised": (with_components,),
        "PersonAssigned": (without_target_pay,),
    },
)


def make(surroundings: Surroundings | None = None) -> FastAPI:
    """Return the service's app."""
    return serve(
        BLUEPRINT,
        surroundings,
        title="Compensation",
        description="Plans, assignments, credited attainment, and statements that explain every cent.",
        routers=(
            plans.router,
            plan_schema.router,
            assignments.router,
            statements.router,
            attainments.router,
            exceptions.router,
            what_ifs.router,
            splits.router,
            exclusions.router,
            hand_credits.router,
        ),
        problem_statuses={
            PlanIsFaulty: 422,
            PlanIsUnknown: 404,
            plans.VersionIsUnknown: 404,
            AssignmentIsUnknown: 404,
            PersonIsUnknown: 422,
            DealIsNotSplitByHand: 404,
            SharerIsUnknown: 422,
            CreditIsNotExcluded: 404,
            HandCreditIsUnknown: 404,
            CreditCountsForNothing: 422,
            ExcludedPersonIsUnknown: 422,
            SharesAreNotAllOfTheDeal: 422,
            statements.StatementIsUnknown: 404,
            AssignmentEndsBeforeItStarts: 422,
            what_ifs.WhatIfIsAboutNobody: 422,
            what_ifs.WhatIfIsAboutTooMany: 422,
            what_ifs.WhatIfIsOfAYear: 422,
            what_ifs.DocumentHasNoPlan: 422,
            LeaveEndsBeforeItStarts: 422,
        },
    )


app = make()

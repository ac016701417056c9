"""Section 7 of the worked examples: splits among people, and what rolls up to a manager."""

from attain.acceptance.documents import OWN, TEAM, about, component, flat, measure, plan, quota_measure, table
from attain.acceptance.example import YEAR, Activity, Case, Deal, Example, Figure

AGENTS = ("first", "second", "third", "fourth")
TEN_PERCENT = component(flat("10"))
MANAGER = "manager"

W26 = Example(
    id="W26",
    cases=(
        Case(
            plan=plan("W26", TEN_PERCENT),
            paid=("ae", "sdr"),
            deals=(Deal(amount="80000", owner="ae", splits=({"ae": "70", "sdr": "30"},)),),
            figures=(Figure(expected="5600.00", person="ae"), Figure(expected="2400.00", person="sdr")),
        ),
    ),
)

W27 = Example(
    id="W27",
    note="The territories share the deal as the two people who have them do.",
    cases=(
        Case(
            plan=plan("W27", TEN_PERCENT),
            paid=("north", "south"),
            deals=(Deal(amount="100000", owner="north", splits=({"north": "60", "south": "40"},)),),
            figures=(Figure(expected="6000.00", person="north"), Figure(expected="4000.00", person="south")),
        ),
    ),
)

MEETINGS = measure("meetings", counts="activities", rules=["meetings"])

W29 = Example(
    id="W29",
    note="The total is what the two are paid. The meeting is an activity of its own, and the deal is split 85 to 15.",
    cases=(
        Case(
            plan=plan("W29", TEN_PERCENT),
            own_plans={
                "sdr": plan(
                    "W29 for who sets the meeting",
                    component(flat("2")),
                    component(flat("50", "each"), "meetings", measure="meetings"),
                    rules=(OWN, {"id": "meetings", "trigger": "activity", "when": about("activity_kind", "meeting")}),
                    measures=(measure(), MEETINGS),
                )
            },
            paid=("ae", "sdr"),
            activities=(Activity(kind="meeting", owner="sdr"), Activity(kind="call", owner="sdr")),
            deals=(Deal(amount="100000", owner="ae", splits=({"ae": "85", "sdr": "15"},)),),
            figures=(
                Figure(expected="350.00", person="sdr"),
                Figure(expected="8500.00", person="ae"),
            ),
        ),
    ),
)

W30 = Example(
    id="W30",
    note="The source asks for the same pay in whatever order agents are added: here one delivery adds each of them.",
    cases=(
        Case(
            plan=plan("W30", TEN_PERCENT),
            paid=AGENTS,
            deals=(
                Deal(
                    amount="100",
                    owner="first",
                    splits=(
                        {"first": "100"},
                        {"first": "50", "second": "50"},
                        {"first": "33.333334", "second": "33.333333", "third": "33.333333"},
                        dict.fromkeys(AGENTS, "25"),
                    ),
                ),
            ),
            figures=tuple(Figure(expected="2.50", person=agent) for agent in AGENTS),
        ),
    ),
)

W31 = Example(
    id="W31",
    cases=(
        Case(
            plan=plan("W31", component(flat("3")), rules=(TEAM,), measures=(measure(rules=["team"]),)),
            paid=(MANAGER,),
            line=tuple(f"rep-{number}" for number in range(1, 6)),
            deals=tuple(
                Deal(amount=amount, owner=f"rep-{number}")
                for number, amount in enumerate(("75000", "60000", "67500", "52500", "45000"), 1)
            ),
            figures=(
                Figure(expected="2250.00, 1800.00, 2025.00, 1575.00, 1350.00", shows="lines", person=MANAGER),
                Figure(expected="9000.00", person=MANAGER),
            ),
        ),
    ),
)


def manager_bonus(second_deal: str, expected: str) -> Case:
    """Return a team with a quota of 1,000,000, a deal of 500,000 and another one, and what the manager gets."""
    rates = table("step", ("95", "0"), (None, "10000"), over="attainment", pays="amount", edge="upper")
    return Case(
        plan=plan("W55", component(rates), rules=(TEAM,), measures=(quota_measure(rules=["team"]),)),
        paid=(MANAGER,),
        line=("rep-1", "rep-2"),
        quotas={str(YEAR): "1000000"},
        deals=(Deal(amount="500000", owner="rep-1"), Deal(amount=second_deal, owner="rep-2")),
        figures=(Figure(expected=expected, person=MANAGER),),
    )


W55 = Example(
    id="W55",
    note="The team's quota is its manager's. At 95% exactly the bonus is reached, a cent below it is not.",
    cases=(manager_bonus("450000", "10000.00"), manager_bonus("449999.99", "0.00")),
)

SPLITS = (W26, W27, W29, W30, W31, W55)

"""The demonstration company, drawn from a seed: the same seed gives the same company, today and in ten years."""

from dataclasses import dataclass
from datetime import date
from random import Random

from attain.company import (
    Company,
    Request,
    Stage,
    assign,
    draft_plan,
    hire,
    leave,
    make_team,
    move,
    publish_plan,
    set_calendar,
    set_quota,
)
from attain.demo.deals import draw_deals
from attain.demo.names import TEAMS
from attain.demo.notes import draw_notes
from attain.demo.people import YEAR, Boss, Rep, draw_people

SEED = 2025
SOURCE = "crm"
TIME_ZONE = "America/New_York"
PLAN_ID = "accelerator"
PLAN_NAME = f"Accelerator {YEAR}"
TIERS: tuple[tuple[str | None, str], ...] = (("100", "5"), ("130", "8"), (None, "10"))
QUARTER_PERCENTS = (92, 98, 94, 116)
"""A quarter's quota in percent of the level's: the year's shape."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How large a company is drawn."""

    reps: int = 33
    teams: int = len(TEAMS)
    deals: int = 5_000
    notes: int = 60


def draw_company(seed: int = SEED, scale: Scale | None = None) -> Company:
    """Draw a company of a seed. Its parts have randomness of their own, so that one can change and the others not."""
    size = scale or Scale()
    bosses, reps = draw_people(Random(f"{seed} people"), size.reps, size.teams)
    first = [rep for rep in reps if not rep.late]
    late = [rep for rep in reps if rep.late]
    return Company(
        name=f"demo-{seed}-{size.deals}",
        before=(
            Stage(name="calendar", requests=(set_calendar(TIME_ZONE),)),
            Stage(name="teams", requests=tuple(make_team(*team) for team in TEAMS[: size.teams])),
            Stage(name="people", requests=(hire_boss(bosses[0]),)),
            Stage(name="people", requests=tuple(map(hire_boss, bosses[1:]))),
            Stage(name="people", requests=tuple(map(hire_rep, first))),
            Stage(name="people", requests=tuple(changes(first, bosses))),
            Stage(name="plan", requests=(draft_plan(PLAN_ID, PLAN_NAME, TIERS),)),
            Stage(name="plan", requests=(publish_plan(PLAN_ID, date(YEAR, 1, 1)),)),
            Stage(name="quotas", requests=tuple(quotas(first))),
            Stage(name="assignments", requests=tuple(map(assign_rep, first))),
            Stage(name="coaching", requests=draw_notes(Random(f"{seed} notes"), reps, size.notes)),
        ),
        source=SOURCE,
        deliveries=draw_deals(Random(f"{seed} deals"), reps, size.deals),
        after=(
            Stage(name="late people", requests=tuple(map(hire_rep, late))),
            Stage(name="late people", requests=tuple(quotas(late))),
            *(Stage(name="late people", requests=(assign_rep(rep),)) for rep in late),
        ),
        last=f"/compensation/v1/assignments?person_id={late[-1].person_id}",
    )


def hire_boss(boss: Boss) -> Request:
    """Take a manager on."""
    return hire(
        person_id=boss.person_id,
        name=boss.name,
        hired_on=boss.hired_on,
        team_id=boss.team_id,
        manager_id=boss.manager_id,
        source=SOURCE,
    )


def hire_rep(rep: Rep) -> Request:
    """Take somebody on who sells, known to the CRM by their address."""
    return hire(
        person_id=rep.person_id,
        name=rep.name,
        hired_on=rep.hired_on,
        owners=(rep.owner,),
        team_id=rep.team_id,
        manager_id=rep.manager_id,
        source=SOURCE,
    )


def changes(reps: list[Rep], bosses: tuple[Boss, ...]) -> list[Request]:
    """Return who leaves and who changes teams during the year: to the team of the next manager."""
    managers = bosses[1:]
    requests = [leave(rep.person_id, rep.left_on) for rep in reps if rep.left_on is not None]
    for rep in reps:
        if rep.moved_on is not None:
            number = next(place for place, boss in enumerate(managers) if boss.person_id == rep.manager_id)
            boss = managers[(number + 1) % len(managers)]
            requests.append(move(rep.person_id, rep.moved_on, str(boss.team_id), boss.person_id))
    return requests


def quotas(reps: list[Rep]) -> list[Request]:
    """Return each one's quotas by whole quarter that they are there: what the level asks for, in the year's shape."""
    return [
        set_quota(rep.person_id, f"{YEAR}-Q{quarter}", rep.quota * QUARTER_PERCENTS[quarter - 1] // 100)
        for rep in reps
        for quarter in range(1, 5)
        if rep.hired_on <= date(YEAR, quarter * 3 - 2, 1)
        and rep.sells_on(max(rep.hired_on, date(YEAR, quarter * 3, 28)))
    ]


def assign_rep(rep: Rep) -> Request:
    """Pay somebody by the plan, as long as they are there in the year."""
    return assign(rep.person_id, PLAN_ID, max(rep.hired_on, date(YEAR, 1, 1)), rep.left_on)

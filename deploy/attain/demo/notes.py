"""What the demonstration company's managers write about those whom they coach."""

from datetime import date, timedelta
from random import Random

from attain.company import Request, note
from attain.demo.names import ADVICE, OBSERVATIONS
from attain.demo.people import YEAR, Rep


def draw_notes(random: Random, reps: tuple[Rep, ...], count: int) -> tuple[Request, ...]:
    """Draw coaching notes by managers about their own people; two in three are shared with whom they are about."""
    return tuple(draw_note(random, reps) for _ in range(count))


def draw_note(random: Random, reps: tuple[Rep, ...]) -> Request:
    """Draw a note about somebody who is there, by the manager whom they have at the end of the year."""
    noted_on = date(YEAR, 1, 7) + timedelta(days=random.randint(0, 345))
    present = [rep for rep in reps if rep.sells_on(noted_on) and rep.moved_on is None and not rep.late]
    rep = random.choice(present)
    text = f"{random.choice(OBSERVATIONS)} {random.choice(ADVICE)}"
    return note(rep.manager_id, rep.person_id, text, noted_on, shared=random.random() < 0.67)

"""Amounts that are paid as a plan writes them: no finer than its currency can be paid out."""

from collections.abc import Iterator
from decimal import Decimal

from compensation.domain.document.shape import Cap, Component, PlanDocument
from money.money import currencies, digits_of


def payable_faults(document: PlanDocument) -> Iterator[tuple[str, str]]:
    """Name amounts with more digits than the plan's currency has: caps, draws, what is paid at least and at most."""
    if document.currency not in currencies():
        return
    digits = digits_of(document.currency)
    for pointer, amount in amounts_of(document):
        if amount.is_finite() and amount != round(amount, digits):
            yield pointer, f"{document.currency} is paid in {digits or 'no'} digits after the point"


def amounts_of(document: PlanDocument) -> Iterator[tuple[str, Decimal]]:
    """Yield the amounts that may be paid as they are, each with its place."""
    yield from amounts_of_caps("/caps", document.caps)
    for place, component in enumerate(document.components):
        yield from amounts_of_component(f"/components/{place}", component)
    draw, minimum = document.draw, document.minimum
    said = {"/maximum": document.maximum, "/minimum/amount": None if minimum is None else minimum.amount}
    if draw is not None:
        said |= {"/draw/amount": draw.amount, "/draw/recovered_max": draw.recovered_max, "/draw/floor": draw.floor}
    yield from ((pointer, amount) for pointer, amount in said.items() if amount is not None)


def amounts_of_component(at: str, component: Component) -> Iterator[tuple[str, Decimal]]:
    """Yield the caps of a component and of its gates."""
    yield from amounts_of_caps(f"{at}/caps", component.caps)
    for number, gate in enumerate(component.gates):
        if gate.cap is not None:
            yield f"{at}/gates/{number}/cap/amount", gate.cap.amount


def amounts_of_caps(at: str, caps: tuple[Cap, ...]) -> Iterator[tuple[str, Decimal]]:
    """Yield the amounts of caps."""
    return ((f"{at}/{place}/amount", cap.amount) for place, cap in enumerate(caps))

"""What came of a company that was loaded, on one screen: sums, the first five, and one line of pay with its trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from attain.client import Client
from attain.company import CURRENCY
from attain.quiet import Census, Watch

PLACES = 5
FOLDER = Path("var")
"""Where `attain token` looks for the issuer's key if nobody says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Answers of Attain about one year: of the four services' logs, its leaderboard, its pay, and one statement."""

    year: int
    census: Mapping[str, Census]
    people: int
    teams: int
    board: dict[str, Any]
    pay: dict[str, Any]
    attainment: Mapping[str, Mapping[str, str | None]]
    """Percent of quota by person and period."""
    statement: dict[str, Any]

    @property
    def periods(self) -> Sequence[str]:
        """The year's quarters."""
        return quarters(self.year)

    def earned(self, person_id: str) -> str:
        """What somebody earned in the year."""
        return next(
            (f"{Decimal(each['earned']['amount']):,f}" for each in self.pay["items"] if each["person_id"] == person_id),
            "",
        )


async def ask_summary(client: Client, watch: Watch, year: int) -> Summary:
    """Ask for a summary of a year; the statement is that of who is first, for the last quarter."""
    board = await client.ask("/performance/v1/leaderboard", period=str(year), currency=CURRENCY)
    first = [place["id"] for place in board["places"][:PLACES]]
    pay = await client.ask("/compensation/v1/statements", period=str(year))
    pay["items"] = await client.ask_all("/compensation/v1/statements", period=str(year))
    return Summary(
        year=year,
        census=await watch.census(),
        people=len(await client.ask_all("/goals/v1/people")),
        teams=len(await client.ask_all("/goals/v1/teams")),
        board=board,
        pay=pay,
        attainment={person_id: await attained(client, person_id) for person_id in first},
        statement=await client.ask(f"/compensation/v1/statements/{first[0]}", period=quarters(year)[-1]),
    )


async def attained(client: Client, person_id: str) -> dict[str, str | None]:
    """Ask how much of each period's quota somebody reached."""
    found = await client.ask_all("/compensation/v1/attainment", person_id=person_id)
    return {each["period"]: each["percent"] for each in found}


def show_summary(summary: Summary) -> RenderableType:
    """Return a summary as it is printed, for 80 to 100 columns."""
    return Group(
        heading(f"The year {summary.year}"),
        sums(summary),
        heading("The first five, with the share of each quarter's quota"),
        leaderboard(summary),
        *(part for each in summary.statement["sections"][:1] for part in section(summary.statement, each)),
    )


def sums(summary: Summary) -> RenderableType:
    """Return what went in and what came out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", width=10)
    table.add_column()
    logs = ", ".join(f"{each.events:,} {name}" for name, each in summary.census.items())
    events = sum(each.events for each in summary.census.values())
    totals = summary.pay["sums"][0]
    table.add_row("Deals", f"{summary.census['performance'].deals:,} from the CRM")
    table.add_row("Events", f"{events:,} in four logs")
    table.add_row("", Text(logs, style="dim"))
    table.add_row("People", f"{summary.people} in {summary.teams} teams")
    table.add_row("Booked", money(summary.board["total"]))
    table.add_row("Commission", Text(money(totals["earned"]), style="bold green"))
    return indented(table)


def leaderboard(summary: Summary) -> RenderableType:
    """Return the first places: what they booked, how much of each quarter's quota that was, and what they earned."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("Person", no_wrap=True)
    for name in ("Deals", f"Booked, {CURRENCY}", *(period[-2:] for period in summary.periods), "Earned"):
        table.add_column(name, justify="right", no_wrap=True)
    for place in summary.board["places"][:PLACES]:
        percents = [percent(summary.attainment[place["id"]].get(period)) for period in summary.periods]
        row = (str(place["rank"]), place["name"], str(place["count"]), whole(place["amount"]))
        table.add_row(*row, *percents, summary.earned(place["id"]))
    return indented(table)


def section(found: dict[str, Any], paid: dict[str, Any]) -> list[RenderableType]:
    """Return a statement's head and one of its lines with its trace: one that crosses an edge, if any does."""
    line = max(paid["lines"], key=lambda each: len(each["slices"]))
    attained, quota = (money(paid["earned"] | {"amount": paid[name]}) for name in ("attained", "quota"))
    reached = f"{percent(paid['percent'])} of a quota of {quota}"
    return [
        heading(f"Statement of {found['name']}, {found['period']}"),
        indented(f"{attained} credited, {reached}"),
        indented(f"[green]{money(paid['earned'])}[/green] earned by {len(paid['lines'])} lines; one of them:"),
        trace(line),
    ]


def trace(line: dict[str, Any]) -> RenderableType:
    """Return why a line pays what it pays, back to the event in the log."""
    event = line["credit"]["event"]
    slices = Table.grid(padding=(0, 2))
    for _ in range(3):
        slices.add_column(justify="right")
    for each in line["slices"]:
        paid = each["earned"]
        slices.add_row(money(paid | {"amount": each["pay_base"]}), f"at {short(each['rate'])}%", money(paid))
    told = (
        f"from {event['event_type']}, told by {event['source']} as version {event['version']} of the deal:\n"
        f"event {event['event_id']},\nposition {event['position']:,} of compensation's log"
    )
    return Padding(Group(line["sentence"], Padding(slices, (1, 2)), Text(told, style="dim")), (1, 0, 0, 4))


def addresses(url: str, folder: Path) -> RenderableType:
    """Return where to go from here."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", width=10)
    table.add_column()
    table.add_row("Everything", f"[link={url}]{url}[/link]")
    elsewhere = "" if folder == FOLDER else f" --folder {folder}"
    table.add_row("A token", f".venv/bin/attain token p-01 --roles comp_admin,finance,auditor{elsewhere}")
    table.add_row("The end", f"Ctrl-C; the data stay in {folder}/")
    return Group(heading("Where to go"), indented(table), "")


def heading(title: str) -> RenderableType:
    """Return a line that begins a part."""
    return Padding(Rule(f"[bold]{title}[/bold]", align="left", style="dim"), (1, 0, 0, 0))


def indented(part: RenderableType) -> RenderableType:
    """Return a part a little to the right."""
    return Padding(part, (0, 0, 0, 2))


def quarters(year: int) -> list[str]:
    """Return the names of a year's quarters."""
    return [f"{year}-Q{quarter}" for quarter in range(1, 5)]


def money(amount: Mapping[str, str] | None) -> str:
    """Return an amount as people read it; a dash where there is none."""
    return "-" if amount is None else f"{amount['currency']} {Decimal(amount['amount']):,f}"


def whole(amount: Mapping[str, str]) -> str:
    """Return an amount without its currency and cents."""
    return f"{Decimal(amount['amount']):,.0f}"


def percent(number: str | None) -> str:
    """Return a percent as people read it; a dash where there is none."""
    return "-" if number is None else f"{Decimal(number):.0f}%"


def short(number: str) -> str:
    """Return a number without trailing zeros."""
    return format(Decimal(number).normalize(), "f")

"""Who may read whose pay, and what is logged of it."""

from datetime import date

from structlog.testing import capture_logs

from compensation.routers.readers import EVERYONES
from edge.auth import Role
from tests.compensation.company import Company, person, split

CASES: list[tuple[str, Role, int]] = [
    ("ada", "rep", 200),
    ("bob", "rep", 403),
    ("mia", "manager", 200),
    ("max", "manager", 200),
    ("mia", "rep", 403),
    ("bob", "manager", 403),
    ("carol", "comp_admin", 200),
    ("carol", "finance", 200),
    ("carol", "comp_approver", 200),
    ("carol", "auditor", 200),
    ("carol", "hr", 403),
    ("carol", "planner", 403),
    ("carol", "enablement", 403),
    ("carol", "privacy_officer", 403),
    ("carol", "integration", 403),
]


async def test_pay_is_read_by_its_owner_their_line_and_those_who_look_after_pay(firm: Company) -> None:
    await firm.settle()
    await firm.hire("mia", manager_id="max")
    await firm.win("crm.1", "100")
    await firm.derive()
    for by, role, status in CASES:
        shown = ["ada"] if status == 200 else []
        answer = await firm.get("/v1/statements/ada", role, by=by, period="2017-Q1")
        listed = await firm.get("/v1/statements", role, by=by, period="2017-Q1")
        attained = await firm.get("/v1/attainment", role, by=by)
        assert (by, role, answer.status_code) == (by, role, status)
        assert [each["person_id"] for each in listed.json()["items"]] == shown
        assert [each["person_id"] for each in attained.json()["items"]] == shown


async def test_the_sums_of_a_list_are_of_those_who_are_seen(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "100", splits=split((person("ada"), "50"), (person("bob"), "50")))
    await firm.derive()
    listed = (await firm.get("/v1/statements", "manager", by="mia", period="2017-Q1")).json()
    assert [each["credited"]["amount"] for each in listed["sums"]] == ["50.00"]


async def test_exceptions_are_for_those_who_look_after_pay(firm: Company) -> None:
    for role in ("rep", "manager", "hr", "planner", "integration"):
        assert (await firm.get("/v1/exceptions", role)).status_code == 403
    for role in EVERYONES:
        assert (await firm.get("/v1/exceptions", role)).status_code == 200


async def test_a_denial_says_nothing_of_the_pay(firm: Company) -> None:
    await firm.settle()
    answer = await firm.get("/v1/statements/ada", "rep", by="bob", period="2017-Q1")
    assert answer.json().keys() == {"type", "title", "status", "instance", "correlation_id"}
    assert answer.json()["title"] == "You may not do this."


async def test_a_new_manager_reads_back_to_the_start_of_the_year_and_a_former_one_nothing(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "100")
    await firm.move("ada", date(2017, 8, 1), "zoe")
    await firm.move("ada", date(2018, 1, 1), "mia")
    for by, period, status in [("zoe", "2017-Q1", 200), ("zoe", "2016-Q4", 403), ("mia", "2017-Q1", 403)]:
        answer = await firm.get("/v1/statements/ada", "manager", by=by, period=period)
        assert (by, period, answer.status_code) == (by, period, status)


async def test_reading_another_persons_pay_is_logged_and_ones_own_is_not(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "100")
    await firm.derive()
    with capture_logs() as lines:
        await firm.get("/v1/statements/ada", "rep", by="ada", period="2017-Q1")
        await firm.get("/v1/statements/ada", "manager", by="mia", period="2017-Q1")
        await firm.get("/v1/statements", "finance", by="fay", period="2017-Q1")
    reads = [(line["actor"], line["people"]) for line in lines if line["event"] == "pay_read"]
    assert reads == [("mia", ["ada"]), ("fay", ["ada"])]

"""The feedback service, put together: coaching notes, and who may read them."""

from fastapi import FastAPI

from edge.serving import serve
from events.contracts.goals import CalendarSetV1, PersonHiredV1, PersonMovedV1
from events.running import Blueprint, Surroundings
from feedback.domain.note import EVENTS, NoteIsUnknown, OnlyTheAuthorChangesANote, PersonIsUnknown
from feedback.projections.calendars import CALENDARS
from feedback.projections.notes import NOTES
from feedback.projections.people import REPORTINGS
from feedback.projections.readers import NOTE_READERS
from feedback.projections.revisions import REVISIONS
from feedback.publishing import publish, recover
from feedback.routers import notes

BLUEPRINT = Blueprint(
    name="feedback",
    types=(*EVENTS, PersonHiredV1, PersonMovedV1, CalendarSetV1),
    projections=(NOTES, NOTE_READERS, REVISIONS, REPORTINGS, CALENDARS),
    publish=publish,
    recover=recover,
    hears=("goals",),
)


def make(surroundings: Surroundings | None = None) -> FastAPI:
    """Return the service's app."""
    return serve(
        BLUEPRINT,
        surroundings,
        title="Feedback",
        description="Coaching notes, for those who may read them.",
        routers=(notes.router,),
        problem_statuses={NoteIsUnknown: 404, OnlyTheAuthorChangesANote: 403, PersonIsUnknown: 422},
    )


app = make()

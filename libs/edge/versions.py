"""ETags: the version of what an answer shows, so that a command can say which one it means."""

from collections.abc import Mapping

from fastapi import HTTPException, Request, Response

from edge.bodies import DoneBody
from events.asking import Done


def etag(version: int) -> str:
    """Return the strong ETag of a version: the number in double quotes."""
    return f'"{version}"'


def done(response: Response, answer: Done) -> DoneBody:
    """Return what a command answers, and set its ETag."""
    response.headers["ETag"] = etag(answer.version)
    return DoneBody.of_done(answer)


def shown(request: Request, response: Response, version: int) -> None:
    """Set the ETag of what is read; stop with 304 where `If-None-Match` says that the caller has it already."""
    tag = etag(version)
    given = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    headers: Mapping[str, str] = {"ETag": tag}
    if tag in given or "*" in given:
        raise HTTPException(304, headers=headers)
    response.headers.update(headers)

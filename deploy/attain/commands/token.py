"""`attain token`: a development token for trying things out."""

from pathlib import Path
from typing import Annotated, cast

import typer

from edge.auth import ROLES, Role
from edge.issuer import DevelopmentIssuer, IssuerIsForDevelopment


def token(
    person: Annotated[str, typer.Argument(help="The id of the person that the token speaks for.")],
    roles: Annotated[str, typer.Option(help="Roles, separated by commas.")] = "rep",
    folder: Annotated[Path, typer.Option(envvar="ATTAIN_FOLDER", help="Where the issuer keeps its key.")] = Path("var"),
) -> None:
    """Print a bearer token of the development issuer, good for twelve hours."""
    wanted = {role.strip() for role in roles.split(",") if role.strip()}
    if unknown := wanted - ROLES:
        raise typer.BadParameter(f"no such role: {', '.join(sorted(unknown))}; there are {', '.join(sorted(ROLES))}")
    try:
        issuer = DevelopmentIssuer(folder)
    except IssuerIsForDevelopment as refused:
        raise typer.BadParameter(str(refused)) from refused
    print(issuer.token(person, cast("set[Role]", wanted)))

"""The tiny service and who asks it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from edge.issuer import DevelopmentIssuer
from tests.edge.tiny import as_planner, tiny_app


@pytest.fixture
def issuer(tmp_path: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer(tmp_path / "issuer")


@pytest.fixture
def app(issuer: DevelopmentIssuer) -> FastAPI:
    return tiny_app(issuer)


@pytest.fixture
async def ada(app: FastAPI, issuer: DevelopmentIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with as_planner(app, issuer) as client:
        yield client


@pytest.fixture
def rep_token(issuer: DevelopmentIssuer) -> str:
    return issuer.token("bob", ["rep"])

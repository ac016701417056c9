"""The floor of the intake: a FastAPI endpoint that parses the body and does nothing else."""

from fastapi import FastAPI
from pydantic import BaseModel


class DealData(BaseModel):
    """A deal as a CRM sends it."""

    deal_id: str
    owner: str
    amount: str
    currency: str
    stage: str
    opened_on: str


class DeliveryBody(BaseModel):
    """One delivery."""

    type: str
    timestamp: str
    data: DealData


app = FastAPI(openapi_url=None)


@app.get("/livez")
async def livez() -> dict[str, str]:
    """Answer while the process lives."""
    return {"status": "alive"}


@app.post("/v1/webhooks/{source}", status_code=202)
async def take(source: str, body: DeliveryBody) -> dict[str, str]:
    """Parse, and answer."""
    return {"source": source, "deal_id": body.data.deal_id}

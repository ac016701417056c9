"""The page that shows a service's OpenAPI document, with all that it needs: a browser fetches nothing from elsewhere.

Swagger UI comes out of a package of the lock.
"""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

BUNDLE = Path(str(files("fastapi_swagger.resources")))
"""The folder with Swagger UI's script and style."""

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: commands and queries</title>
<link rel="icon" href="docs/favicon-32x32.png"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="document"></div>
<noscript>This page needs scripts. What it shows is in <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>
"""

START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#document",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
"""
"""`validatorUrl`: without it the page would send the document to a validator on the internet."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
KEPT = "public, max-age=3600"
"""For how long a browser keeps what the package holds."""

PATHS = frozenset(
    {
        "/",
        "/docs",
        "/docs/start.js",
        "/docs/swagger-ui.css",
        "/docs/swagger-ui-bundle.js",
        "/docs/favicon-32x32.png",
    }
)
"""They need no token: a browser sends none when it opens a page."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def front(request: Request) -> Response:
    """Lead to the page."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")


@router.get("/docs")
async def page(request: Request) -> Response:
    """Show the commands and queries."""
    return HTMLResponse(PAGE.format(title=request.app.title), headers={"Content-Security-Policy": POLICY})


@router.get("/docs/start.js")
async def start() -> Response:
    """Start the page."""
    return Response(START, media_type="text/javascript")


@router.get("/docs/swagger-ui.css")
@router.get("/docs/swagger-ui-bundle.js")
@router.get("/docs/favicon-32x32.png")
async def part(request: Request) -> Response:
    """Return a file of the package."""
    return FileResponse(BUNDLE / Path(request.url.path).name, headers={"Cache-Control": KEPT})

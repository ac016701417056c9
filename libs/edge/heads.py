"""HEAD: what GET would answer, without its body. Probes and caches ask so; the framework's routes know GET alone."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """Lets HEAD through as GET. The server leaves the body out, as it does for every answer to HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the routes see GET, and the server HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            scope["method"] = "HEAD"
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        scope["method"] = "GET"
        try:
            await self.app(scope, receive, without_body)
        finally:
            scope["method"] = "HEAD"

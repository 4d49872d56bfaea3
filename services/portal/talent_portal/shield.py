"""What surrounds every page: size limit, secure headers, and the visitor's session."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from talent_kit.errors import Problem, Reason

from talent_portal.sessions import Cookies, Session

HEADERS = {
    # Everything from here and nothing inline. USWDS draws small icons from data: addresses.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_STRICT_TRANSPORT = "max-age=31536000"


class Shield:
    """ASGI middleware. Puts the session in `request.state.session`.

    A page that changes the session sets `request.state.set_cookies` (a list of headers).
    """

    def __init__(self, app: ASGIApp, *, cookies: Cookies, largest: int, secure: bool) -> None:
        self._app = app
        self._cookies = cookies
        self._largest = largest
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["set_cookies"] = []
        session = self._cookies.session(Headers(scope=scope))
        if session is None:
            session = Session.fresh()
            if scope["method"] == "GET" and not scope["path"].startswith(("/assets/", "/healthz")):
                state["set_cookies"].append(self._cookies.keep(session))
        state["session"] = session

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message), state["set_cookies"])
            await send(message)

        await self._app(scope, self._limited(scope, receive), send_with_headers)

    def _dress(self, headers: MutableHeaders, cookies: list[str]) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        if self._secure:
            headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
        # A page about people is never kept by a browser or a proxy; assets say otherwise.
        headers.setdefault("Cache-Control", "no-store")
        for cookie in cookies:
            headers.append("Set-Cookie", cookie)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        declared = Headers(scope=scope).get("content-length", "0")
        announced = int(declared) if declared.isdigit() else 0
        counted = 0

        async def receive_some() -> Message:
            nonlocal counted
            message = await receive()
            counted += len(message.get("body", b""))
            if max(announced, counted) > self._largest:
                raise Problem(Reason.TOO_LARGE, limit=f"{self._largest // 1024} KB")
            return message

        return receive_some

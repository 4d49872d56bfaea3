"""The issuer's HTTP face: discovery, keys, sign-in, tokens."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, Field

from talent_local.home import Home
from talent_local.issuer.clients import load_clients
from talent_local.issuer.grants import AuthorizationRequest, GrantError, Grants
from talent_local.issuer.loopback import LoopbackOnly
from talent_local.issuer.people import load_personas, typed_in
from talent_local.issuer.tokens import Person, TokenMaker, load_key

_TEMPLATES = Path(__file__).parent / "templates"


class TokenWish(BaseModel):
    """What `talent token` and the tests ask for: any claims at all."""

    subject: str = Field(min_length=1)
    org_id: str = ""
    roles: list[str] = []
    email: str = ""
    email_verified: bool = True
    name: str = ""
    on_behalf_of: str = ""
    seconds: int = Field(default=3600, ge=-86400, le=30 * 86400)


def build_app(home: Home, url: str) -> FastAPI:
    """Everything wired for one issuer URL."""
    tokens = TokenMaker(key=load_key(home.secrets / "issuer-key.json"), issuer=url)
    grants = Grants(tokens=tokens, clients=lambda: load_clients(home.secrets))
    app = FastAPI(title="Issuer for one machine", docs_url=None, redoc_url=None)
    app.add_middleware(LoopbackOnly)
    _add_metadata(app, url, tokens)
    _add_sign_in(app, home, grants)
    _add_tokens(app, grants, tokens)
    return app


def _add_metadata(app: FastAPI, url: str, tokens: TokenMaker) -> None:
    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "client_secret_basic",
                "none",
            ],
            "scopes_supported": ["openid", "profile", "email"],
            "claims_supported": ["sub", "name", "email", "email_verified", "org_id", "roles"],
        }

    @app.get("/jwks")
    async def keys() -> dict[str, Any]:
        return tokens.public_keys()


def _add_sign_in(app: FastAPI, home: Home, grants: Grants) -> None:
    pages = Jinja2Templates(_TEMPLATES)

    def page(request: Request, wanted: AuthorizationRequest, problem: str = "") -> HTMLResponse:
        content = {
            "wanted": wanted,
            "personas": load_personas(home.root / "personas.json"),
            "problem": problem,
        }
        return pages.TemplateResponse(
            request, "sign_in.html", content, status_code=400 if problem else 200
        )

    @app.get("/authorize")
    async def authorize(request: Request) -> Response:
        wanted = AuthorizationRequest.parse(dict(request.query_params))
        return page(request, wanted)

    @app.post("/authorize")
    async def sign_in(request: Request) -> Response:
        # The request's parameters come back in the page's hidden fields.
        form = {name: str(value) for name, value in (await request.form()).items()}
        wanted = AuthorizationRequest.parse(form)
        try:
            person = typed_in(form, load_personas(home.root / "personas.json"))
        except ValueError as problem:
            return page(request, wanted, str(problem))
        return RedirectResponse(grants.redirect(wanted, person), status_code=303)

    @app.exception_handler(GrantError)
    async def refuse(request: Request, error: GrantError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        body = {"error": error.code, "error_description": str(error)}
        return JSONResponse(body, error.status, {"Cache-Control": "no-store"})


def _add_tokens(app: FastAPI, grants: Grants, tokens: TokenMaker) -> None:
    @app.post("/token")
    async def token(
        request: Request,
        response: Response,
        grant_type: Annotated[str, Form()],
        code: Annotated[str, Form()] = "",
        redirect_uri: Annotated[str, Form()] = "",
        code_verifier: Annotated[str, Form()] = "",
        client_id: Annotated[str, Form()] = "",
        client_secret: Annotated[str, Form()] = "",
    ) -> dict[str, Any]:
        response.headers["Cache-Control"] = "no-store"
        client = grants.client(request.headers.get("authorization"), client_id, client_secret)
        if grant_type == "client_credentials":
            return grants.for_service(client)
        if grant_type == "authorization_code":
            return grants.for_code(
                client, code=code, redirect_uri=redirect_uri, verifier=code_verifier
            )
        raise GrantError("unsupported_grant_type", f"grant_type {grant_type} is not offered here")

    @app.post("/dev/token")
    async def any_token(wish: TokenWish) -> dict[str, Any]:
        person = Person(
            subject=wish.subject,
            roles=tuple(wish.roles),
            org_id=wish.org_id,
            name=wish.name,
            email=wish.email,
            email_verified=wish.email_verified,
            on_behalf_of=wish.on_behalf_of,
        )
        return {"access_token": tokens.access_token(person, wish.seconds), "token_type": "Bearer"}

"""`python -m talent_local.issuer --port 7103`"""

import argparse
import sys

import uvicorn

from talent_local.home import Home
from talent_local.issuer.app import build_app
from talent_local.issuer.loopback import NotOnLoopback, check_bind


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m talent_local.issuer", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7103)
    options = parser.parse_args()
    try:
        check_bind(options.host)
    except NotOnLoopback as refusal:
        sys.exit(str(refusal))
    url = f"http://{options.host}:{options.port}"
    # Without proxy headers: they would let a caller choose the address that the guard sees.
    app = build_app(Home.find(), url)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", proxy_headers=False)


if __name__ == "__main__":
    main()

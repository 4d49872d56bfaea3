"""`talent demo`: a day in a state, played on a running network through its public APIs."""

import asyncio

from talent_local import stack
from talent_local.home import Home
from talent_local.settings import LocalSettings

from talent_cli.demo.play import play
from talent_cli.network import Network


def demo() -> None:
    """Start the network and play a day in a state; leave the network up."""
    home = Home.find()
    stack.up(home, LocalSettings(), only=[], say=print)
    asyncio.run(play(Network.find(), home))

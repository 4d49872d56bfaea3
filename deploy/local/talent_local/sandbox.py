"""A whole network of its own on free ports, for tests and benchmarks; parts can be killed."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from talent_kit.topics import ensure_topics

from talent_local.home import Home
from talent_local.issuer import Issuer
from talent_local.migrations import migrate
from talent_local.parts import Part, free_port, is_busy, start, stop, wait_ready
from talent_local.secret_files import ensure_secrets
from talent_local.services import service_not_ready
from talent_local.settings import SERVICES, LocalSettings
from talent_local.stack import FOUNDATION, build_part

_PORTS_EACH = 60


class Sandbox:
    """`start` it, talk to `address(…)`, `kill` and `restart` its parts, `stop` it.

    It writes under `root` alone and shares what set-up fetched and built in `installed`. `env`
    are settings for all its services.
    """

    def __init__(self, root: Path, installed: Home, env: Mapping[str, str] | None = None) -> None:
        root.mkdir(parents=True, exist_ok=True)
        for shared in (installed.cache, installed.data):
            if not (root / shared.name).exists():
                (root / shared.name).symlink_to(shared)
        self.home = Home(root)
        self.settings = LocalSettings(port_base=_free_base())
        self.issuer = Issuer(self.settings.issuer_address)
        self._env = dict(env or {})
        self._parts: dict[str, Part] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Kafka, database and issuer, then topics and migrations, then the services."""
        ensure_secrets(self.home)
        self.home.link_skills()
        self._run(*(build_part(name, self.home, self.settings) for name in FOUNDATION))
        asyncio.run(ensure_topics(self.settings.model_copy(update=self._addresses())))
        migrate(SERVICES, self.home, self.settings)
        self._run(*(self._service(name) for name in SERVICES))

    def launch_replica(self, service: str) -> str:
        """A second process of a service on ports of its own; the name to `wait` for and kill."""
        name = f"{service}-2"
        part = self._service(service)
        ports = {name: free_port() for name in part.ports}  # "registry HTTP", "registry gRPC"
        own = {
            f"TALENT_{name.replace(' ', '_').upper()}_PORT": str(port)
            for name, port in ports.items()
        }
        url = f"http://127.0.0.1:{ports[f'{service} HTTP']}"
        self._launch(
            replace(
                part,
                name=name,
                env={**part.env, **own},
                log=self.home.logs / f"{name}.log",
                ports=ports,
                not_ready=lambda: service_not_ready(url),
            )
        )
        return name

    def kill(self, name: str) -> None:
        """`kill -9`: the process gets no chance to finish anything."""
        process = self._processes[name]
        process.kill()
        process.wait()

    def restart(self, name: str) -> None:
        """Start it again, killed or stopped, and wait until it is ready."""
        self.launch(name)
        self.wait(name)

    def launch(self, name: str) -> None:
        """Start it again. A process dies with the thread that started it, so not in a worker."""
        self._launch(self._parts[name])

    def wait(self, name: str) -> None:
        """Until a launched part is ready. May run in a worker thread."""
        wait_ready(self._parts[name], self._processes[name])

    def stop_part(self, name: str) -> None:
        """An orderly end, by SIGTERM."""
        stop(self._processes[name], self._parts[name].stop_seconds)

    def stop(self) -> None:
        """End everything, services first."""
        services = [name for name in self._processes if name not in FOUNDATION]
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.stop_part, services))
        for name in reversed(FOUNDATION):
            if name in self._processes:
                self.stop_part(name)

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def log(self, name: str) -> str:
        """All that a part has logged."""
        return self._parts[name].log.read_text(errors="replace")

    def address(self, service: str) -> str:
        """`host:port` of a service's gRPC."""
        return f"127.0.0.1:{self.settings.port(f'{service} gRPC')}"

    def url(self, service: str) -> str:
        """The HTTP address of a service."""
        return f"http://127.0.0.1:{self.settings.port(f'{service} HTTP')}"

    @property
    def kafka(self) -> str:
        return self.settings.kafka_address

    @property
    def environment(self) -> dict[str, str]:
        """What makes the command `talent`, run as a process, talk to this network."""
        return {
            **os.environ,
            "TALENT_HOME": str(self.home.root),
            "TALENT_LOCAL_PORT_BASE": str(self.settings.port_base),
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
        }

    def _addresses(self) -> dict[str, str]:
        return {
            "kafka_bootstrap": self.settings.kafka_address,
            "mongo_url": self.settings.mongo_address,
        }

    def _service(self, name: str) -> Part:
        part = build_part(name, self.home, self.settings)
        return replace(part, env={**part.env, **self._env})

    def _run(self, *parts: Part) -> None:
        for part in parts:
            self._launch(part)
        for part in parts:
            self.wait(part.name)

    def _launch(self, part: Part) -> None:
        self._parts[part.name] = part
        self._processes[part.name] = start(part, dies_with_us=True)


def _free_base() -> int:
    while True:
        base = random.randrange(20_000, 32_000, 100)  # noqa: S311 below the ephemeral ports
        if not any(is_busy(base + offset) for offset in range(_PORTS_EACH)):
            return base

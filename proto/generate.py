"""Generates the package talent_proto from the .proto files (`make proto`).

`python proto/generate.py [OUT]` writes to OUT, or into the checked-in package when OUT is left out.
"""

import re
import shutil
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).parent
# protoc writes imports from its own root; the package lives one level down.
IMPORT = re.compile(r"\b(from|import) talent\.(\w+\.v1)\b")
REFERENCE = re.compile(r"(?<![\w.\"'/])talent\.(\w+)\.v1\.(\w+_pb2)\b")
STUB = re.compile(r"^class (\w+)Stub\b", re.MULTILINE)


def generate(out: Path) -> None:
    sources = sorted(str(p.relative_to(HERE)) for p in HERE.glob("talent/*/v1/*.proto"))
    well_known = str(files("grpc_tools") / "_proto")
    with tempfile.TemporaryDirectory() as scratch:
        code = protoc.main(
            [
                "protoc",
                f"-I{HERE}",
                f"-I{well_known}",
                f"--python_out={scratch}",
                f"--mypy_out=quiet:{scratch}",
                f"--grpc_python_out={scratch}",
                f"--mypy_grpc_out=quiet:{scratch}",
                *sources,
            ]
        )
        if code:
            sys.exit(code)
        for old in out.glob("*/v1"):
            shutil.rmtree(old)
        for path in sorted(Path(scratch).glob("talent/*/v1/*.py*")):
            text = IMPORT.sub(r"\1 talent_proto.\2", path.read_text())
            text = REFERENCE.sub(r"talent_proto.\1.v1.\2", text)
            if path.name.endswith("_pb2_grpc.py"):
                # The type stubs name a class for asynchronous channels; at run time it is the same.
                for service in STUB.findall(text):
                    text += f"\n\n{service}AsyncStub = {service}Stub\n"
            target = out / path.relative_to(Path(scratch) / "talent")
            if "_pb2_grpc." in path.name and "ServiceStub" not in text:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            for folder in (target.parent, target.parent.parent):
                (folder / "__init__.py").touch()


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "talent_proto")

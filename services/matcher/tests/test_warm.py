"""What set-up compiles is what a matcher runs: no start compiles anything."""

import subprocess
import sys

WARM = [sys.executable, "-m", "talent_matcher.index.warm"]
A_DAY = """
from talent_matcher.index.warm import compiled, main
main()
assert compiled() == 0, compiled()
"""


def test_a_start_compiles_nothing():
    subprocess.run(WARM, check=True, timeout=100)
    subprocess.run([sys.executable, "-c", A_DAY], check=True, timeout=60)


def test_a_start_loads_no_language_model():
    code = "import sys, talent_matcher.app; assert 'onnxruntime' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

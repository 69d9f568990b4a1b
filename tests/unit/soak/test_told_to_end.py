"""The parent of a bot that is killed again and again ends when it is told to, whatever its child is at."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.stage import ROOT

PROGRAM = """
import sys, time
from benchmarks import crashing_bot
crashing_bot._live = lambda *_: time.sleep(60)  # still starting: it does not listen to signals yet
sys.argv = ["crashing_bot", "--port", "1"]
crashing_bot.main()
"""


def test_a_child_that_was_ended_before_it_listened_is_not_started_again(tmp_path: Path) -> None:
    environment = {**os.environ, "LIANXIN_CRASH_ORDER": str(tmp_path / "order")}
    parent = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT)
    try:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        while not children.read_text():
            time.sleep(0.05)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(timeout=20) == 0
    finally:
        parent.kill()
        parent.wait()

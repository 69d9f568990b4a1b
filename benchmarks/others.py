"""Acknowledging app messages: this bot, which keeps each on disk first, against frameworks that keep nothing.

`python -m benchmarks.others [--python ENV/bin/python] [--count 3000] [--rounds 3]`: Flask with wechatpy under
gunicorn, WeRoBot on its own choice of server, wecom-app-svr; each the echo of its own documentation, one process.
They live in an environment of their own, which is made (with the package registry's help) unless one is named; what
cannot be installed is listed. The same signed and sealed messages go to each by 64 connections from another
process, which connects again where a server hangs up, as some do after each answer.
"""

import argparse
import asyncio
import hashlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import uvloop

from benchmarks.acknowledging import CONNECTIONS, MEMBERS, PATH, fsync_milliseconds
from benchmarks.stage import ROOT, Stage, free_port, open_stage
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.envelope import Envelope, render_xml

PACKAGES = ("flask", "gunicorn", "wechatpy", "cryptography", "werobot", "wecom-app-svr")
UP_SECONDS = 30.0
ANSWER_SECONDS = 5.0  # as long as WeCom waits; then it asks again
_SETTINGS = f"""
TOKEN, AES_KEY, CORP_ID = {DEMO_ACCOUNT.token!r}, {DEMO_ACCOUNT.aes_key!r}, {DEMO_ACCOUNT.corp_id!r}
"""
_FLASK = f"""
from flask import Flask, abort, request
from wechatpy.enterprise import create_reply, parse_message
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.enterprise.exceptions import InvalidCorpIdException
from wechatpy.exceptions import InvalidSignatureException
{_SETTINGS}
app = Flask(__name__)

@app.route({PATH!r}, methods=["GET", "POST"])
def wechat():
    signature, timestamp, nonce = (request.args.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
    crypto = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)
    try:
        msg = parse_message(crypto.decrypt_message(request.data, signature, timestamp, nonce))
    except (InvalidSignatureException, InvalidCorpIdException):
        abort(403)
    reply = create_reply(msg.content, msg).render()
    return crypto.encrypt_message(reply, nonce, timestamp)
"""
_WEROBOT = f"""
import sys
from werobot import WeRoBot
{_SETTINGS}
robot = WeRoBot(token=TOKEN, app_id=CORP_ID, encoding_aes_key=AES_KEY, SESSION_STORAGE=False)

@robot.handler
def hello(message):
    return "Hello World!"

from bottle import Bottle, run
from werobot.contrib.bottle import make_view
app = Bottle()
app.route({PATH!r}, ["GET", "POST"], make_view(robot))
run(app, server="auto", host="127.0.0.1", port=int(sys.argv[1]), quiet=True)
"""
_APP_SVR = f"""
import sys
from wecom_app_svr import RspTextMsg, WecomAppServer
{_SETTINGS}
def answer(req_msg):
    reply = RspTextMsg()
    reply.content = "echo"
    return reply

port = int(sys.argv[1])
server = WecomAppServer("echo", "127.0.0.1", port, path={PATH!r}, token=TOKEN, aes_key=AES_KEY, corp_id=CORP_ID)
server.set_message_handler(answer)
server.set_event_handler(answer)
server.run()
"""
_PROGRAMS = {"flask and wechatpy": _FLASK, "WeRoBot": _WEROBOT, "wecom-app-svr": _APP_SVR}


# --- what is sent -------------------------------------------------------------------------------------


def make_requests(path: Path, count: int, first: int) -> None:
    """Write so many requests, numbered from `first`, each with its length before it.

    WeRoBot, which is made for public accounts, wants the signature of these beside that of WeCom.
    """
    envelope = Envelope(token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id=DEMO_ACCOUNT.corp_id)
    with path.open("wb") as file:
        for number in range(first, first + count):
            request = _request(envelope, number)
            file.write(len(request).to_bytes(4, "big") + request)


def _request(envelope: Envelope, number: int) -> bytes:
    inner = {
        "ToUserName": DEMO_ACCOUNT.corp_id,
        "FromUserName": f"member{number % MEMBERS:04d}",
        "CreateTime": int(time.time()),
        "MsgType": "text",
        "Content": f"第 {number} 条：今天走访了 3 户，反映楼道灯不亮。",
        "MsgId": 20_000_000_000 + number,
        "AgentID": DEMO_ACCOUNT.agent_id,
    }
    encrypted, query = envelope.seal(render_xml(inner), timestamp=int(time.time()))
    outer = {"ToUserName": DEMO_ACCOUNT.corp_id, "AgentID": DEMO_ACCOUNT.agent_id, "Encrypt": encrypted}
    body = render_xml(outer).encode()
    parts = sorted((DEMO_ACCOUNT.token, str(query["timestamp"]), str(query["nonce"])))
    plain = {"signature": hashlib.sha1("".join(parts).encode()).hexdigest()}  # noqa: S324  WeChat's own scheme
    head = f"POST {PATH}?{urlencode({**query, **plain})} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def generate(port: int, path: Path) -> dict[str, object]:
    """Post all requests; how many a second, and the statuses."""
    data, requests, at = path.read_bytes(), list[bytes](), 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        requests.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    statuses: Counter[str] = Counter()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(_post_all(port, requests, statuses))
    seconds = time.perf_counter() - began
    return {"per_second": round(statuses.total() / seconds), "statuses": dict(statuses)}


async def _post_all(port: int, requests: list[bytes], statuses: Counter[str]) -> None:
    reader = writer = None
    while requests:
        request = requests.pop()
        for _ in range(3):  # a connection that was kept may be shut by now
            try:
                if writer is None or writer.is_closing():
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(request)
                assert reader is not None
                async with asyncio.timeout(ANSWER_SECONDS):
                    status, stays = await _read_answer(reader)
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                writer = None
                continue
            statuses[status] += 1
            if not stays:
                writer.close()
                writer = None
            break
        else:
            statuses["none"] += 1
    if writer is not None:
        writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> tuple[str, bool]:
    """The status, and whether the connection may be used again."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    first, *rest = head.split(b"\r\n")
    fields = dict(line.split(b": ", 1) for line in rest if b": " in line)
    length = int(fields.get(b"content-length", b"0"))
    await reader.readexactly(length)
    stays = first.startswith(b"http/1.1") and fields.get(b"connection", b"") != b"close"
    return first.split(b" ")[1].decode(), stays and b"content-length" in fields


async def _play(port: int, path: Path) -> dict[str, object]:
    words = [sys.executable, "-m", "benchmarks.others", "--generate", str(port), "--requests", str(path)]
    played = await asyncio.to_thread(subprocess.run, words, cwd=ROOT, capture_output=True, check=True)
    found: dict[str, object] = json.loads(played.stdout)
    return found


# --- the others ---------------------------------------------------------------------------------------


def make_environment(folder: Path) -> Path:
    """An environment with the other frameworks; CalledProcessError where the registry does not have them."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True, capture_output=True, timeout=600)
    return python


def _command(name: str, python: Path, file: Path, port: int) -> list[str]:
    if name != "flask and wechatpy":
        return [str(python), str(file), str(port)]
    words = ["-m", "gunicorn", "--workers", "1", "--worker-class", "gthread", "--threads", "8"]
    return [str(python), *words, "--bind", f"127.0.0.1:{port}", "--chdir", str(file.parent), f"{file.stem}:app"]


@contextmanager
def _serving(words: list[str], log: Path) -> Iterator[None]:
    with log.open("ab") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _until_open(port: int) -> None:
    for _ in range(round(UP_SECONDS / 0.1)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise RuntimeError("the server did not open its port")


async def _measure_other(name: str, python: Path, folder: Path, path: Path) -> dict[str, object]:
    file = folder / f"echo_{name.split()[0].lower().replace('-', '_')}.py"
    file.write_text(_PROGRAMS[name])
    port = free_port()
    with _serving(_command(name, python, file, port), folder / "others.log"):
        await _until_open(port)
        return await _play(port, path)


async def _measure_bot(stage: Stage, path: Path, roles: str) -> dict[str, object]:
    stage.program = ("bot", "serve", "--roles", roles)
    await stage.start()
    try:
        return await _play(stage.port, path)
    finally:
        stage.kill(signal.SIGTERM)


async def run(python: Path | None, count: int, rounds: int) -> dict[str, object]:
    """Each in turns; the median rate of each."""
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        try:
            python = python or make_environment(folder / "environment")
        except (subprocess.SubprocessError, OSError) as error:
            return {"not_installed": PACKAGES, "why": type(error).__name__}
        found: dict[str, list[dict[str, object]]] = {"this bot, web alone": [], "this bot, all roles": []}
        found |= {name: [] for name in _PROGRAMS}
        async with open_stage(folder) as stage:
            for number in range(MEMBERS):
                stage.sim.add_member(f"member{number:04d}", f"member{number:04d}")
            for turn in range(rounds):
                for place, (name, seen) in enumerate(found.items()):
                    path = folder / "requests"
                    make_requests(path, count, (turn * len(found) + place) * count)
                    if name in _PROGRAMS:
                        seen.append(await _measure_other(name, python, folder, path))
                    else:
                        roles = "web" if "alone" in name else "web,worker,scheduler"
                        seen.append(await _measure_bot(stage, path, roles))
        return {
            "fsync_ms": round(fsync_milliseconds(folder), 2),
            "load": [round(one, 1) for one in os.getloadavg()],
            "messages": count,
            "per_second": {name: _median(seen) for name, seen in found.items()},
            "statuses": {name: seen[-1]["statuses"] for name, seen in found.items()},
        }


def _median(seen: list[dict[str, object]]) -> float:
    return statistics.median(float(str(one["per_second"])) for one in seen)


def main() -> None:
    """Read the arguments, measure, print the figures as JSON; `--generate` is the other process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, default=None)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--generate", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--requests", type=Path, default=Path(), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.generate:
        print(json.dumps(uvloop.run(generate(asked.generate, asked.requests))))
    else:
        print(json.dumps(asyncio.run(run(asked.python, asked.count, asked.rounds)), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()

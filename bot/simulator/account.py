"""The made-up WeCom account that the demo's bot and the simulator share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What an administrator would copy out of the WeCom console. None of it exists anywhere."""

    corp_id: str
    agent_id: int
    secret: str
    token: str
    aes_key: str
    open_kfid: str


DEMO_ACCOUNT = DemoAccount(
    corp_id="wwdemo00000000001",
    agent_id=1000002,
    secret="lianxin-demo-secret-that-opens-nothing-0001",  # noqa: S106 — opens only the simulator
    token="LianxinDemoToken",  # noqa: S106 — the same
    aes_key="LianxinDemoEncodingAESKey000000000000000000",
    open_kfid="wkDEMOlianxin000000000001",
)

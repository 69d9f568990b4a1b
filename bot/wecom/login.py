"""The addresses at which WeCom asks who somebody is: silently inside its app, elsewhere by a code to scan.

Inside: document 91022; elsewhere: document 98152. Both come back to `back` with `code` and `state`; the code is for
`WeComClient.user_by_code`.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

_INSIDE, _ELSEWHERE = "https://open.weixin.qq.com", "https://login.work.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class LoginAddresses:
    """Of one app; `base` stands for both of WeCom's hosts where it is given."""

    corp_id: str
    agent_id: int
    base: str = ""

    def inside(self, back: str, state: str) -> str:
        """For a browser of WeCom's own app; `state` is letters and digits, 128 at most."""
        query = {
            "appid": self.corp_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": str(self.agent_id),
        }
        return f"{self.base or _INSIDE}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    def elsewhere(self, back: str, state: str) -> str:
        """For every other browser."""
        query = {
            "login_type": "CorpApp",
            "appid": self.corp_id,
            "agentid": str(self.agent_id),
            "redirect_uri": back,
            "state": state,
            "lang": "zh",
        }
        return f"{self.base or _ELSEWHERE}/wwlogin/sso/login?{urlencode(query)}"

"""The links by which constituents come in: one kf link a scene, the code as `scene_param` (document 94665)."""

from urllib.parse import quote

from bot.wecom.client import WeComClient
from storage import accounts
from storage.database import Database


class NoAccount(Exception):
    """No 微信客服 account is served yet, so there is nothing to link to."""


class ContactLinks:
    """Makes and remembers the links of the account that codes are made on."""

    def __init__(self, client: WeComClient, database: Database, kf_account: str) -> None:
        self._client = client
        self._database = database
        self._kf_account = kf_account

    async def link(self, scene: str, code: str) -> str:
        """The address that a code's QR carries; raise `NoAccount` or the client's errors."""
        async with self._database.read() as session:
            served = [account.open_kfid for account in await accounts.all_accounts(session)]
            open_kfid = self._kf_account or (served[0] if served else "")
            if not open_kfid:
                raise NoAccount
            url = await accounts.find_link(session, open_kfid, scene)
        if url is None:
            url = await self._client.kf_contact_way(open_kfid, scene)
            async with self._database.begin() as session:
                await accounts.add_link(session, open_kfid, scene, url)
        return f"{url}{'&' if '?' in url else '?'}scene_param={quote(code, safe='')}"

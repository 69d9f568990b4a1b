"""Hidden and restricted entries: in no list, answer, figure, page or document of those who may not see them."""

import io
import zipfile
from pathlib import Path

from bot.services.ordering import asking, fetching
from bot.services.ordering.orders import FORMATS
from bot.services.people import identify_member
from storage.files import AttachmentFiles
from tests.scenarios.test_duty_entries import tap
from tests.scenarios.test_duty_file_page import browsing, path_of
from tests.support.town import LI, OFFICER, ZHANG, open_town

OPEN, HIDDEN, RESTRICTED = "走访3户，反映路灯不亮", "暗访西庄农贸市场，发现缺斤短两", "调解张家和李家的宅基地纠纷"
SECRETS = ("农贸市场", "缺斤短两", "李家", "宅基地", "covert_check", "代表暗访")
ASKED = (
    *(
        "履职待审",
        "统计 今年 张伟",
        "统计 今年 按类别",
        "统计 今年 按代表",
        "统计明细 今年 记录",
        "统计明细 今年 人数",
    ),
    *("统计 答复 今年", "档案 张伟", "档案缺项 张伟", "档案待审", "履职落后", "积分 张伟 2026", "述职", "通过 2 3"),
    *("履职更正 2 人数 5", "履职作废 3 不对", "履职有误 2 不对", "履职公开 2", "我的履职", "待办"),
)
DOCUMENTS = ("履职登记 张伟", "记录本 张伟", "履职登记 钱桥联络站", "档案 张伟", "接待登记", "年报")


def texts(content: bytes) -> str:
    """Everything that is to be read in an archive or an office document, and in what it holds."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "ignore")
    package = zipfile.ZipFile(io.BytesIO(content))
    return " ".join(name + texts(package.read(name)) for name in package.namelist())


async def test_nobody_else_reads_counts_or_fetches_them(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        for words in (OPEN, HIDDEN, RESTRICTED):
            await town.writes(ZHANG, f"履职 今天在牡丹园{words}")
            await tap(town, ZHANG, "duty_ok")
        assert [one.lane for one in await town.entries()] == ["", "hidden", "restricted"]
        for member, asked in ((OFFICER, ASKED), (LI, ASKED[::3])):
            for words in asked:
                await town.writes(member, words)
        page = await path_of(town, OFFICER, "档案 张伟")
        async with browsing(town) as client:
            read = [await (await client.get(path)).text() for path in (page, "/duty/R1")]
        async with town.bot.database.begin() as session:
            context = await town.bot.office.open(session)
            member = identify_member(context, OFFICER)
            for words in DOCUMENTS:
                given = await asking.ask(context, member, words)
                opened = await fetching.find(context, given.url.rsplit("/", 1)[1])
                for form in set(FORMATS[opened.order.document]) - {"pdf"}:
                    file = io.BytesIO()
                    files = AttachmentFiles(tmp_path)
                    await fetching.write(context, member, opened.order, form, file, files=files, templates=None)
                    read.append(texts(file.getvalue()))
        everything = "\n".join([*read, *town.member_heard(OFFICER), *town.member_heard(LI)])
        assert "路灯不亮" in everything, "what is open is there"
        assert [one for one in SECRETS if one in everything] == []
        entries = await town.entries()
        assert [one.is_standing for one in entries] == [True] * 3, "nor does anybody else change them"

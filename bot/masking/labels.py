"""What stands before a number and says what it is: a label ends at most a few characters before the digits.

No digit, letter, star or sentence mark may stand between, so that a label speaks of the very next number.
"""

import re

REACH = 18  # characters before a number in which its label may begin
NUMERALS = "一二三四五六七八九十零〇百两"
_GAP = rf"[^0-9A-Za-z*{NUMERALS}，,。；;、！？!?\n]{{0,6}}$"


def _label(words: str) -> re.Pattern[str]:
    return re.compile(f"(?:{words}){_GAP}", re.IGNORECASE)


PRIVATE = _label("身份证|证件|电话|手机|座机|固话|联系|联络|微信|银行|卡号|账号|帐号|账户|帐户|tel|phone|mobile")
IDENTITY = _label("身份证|身份号|公民身份")
BANK_CARD = _label("卡号|银行卡|储蓄卡|信用卡|工资卡|社保卡|借记卡|账号|帐号|账户|帐户|开户行|支行|分行")
TRAVEL_WORDS = ("护照", "通行证", "回乡证", "台胞证", "居留证", "证件", "港澳证")
TRAVEL = _label("|".join(TRAVEL_WORDS))
PHONE = _label("电话|座机|固话|家里|tel")
NOT_PRIVATE = _label(
    "订单|单号|工单|合同|案号|编号|编码|流水|运单|快递|发票|税号|信用代码|批文|文号|受理|许可证|产权证|不动产"
    "|批次|型号|条码|条形码|户号|学号|准考证|车架号|发动机号|群号|QQ"
)
_OFFICES = "局|法院|检察院|政府|办公室|街道|街道办|居委会|村委会|社区|派出所|中心|医院|学校|大厅|代表之家|联络站"
PUBLIC_PHONE = _label(
    "热线|(?:举报|投诉|监督|服务|客服|咨询|值班|报警|办公|抢修|报修|总机)(?:电话|号码|座机)?"
    f"|(?:{_OFFICES})的?(?:电话|号码|座机)"
)


def before(text: str, start: int) -> str:
    """The characters in which the label of a number that begins at `start` would stand."""
    return text[max(0, start - REACH) : start]

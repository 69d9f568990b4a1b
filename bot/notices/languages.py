"""A line in the writer's own language where nobody here reads it: kept as written, a person will look."""

LINES = {
    "ug": "خېتىڭىزنى تاپشۇرۇۋالدۇق. ئەسلى تېكستى بويىچە ساقلاندى، خىزمەتچى خادىم كۆرۈپ جاۋاب بېرىدۇ.",
    "kk": "Хатыңызды алдық. Ол жазылған күйінде сақталды, қызметкер оқып, жауап береді.",
    "en": "We have received your message. It is kept as you wrote it, and a person will read it and answer.",
    "bo": "ཁྱེད་ཀྱི་འཕྲིན་ཡིག་འབྱོར་སོང་། ལས་བྱེད་མི་སྣས་ལྟ་རྗེས་ལན་འདེབས་ངེས་ཡིན།",
    "mn": "Таны захидлыг хүлээн авлаа. Бичсэн хэвээр нь хадгалсан, ажилтан уншаад хариулна.",
    "ru": "Ваше сообщение получено. Оно сохранено так, как вы написали; его прочтёт сотрудник и ответит.",
    "ko": "보내신 글을 받았습니다. 쓰신 그대로 보관했으며, 담당자가 읽고 답해 드립니다.",
    "ja": "メッセージを受け取りました。書かれたまま保管し、担当者が読んで返事をします。",
    "vi": "Chúng tôi đã nhận được tin nhắn của bạn. Tin được giữ nguyên văn, nhân viên sẽ đọc và trả lời.",
    "ar": "وصلتنا رسالتك وحُفظت كما كتبتها، وسيقرؤها موظف ويرد عليك.",
}
# How those who receive it are told which language it is.
NAMES = {
    "ug": "维吾尔文", "kk": "哈萨克文", "en": "英文", "bo": "藏文", "mn": "蒙古文", "ru": "俄文", "ko": "朝鲜文",
    "ja": "日文", "vi": "越南文", "ar": "阿拉伯文",
}  # fmt: skip
_OTHER = "We have received your message. A person will read it and answer."


def line_in(language: str | None) -> str:
    """One line in that language, English where we have none; empty for Chinese."""
    return LINES.get(language, _OTHER) if language else ""

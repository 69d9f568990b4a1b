"""The words on the pages of a file: the private one of a representative, and the public one of Art. 58."""

from dataclasses import dataclass
from datetime import date

from bot.notices.duty import Behind
from bot.notices.duty_file import SectionState

PAGE_GONE = "这个链接已失效。请在企业微信里发“档案”，会给您新的链接。"
PAGE_UNKNOWN = "没有这个页面。请在企业微信里发“档案”打开履职档案。"
NOT_PUBLISHED = "这位代表的履职情况还没有公布。"
CLOSED_TEXT = "（限制查看的内容不在网页上显示）"
ERASED = "（内容已依法删除）"
PAPER_KINDS = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件"}


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A duty entry on a page; `text` says so where it is closed."""

    id: int
    on: date
    kind: str
    place: str
    people: int
    text: str
    confirmed: bool

    @property
    def head(self) -> str:
        """Day, kind, place and people in one line."""
        people = f" · {self.people} 人" if self.people else ""
        place = f" · {self.place}" if self.place else ""
        return f"{self.on.month}月{self.on.day}日 {self.kind}{place}{people}"


@dataclass(frozen=True, slots=True)
class PagePaper:
    """A paper in a section."""

    id: int
    on: date
    title: str
    kind: str

    @property
    def line(self) -> str:
        """Its number, title and day."""
        return f"{self.title or PAPER_KINDS.get(self.kind, '文件')}（{self.id} 号，{self.on}）"


@dataclass(frozen=True, slots=True)
class PageSection:
    """One section with what stands in it."""

    state: SectionState
    facts: tuple[tuple[str, str], ...] = ()
    entries: tuple[PageEntry, ...] = ()
    papers: tuple[PagePaper, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the representative keeps contact with; `care` and `note` are empty for those who may not see them."""

    name: str
    done: int
    wanted: int
    care: bool = False
    note: str = ""

    @property
    def is_behind(self) -> bool:
        """Whether there were fewer contacts than the year asks for."""
        return self.done < self.wanted


@dataclass(frozen=True, slots=True)
class FilePage:
    """The whole private page."""

    name: str
    term: str
    span: str
    year: int
    years: tuple[int, ...]
    own: bool
    sections: tuple[PageSection, ...]
    quotas: tuple[Behind, ...]
    contacts: tuple[Contact, ...]
    check: str
    digest: str
    is_changed: bool  # after it was sealed something came
    waiting: int
    returned: int
    most: int
    until: str


@dataclass(frozen=True, slots=True)
class PublicDuty:
    """What the law wants published: basic information as its fields are open, and the year's duty in figures."""

    facts: tuple[tuple[str, str], ...]
    year: int
    groups: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    people: int
    published_on: date


def public_facts(
    fields: list[str], name: str, level: str, unit: str, post: str, specialities: str, station: str, phone: str
) -> tuple[tuple[str, str], ...]:
    """The open fields with what they hold, in the order of the form; empty ones are left out."""
    known = {
        "name": ("姓名", name),
        "level": ("级别", level),
        "unit": ("工作单位", unit),
        "post": ("职务", post),
        "specialities": ("专长", specialities),
        "station": ("所在站点", station),
        "phone": ("联系电话", phone),
    }
    return tuple(told for field, told in known.items() if field in fields and told[1])

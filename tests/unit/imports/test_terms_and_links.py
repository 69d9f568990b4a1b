"""`terms.csv` and `contact_links.csv`: what is refused, with file, line and column."""

import pytest

from bot.services import imports
from tests.unit.imports.files import write

TERMS = "region_code,representative_code,level,name,first_on,last_on\n"
LINKS = "representative_code,kind,to_representative_code,voter,year,contacts,until,care,note\n"


@pytest.mark.parametrize(
    ("file", "line", "fault"),
    [
        ("terms", "JH,,,第十八届,2026-12-31,2022-01-01", "terms.csv:2: last_on: 届满日期不能早于起始日期"),
        ("terms", "ZZ,,,第十八届,2022-01-01,2026-12-31", "terms.csv:2: region_code: 找不到区域“ZZ”"),
        ("terms", "JH,,,,2022-01-01,2026-12-31", "terms.csv:2: name: 不能为空"),
        ("terms", "JH,,county,届,2022-01-01,2026-12-31", "terms.csv:2: level: 不认识“county”"),
        ("contact_links", "R1,,R9,,,,,,", "contact_links.csv:2: to_representative_code: 找不到代表“R9”"),
        ("contact_links", "R9,,R1,,,,,,", "contact_links.csv:2: representative_code: 找不到代表“R9”"),
        ("contact_links", "R1,,R1,,,,,,", "contact_links.csv:2: to_representative_code: 不能联系自己"),
        ("contact_links", "R1,,,,,,,,", "contact_links.csv:2: to_representative_code: 联系代表要填"),
        ("contact_links", "R1,voter,R2,,,,,,", "contact_links.csv:2: voter: 联系选民要填选民姓名"),
        (
            "contact_links",
            "R1,联系代表,R2,王秀英,,,,,",
            "contact_links.csv:2: to_representative_code: 联系代表要填",
        ),
        ("contact_links", "R1,,,王秀英,26,,,,", "contact_links.csv:2: year: 年度要写四位数"),
        ("contact_links", "R1,,,王秀英,,多,,,", "contact_links.csv:2: contacts: “多”要填"),
        ("contact_links", "R1,,,王秀英,,,昨天,,", "contact_links.csv:2: until: 日期“昨天”要写成"),
        ("contact_links", "R1,,,王秀英,,,,也许,", "contact_links.csv:2: care: 不认识“也许”"),
    ],
)
def test_a_fault_names_its_place(tmp_path, file, line, fault):
    content = {"terms": TERMS, "contact_links": LINKS}[file] + line + "\n"
    tables = imports.read_folder(write(tmp_path, **{file: content}))
    (found,) = imports.check(tables, imports.Existing())
    assert str(found).startswith(fault)


def test_chinese_headers_and_words_are_taken(tmp_path):
    terms = "区域,级别,届,起,止\nJH,区级,第十八届,2022年1月1日,2026-12-31\n"
    links = "代表,类型,联系的代表,选民,年度,次数,重点关注\nR1,联系选民,,王秀英,2026,2,是\nR1,,R2,,,,\n"
    tables = imports.read_folder(write(tmp_path, terms=terms, contact_links=links))
    assert imports.check(tables, imports.Existing()) == []

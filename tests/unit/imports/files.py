"""A folder that can be imported, to be spoilt in one place by each story."""

import json
from pathlib import Path

FILES = {
    "regions.csv": "code,name,parent_code,level\nYQ,堰桥街道,JH,town\nJH,锦河区,,district\n",
    "stations.csv": (
        "code,name,kind,region_code,parent_code,address,longitude,latitude,phone,open_hours,themes\n"
        "YQ-S1,牡丹园联络站,station,YQ,JH-H,堰裕路1号,120.3,31.68,,"
        "Mon-Fri 09:00-17:00; Sat 09:00-12:00,transport;物业\n"
        "JH-H,锦河区代表之家,home,JH,,,,,,,\n"
        "YQ-P1,菜市场联系点,point,YQ,YQ-S1,,,,,,\n"
    ),
    "staff.csv": "userid,name,role,station_code\nwang.fang,王芳,officer,JH-H\nliu.min,刘敏,lead,YQ-S1\n",
    "representatives.csv": (
        "code,name,level,unit,post,specialities,station_code,userid,phone,grid_codes,public_fields\n"
        "R1,孙建国,district,某物流公司,总经理,transport;物流,YQ-S1,sun.jianguo,,G1,\n"
        "R2,李伟,street,,,,YQ-S1,li.wei,,,name;level\n"
    ),
    "places.csv": "name,aliases,grid_code,station_code\n牡丹园,牡丹小区;牡丹,G1,\n老街,,,YQ-S1\n",
    "rosters.csv": (
        "station_code,representative_code,date,weekday,start,end\n"
        "YQ-S1,R1,,Mon,09:00,11:30\nYQ-S1,R2,2026-12-15,,22:00,06:00\nYQ-S1,R2,,周二,00:00,24:00\n"
    ),
    "activity_days.csv": (
        "region_code,rule,topic\nJH,third_tuesday,联系服务群众\nYQ,rrule:FREQ=MONTHLY;BYDAY=3TU,\n"
    ),
    "holidays.csv": "date,kind,name\n2027-01-01,off,元旦\n2027-01-03,work,调休\n",
}
SQUARE = [[120.30, 31.68], [120.31, 31.68], [120.31, 31.69], [120.30, 31.69], [120.30, 31.68]]


def grids(*rings, crs=None, **properties):
    """The text of a `grids.geojson` with one polygon a ring: G1, G2 …"""
    document = {"type": "FeatureCollection", "features": []}
    if crs is not None:
        document["crs"] = crs
    for number, ring in enumerate(rings, start=1):
        facts = {"code": f"G{number}", "name": f"第{number}网格", "region_code": "YQ", "station_code": "YQ-S1"}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        document["features"].append({"type": "Feature", "properties": facts | properties, "geometry": geometry})
    return json.dumps(document, ensure_ascii=False, indent=1)


def write(folder: Path, **changed: str | bytes | None) -> Path:
    """Write the folder; `regions=…` replaces `regions.csv`, None leaves it out."""
    files: dict[str, str | bytes | None] = {**FILES, "grids.geojson": grids(SQUARE)}
    for name, content in changed.items():
        files["grids.geojson" if name == "grids" else f"{name}.csv"] = content
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder

"""Charts beside the tables of a workbook."""

from typing import Any

from openpyxl.chart import BarChart, Reference

MOST_BARS = 20  # of a chart: more cannot be read


def add_chart(
    sheet: Any,
    chart: Any,
    title: str,
    *,
    columns: tuple[int, int],
    rows: tuple[int, int],
    at: str,
    height: float = 8,
) -> None:
    """A chart of some columns with their heads as names; axes are drawn (some programs leave them out)."""
    data = Reference(sheet, min_col=columns[0], max_col=columns[1], min_row=1, max_row=rows[1])
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=rows[0], max_row=rows[1]))
    chart.title = title
    chart.height, chart.width = height, 18
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.numFmt = "0"
    chart.y_axis.scaling.min = 0  # else a bar of 12 may look like nothing beside one of 14
    for series in chart.series:
        series.smooth = None if isinstance(chart, BarChart) else False
    if columns[0] == columns[1]:
        chart.legend = None
    sheet.add_chart(chart, at)

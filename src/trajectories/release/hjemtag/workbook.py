"""A table as a workbook (xlsx) whose bytes depend on the table alone."""

import datetime as dt
import re
from io import BytesIO

import polars as pl
from xlsxwriter import Workbook

NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e-?\d+)?")
WIDEST = 40
# The form demands a date; a fixed one says nothing of the run.
CREATED = dt.datetime(2000, 1, 1)


def workbook(table: pl.DataFrame) -> bytes:
    """Write a table of texts as a workbook of one sheet.

    Args:
        table: texts, as they are read from a CSV file; those that are numbers become numbers.
    """
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(table.columns):
            sheet.write_string(0, place, name, bold)
            texts = table[name].to_list()
            widest = max(map(len, [name, *filter(None, texts)]))
            sheet.set_column(place, place, min(WIDEST, widest + 2))
            for row, text in enumerate(texts, start=1):
                if text is None or text == "":
                    continue
                if NUMBER.fullmatch(text):
                    sheet.write_number(row, place, float(text))
                else:
                    sheet.write_string(row, place, text)
    return content.getvalue()

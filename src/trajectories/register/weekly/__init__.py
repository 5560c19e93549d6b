"""The wide weekly register: columns by week in, tables of days out."""

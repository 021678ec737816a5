"""Writes schema.txt: every table and index of a new file of Optuna's RDBStorage, one a line, and its version.

    pip install optuna==5.0.0 && python schema.py
"""

import os
import sqlite3
import tempfile

import optuna

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "study.db")
    optuna.storages.RDBStorage("sqlite:///" + path)
    database = sqlite3.connect(path)
    schema = database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    lines = [" ".join(sql.split()) for (sql,) in schema]
    lines += [repr(row) for row in database.execute("SELECT * FROM version_info")]
    lines += [repr(row) for row in database.execute("SELECT * FROM alembic_version")]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "schema.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")

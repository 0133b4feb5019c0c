"""A value of every option of every command that differs from its default."""

from tests.option_logs import NAMES

READING = {"model_a": ("other_a",), "model_b": ("other_b",), "winner": ("other_winner",), "max_rejected": ("0",)}
READING["skip_unreadable"] = ()
READING |= {"outcomes": ("tie=first",), "count": ("nobody",), "layout": ("arena-hard:a",), "separator": ("semicolon",)}
SHOWN = {"quiet": (), "output": ("t.csv",), "format": ("json",), "columns": ("{column}",)}
MODEL = {
    "ties": ("drop",),
    "both_bad": ("drop",),
    "weights": ("pairs",),
    "existence": ("largest",),
    "prior": ("votes",),
    "prior_amount": ("3",),
    "position": (),
    "styles": ("length_a,length_b",),
    "category_effects": ("topic",),
    "ridge": ("5",),
    "minimum_votes": ("{minimum}",),
    "since": ("2024-01-03",),
    "until": ("2024-01-10T12:00",),
    "time_column": ("tstamp",),
    "where": ("topic=code",),
    "anonymous": (),
    "without_voters": ("list.csv",),
    "distinct": ("voter",),
    "daily_cap": ("1",),
    "only": (NAMES[0],),
    "without": (NAMES[5],),
}
SURE = {
    "intervals": ("fisher",),
    "scheme": ("bayes",),
    "n_replicates": ("50",),
    "interval_method": ("basic",),
    "clusters": ("voter",),
    "confidence_level": ("0.5",),
    "n_draws": ("77",),
    "seed": ("5",),
}
VALUES = {
    "check": {**READING, **SHOWN, **MODEL, "voter_column": ("topic",), "suspects": ("suspects.csv",), "save_counts": ("counts.parquet",)},
    "audit": {**READING, **SHOWN, **MODEL, **SURE, "styles": ("length_a,length_b,difference",), "voter_column": ("topic",)},
    "rate": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "p_top": ("2",),
        "anchor": (NAMES[1],),
        "anchor_rating": ("1200",),
        "by": ("topic",),
        "shrink": (),
        "table": ("pairs",),
        "pair": (NAMES[0], NAMES[1]),
        "specifications": ("grid",),
        "against": ("board.csv",),
        "replicates": ("r.parquet",),
        "save_counts": ("counts.parquet",),
    },
    "quality": {**READING, **SHOWN, **MODEL, **SURE, "table": ("calibration",), "held_out": ("voters:voter",)},
    "elo": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "system": ("glicko2",),
        "order": ("tstamp",),
        "n_permutations": ("7",),
        "resume": ("elo.csv",),
        "initial": ("1111",),
        "k_factor": ("8",),
        "k_halved_after": ("20",),
        "period": ("50",),
        "tau": ("0.7",),
        "draw_probability": ("0.3",),
    },
    "influence": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "best": ("2",),
        "ordered": (),
        "pair": (NAMES[0], NAMES[1]),
        "country_lead": ("all",),
        "kendall_tau": ("0.7",),
        "claim": ("claims.toml:best",),
        "change": ("flip",),
        "open_weights": ("commercial",),
        "size_threshold": ("60",),
        "catalogue": ("catalogue.csv",),
        "table": ("effects",),
    },
    "votes-needed": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "pair": (NAMES[0], NAMES[1]),
        "country_lead": ("all",),
        "probability": ("0.95",),
        "allocation": ("as before",),
        "open_weights": ("commercial",),
        "size_threshold": ("60",),
        "catalogue": ("catalogue.csv",),
    },
    "countries": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "open_weights": ("commercial",),
        "size_threshold": ("60",),
        "country_draws": ("estimates",),
        "groups": ("proprietary",),
        "metrics": ("lead over others",),
        "entity": ("organisation",),
        "blocs": ("EEA",),
        "attribution": ("base model",),
        "counting": ("fractional",),
        "variants": ("merged",),
        "retired": ("out",),
        "released_since": ("2024-01-01",),
        "released_until": ("2024-01-01",),
        "parameters": ("active",),
        "parameters_from": ("20",),
        "above": ("best-20",),
        "lag_tolerance": ("5",),
        "anchor": (NAMES[1],),
        "anchor_rating": ("1200",),
        "by": ("topic",),
        "shrink": (),
        "top": ("2",),
        "k": ("1",),
        "catalogue": ("catalogue.csv",),
        "specifications": ("grid",),
        "replicates": ("replicates.parquet",),
        "through_time": (),
        "ahead": ("1",),
    },
}
OF_TIME = ("through_time", "ahead")
BOARD = {"board": ("published.csv",), "category": ("chinese",), "date": ("latest",), "subset": ("text",)}
BOARD |= {"board_columns": ("name=model_name,rating=rating",)}
for of_ratings in ("rate", "countries"):
    VALUES[of_ratings] |= BOARD
VALUES["claims"] = {name: value for name, value in VALUES["countries"].items() if name not in OF_TIME}
VALUES["claims"] |= {"as_of": ("2020-01-01",), "size_threshold": ("1000",), "scores": ("scores.csv",)}
VALUES["study"] = {name: value for name, value in VALUES["countries"].items() if name not in ("specifications", *OF_TIME)}
VALUES["study"] |= {"folder": ("y",), "dry_run": (), "seeds": ("3",)}
VALUES["report"] = {name: value for name, value in VALUES["claims"].items() if name not in ("replicates", "by", "shrink")}
VALUES["report"] |= {"claims": ("claims.toml",), "page": ("other.html",), "study": ("nowhere",)}

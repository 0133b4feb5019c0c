"""The usual value of every choice is allowed, and of its proper type: a check passes it by."""

import dataclasses
import importlib
import pkgutil
from dataclasses import MISSING

from recount.engine.choices import choices_of
from recount.engine.choices.declaring import KEY, checked_value


def owners_of_choices():
    for layer in ("engine", "data", "sims"):
        for found in pkgutil.walk_packages(importlib.import_module(f"recount.{layer}").__path__, f"recount.{layer}."):
            for one in vars(importlib.import_module(found.name)).values():
                if isinstance(one, type) and dataclasses.is_dataclass(one) and any(KEY in field.metadata for field in dataclasses.fields(one)):
                    yield one


def test_every_default_is_allowed_as_it_is():
    owners = set(owners_of_choices())
    assert len(owners) > 50
    for owner in owners:
        for name, (stated, kind, default) in choices_of(owner).items():
            if default is not None and default is not MISSING:
                assert checked_value(name, default, kind, stated) is default, (owner, name)

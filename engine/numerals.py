"""How numbers are written in text: digits 0 to 9, a sign, a point, a power of ten; no other digits and no marks between them."""

import re

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

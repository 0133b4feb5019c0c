"""What is done to votes to see what hangs on them."""

from typing import Literal

# A vote is left out; its loser becomes its winner, which a tie has not; or one more is cast, which somebody wins.
VoteChange = Literal["drop", "flip", "add"]
CHANGE: VoteChange = "drop"

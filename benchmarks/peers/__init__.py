"""The contestants of the race, one module each, and what they are given.

Every job is a function of `Inputs`. What it does itself is preparation; it returns the call that is timed, and a function that judges what that
call returned.
"""

"""Whether groups of people fare alike: rates, impact ratios, and what small numbers hide.

Pure functions over people that somebody else has joined; useful on its own.
"""

"""The search space of a sweep: axes, their values, and the designs that choose points."""

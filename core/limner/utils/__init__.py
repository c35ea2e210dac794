"""Files, memory, random seeds and messages: helpers that know nothing of pictures or networks."""

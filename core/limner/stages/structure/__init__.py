"""The structure of a network as data, which diagrams and summaries read."""

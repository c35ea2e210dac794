"""Show an artwork between its buttons: sheets of pairs, walks from one to the next, and unseen codes."""

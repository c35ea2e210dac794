"""Between the buttons of an artwork that has learned several pictures: sheets of pairs, walks, and unseen codes."""

"""Parts of the genetic trainer."""

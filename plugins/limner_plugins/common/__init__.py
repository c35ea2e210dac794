"""What several families of built-in stages share."""

"""Parts of the adversarial trainer."""

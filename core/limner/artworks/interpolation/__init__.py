"""Interpolation between an artwork's buttons: sheets of all pairs, latent walks, and unseen codes."""

"""Interpolation between an artwork's buttons or through its latent space: sheets, walks, loops and unseen codes."""

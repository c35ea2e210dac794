"""Sound that drives animations: signals of a sound file, and the settings, latents and pace that they drive."""

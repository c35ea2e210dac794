"""Pictures as pixels: read, cropped, dithered, compared, and the canvas that a picture is painted on."""

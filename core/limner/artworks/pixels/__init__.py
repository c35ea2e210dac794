"""The pixels in the files of artworks: how they are rendered, and how they are compared with a new rendering."""

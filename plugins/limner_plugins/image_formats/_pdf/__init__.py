"""Parts of the PDF format, with pikepdf; data are decompressed here, up to a limit."""

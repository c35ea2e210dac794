"""Parts of the PDF format, through pikepdf; what is read is inflated here, and only so far."""

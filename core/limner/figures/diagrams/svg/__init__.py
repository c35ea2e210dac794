"""SVG as text: elements, text, and the colours of light and dark themes."""

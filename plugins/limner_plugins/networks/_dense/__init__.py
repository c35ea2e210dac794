"""Networks of dense layers: the layers over one flat θ, chains of them, and the base of such networks."""

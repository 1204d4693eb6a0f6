"""How the headline results change with coding choices, patients, unknown outcomes, programs."""

"""What the choices, single patients and unknown outcomes make of the headline results."""

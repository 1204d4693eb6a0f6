"""What any series of patients could use; knows nothing of the paper."""

"""Makes the release: archive, manifest, bill of materials, PDF."""

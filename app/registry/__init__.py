"""The register for those who keep it: territories, organisations and plans."""

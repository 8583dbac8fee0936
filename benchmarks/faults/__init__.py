"""Bad networks, crashing servers and impatient phones, and the count of what came of it."""

"""Takes the data of the seeds through the ordinary services, in the order of a real desk."""
